import { highHalf, lesserOf, mulSplit } from '../math/index.js'
import type { RawRows } from './rawRows.js'

const TWO_POW_16 = 65_536

/** What clipped weights add up to. */
export interface ClippedScores {
  /** f64, one for each clipped entry: the stake of its validator times the entry. */
  readonly bought: Float64Array
  /** f64[n]: sum of each clipped row. */
  readonly validatorTrust: Float64Array
  /** f64[n]: sum of `bought` in each column; incentive is a server's share of all ranks. */
  readonly rank: Float64Array
}

/**
 * Weights cut down to the consensus of their column.
 *
 * An entry above a consensus of 0 disappears; an explicit zero stays, even there.
 *
 * @param out - overwritten.
 * @param scores - overwritten.
 * @returns `out`.
 */
export function clipToConsensus(
  out: RawRows,
  { bought, validatorTrust, rank }: ClippedScores,
  weights: RawRows,
  { consensus, activeStake }: { readonly consensus: Float64Array; readonly activeStake: Float64Array },
): RawRows {
  const { rowStart, column, raw } = weights
  const { rowStart: outStart, column: outColumn, raw: outRaw } = out
  let end = 0
  outStart[0] = 0
  rank.fill(0)
  for (let i = 0; i < consensus.length; i++) {
    const rowEnd = rowStart[i + 1]!
    const high = highHalf(activeStake[i]!)
    const low = activeStake[i]! - high * TWO_POW_16
    let trust = 0
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      const weight = raw[k]!
      const kept = lesserOf(weight, consensus[j]!)
      const score = mulSplit(kept, high, low)
      outColumn[end] = j
      outRaw[end] = kept
      bought[end] = score
      rank[j]! += score
      trust += kept
      // Half of all weights are cut, in no order: the entry is written in any case, and then counted or not.
      end += Number(kept > 0 || weight === 0)
    }
    validatorTrust[i] = trust
    outStart[i + 1] = end
  }
  out.isAscending = weights.isAscending
  return out
}
