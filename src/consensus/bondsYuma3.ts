import { emaBonds } from './emaBonds.js'
import { liquidBonds } from './liquidBonds.js'
import { oldBondLevels } from './oldBonds.js'
import type { RawRows } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of Yuma 3: a level between 0 and 1 for each pair, without stake in it.
 *
 * With liquid alpha (and any consensus at all) every pair moves at its own rate, and a bond whose pair has no entry
 * in `weights` is lost at once; otherwise all pairs share one rate and such bonds decay.
 *
 * @param weights - the weights that form bonds.
 * @param consensus - raw[n].
 */
export function bondsYuma3(
  weights: RawRows,
  consensus: Float64Array,
  input: EpochInput,
  params: EpochParams,
): RawRows {
  const old = oldBondLevels(input, params)
  if (params.liquidAlphaEnabled && consensus.some((share) => share > 0)) {
    return liquidBonds(weights, old, consensus, params)
  }
  return emaBonds(weights, old, params.bondsMovingAveragePpm)
}
