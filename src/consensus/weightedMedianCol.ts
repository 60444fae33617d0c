import { shareOfU16 } from '../math/index.js'
import { at, normalised, sumOf } from './columns.js'
import { byTarget, type RawRows } from './rawRows.js'

/** What one validator says of a server, and what it weighs; raw numbers. */
export interface Vote {
  readonly score: number
  readonly stake: number
}

/**
 * Consensus weight of each server: the largest weight that a `kappa` majority of active stake supports.
 *
 * @param weights - normalised rows; a repeated target counts with its last value, a missing one as 0.
 * @param activeStake - raw[n]; rows without stake have no vote.
 * @returns raw[n].
 * @source subtensor `epoch/math.rs`, `weighted_median_col_sparse`
 * PERF: one sort per column of its votes.
 */
export function weightedMedianCol(
  weights: RawRows,
  activeStake: Float64Array,
  kappaU16: number,
): Float64Array {
  // Normalised once more, as the chain does.
  const stake = normalised(activeStake)
  // The majority is taken from this sum, not from 1: truncation decides exact ties.
  const total = sumOf(stake)
  const voters = stake.filter((share) => share > 0).length
  const columns = Array.from(stake, (): Vote[] => [])
  byTarget(weights).forEach((row, i) => {
    const share = at(stake, i)
    if (share > 0) for (const [j, score] of row) at(columns, j).push({ score, stake: share })
  })
  return Float64Array.from(columns, (votes) => {
    const zeros = { score: 0, stake: total - sumOf(votes.map((vote) => vote.stake)) }
    return weightedMedian(votes.length < voters ? [zeros, ...votes] : votes, total - shareOfU16(kappaU16))
  })
}

/**
 * The smallest score whose stake, added to that of all smaller scores, exceeds `minority`; the largest if none does, 0 without
 * any vote.
 */
export function weightedMedian(votes: readonly Vote[], minority: number): number {
  let below = 0
  let largest = 0
  for (const { score, stake } of votes.toSorted((a, b) => a.score - b.score)) {
    below += stake
    largest = score
    if (below > minority) break
  }
  return largest
}
