import type { EpochBuffers, EpochColumns } from './EpochBuffers.js'
import { emaBonds } from './emaBonds.js'
import { columnShares } from './normalise.js'
import { ascendingBonds, oldBondShares } from './oldBonds.js'
import { type RawRows, withRaw } from './rawRows.js'
import { stakeTimesWeight } from './stakeTimesWeight.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of the original Yuma: shares of each server, held by validators in proportion to stake times weight.
 *
 * @param buffers - `matrices.bought` and `columns.rank` hold stake times clipped weight and its column sums: with
 *   full penalty those are the bonds bought, so they are not computed again. `bought` is overwritten.
 * @param weights - the weights that form bonds.
 * @returns rows ascending by target, not yet taken as shares of their columns, whose sums are in `columns.bondSum`.
 */
export function bondsYuma2(
  { matrices, columns }: EpochBuffers,
  input: EpochInput,
  weights: RawRows,
  params: EpochParams,
): RawRows {
  const { bought } = matrices
  let boughtSum = columns.rank
  if (weights !== matrices.clipped) {
    boughtSum = columns.scratch
    stakeTimesWeight(bought, boughtSum, weights, columns.activeStake)
  }
  const next = withRaw(weights, bought)
  columnShares(bought, next, boughtSum, columns.reciprocal)
  const old = oldBondShares(columns.oldScale, ascendingBonds(input), input, params)
  const out = { out: matrices.bonds, columnSum: columns.bondSum }
  return emaBonds(out, next, old, params.bondsMovingAveragePpm)
}

/**
 * Shares of bonds as they are stored, in place: the largest holder of every server at exactly 1.
 *
 * @param columns - `facts` as the dividends leave them; `scratch` and `reciprocal` are overwritten.
 */
export function upscaleBonds(shares: RawRows, { facts, scratch, reciprocal }: EpochColumns): RawRows {
  for (let j = 0; j < scratch.length; j++) scratch[j] = facts[4 * j + 3]!
  columnShares(shares.raw, shares, scratch, reciprocal)
  return shares
}
