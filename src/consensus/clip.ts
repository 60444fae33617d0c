import { lesserOf } from '../math/index.js'
import type { RawRows } from './rawRows.js'

/**
 * Weights cut down to the consensus of their column.
 *
 * An entry above a consensus of 0 disappears; an explicit zero stays, even there.
 *
 * @param out - overwritten.
 * @param validatorTrust - f64[n], overwritten with the sum of each row.
 * @returns `out`.
 */
export function clipToConsensus(
  out: RawRows,
  validatorTrust: Float64Array,
  weights: RawRows,
  consensus: Float64Array,
): RawRows {
  const { rowStart, column, raw } = weights
  const { rowStart: outStart, column: outColumn, raw: outRaw } = out
  let end = 0
  outStart[0] = 0
  for (let i = 0; i < consensus.length; i++) {
    const rowEnd = rowStart[i + 1]!
    let sum = 0
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      const weight = raw[k]!
      const kept = lesserOf(weight, consensus[j]!)
      outColumn[end] = j
      outRaw[end] = kept
      sum += kept
      // Half of all weights are cut, in no order: the entry is written in any case, and then counted or not.
      end += Number(kept > 0 || weight === 0)
    }
    validatorTrust[i] = sum
    outStart[i + 1] = end
  }
  out.isAscending = weights.isAscending
  return out
}
