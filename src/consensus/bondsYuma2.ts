import type { EpochBuffers } from './EpochBuffers.js'
import { emaBonds } from './emaBonds.js'
import { stakeTimesWeight } from './incentive.js'
import { columnShares } from './normalise.js'
import { ascendingBonds, oldBondShares } from './oldBonds.js'
import { type RawRows, withRaw } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Bonds of the original Yuma: shares of each server, held by validators in proportion to stake times weight.
 *
 * @param buffers - `matrices.bought` and `columns.rank` hold stake times clipped weight and its column sums: with
 *   full penalty those are the bonds bought, so they are not computed again. `bought` is overwritten.
 * @param weights - the weights that form bonds.
 * @returns rows ascending by target; columns sum to 1 (less a few units), or 0.
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
  const moved = emaBonds(out, next, old, params.bondsMovingAveragePpm)
  columnShares(moved.raw, moved, columns.bondSum, columns.reciprocal)
  return moved
}

/**
 * The same bonds as they are stored, in place: the largest holder of every server at exactly 1.
 *
 * @param largest - f64[n], overwritten; likewise `reciprocal`.
 */
export function upscaleBonds(bonds: RawRows, largest: Float64Array, reciprocal: Float64Array): RawRows {
  const { column, raw } = bonds
  const entries = bonds.rowStart[largest.length]!
  largest.fill(0)
  for (let k = 0; k < entries; k++) {
    const j = column[k]!
    if (raw[k]! > largest[j]!) largest[j] = raw[k]!
  }
  columnShares(raw, bonds, largest, reciprocal)
  return bonds
}
