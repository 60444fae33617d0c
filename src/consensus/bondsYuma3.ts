import type { EpochBuffers } from './EpochBuffers.js'
import { emaBonds } from './emaBonds.js'
import { liquidAlphaBounds } from './liquidAlpha.js'
import { liquidBonds } from './liquidBonds.js'
import { ascendingBonds, lastEpochBlock, oldBondLevels } from './oldBonds.js'
import { columnSums, type RawRows } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of Yuma 3: a level between 0 and 1 for each pair, without stake in it.
 *
 * With liquid alpha (and any consensus at all) every pair moves at its own rate, and a bond whose pair has no entry
 * in `weights` is lost at once; otherwise all pairs share one rate and such bonds decay.
 *
 * @param buffers - `columns.consensus` is read; `columns.bondSum` is overwritten with the sum of each column.
 * @param weights - the weights that form bonds.
 */
export function bondsYuma3(
  { matrices, columns }: EpochBuffers,
  input: EpochInput,
  weights: RawRows,
  params: EpochParams,
): RawRows {
  const { consensus, bondSum, oldScale } = columns
  if (params.liquidAlphaEnabled && consensus.some((share) => share > 0)) {
    const { rowStart, column, value } = input.bonds
    const kept = { rowStart, column, value, isAscending: false }
    const old = oldBondLevels(oldScale, kept, input, params)
    const hasOutside = lastEpochBlock(input, params) > 0
    const bonds = liquidBonds(
      {
        out: matrices.bonds,
        rates: matrices.bought,
        level: columns.scratch,
        seenBond: columns.reciprocal,
        seenWeight: bondSum,
      },
      { weights, old, consensus, hasOutside },
      liquidAlphaBounds(params),
    )
    columnSums(bondSum, bonds)
    return bonds
  }
  const old = oldBondLevels(oldScale, ascendingBonds(input), input, params)
  return emaBonds({ out: matrices.bonds, columnSum: bondSum }, weights, old, params.bondsMovingAveragePpm)
}
