import { emaBonds } from './emaBonds.js'
import { oldBondShares } from './oldBonds.js'
import { columnMaxima, columnShares, columnSums, type RawRows, stakeTimesWeight } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of the original Yuma: shares of each server, bought by validators in proportion to stake times weight.
 *
 * @param weights - the weights that form bonds.
 * @param activeStake - raw[n].
 * @returns rows ascending by target; columns sum to 1, less a few units, or 0.
 */
export function bondsYuma2(
  weights: RawRows,
  activeStake: Float64Array,
  input: EpochInput,
  params: EpochParams,
): RawRows {
  const bought = sharesOfColumns(stakeTimesWeight(weights, activeStake))
  const old = oldBondShares(input, params)
  return sharesOfColumns(emaBonds(bought, old, params.bondsMovingAveragePpm))
}

/** Shares of bonds as they are stored: the largest holder of every server at exactly 1. */
export function upscaleBonds(shares: RawRows): RawRows {
  return columnShares(shares, columnMaxima(shares))
}

function sharesOfColumns(rows: RawRows): RawRows {
  return columnShares(rows, columnSums(rows))
}
