import { mulShare } from '../math/index.js'
import { emaBonds } from './emaBonds.js'
import { columnShares } from './normalise.js'
import { oldBondShares } from './oldBonds.js'
import { columnSums, type RawRows } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of the original Yuma: shares of each server, held by validators in proportion to stake times weight.
 *
 * @param weights - the weights that form bonds.
 * @returns rows ascending by target; columns sum to 1 (less a few units), or 0.
 */
export function bondsYuma2(
  input: EpochInput,
  weights: RawRows,
  activeStake: Float64Array,
  params: EpochParams,
): RawRows {
  const bought = stakeTimesWeight(weights, activeStake)
  const next = columnShares(bought, columnSums(bought, input.n))
  const moved = emaBonds(next, oldBondShares(input, params), params.bondsMovingAveragePpm, input.n)
  return columnShares(moved, columnSums(moved, input.n))
}

/** The same bonds as they are stored: the largest holder of every server at exactly 1. */
export function upscaledBonds(bonds: RawRows, n: number): RawRows {
  const largest = new Float64Array(n)
  for (let k = 0; k < bonds.raw.length; k++) {
    const j = bonds.column[k]!
    if (bonds.raw[k]! > largest[j]!) largest[j] = bonds.raw[k]!
  }
  return columnShares(bonds, largest)
}

function stakeTimesWeight(weights: RawRows, activeStake: Float64Array): RawRows {
  const raw = new Float64Array(weights.raw.length)
  for (let i = 0; i < activeStake.length; i++) {
    const stake = activeStake[i]!
    for (let k = weights.rowStart[i]!; k < weights.rowStart[i + 1]!; k++) {
      raw[k] = mulShare(weights.raw[k]!, stake)
    }
  }
  return { rowStart: weights.rowStart, column: weights.column, raw }
}
