import { shareOfU16 } from '../math/index.js'
import { normalised, sumOf } from './normalise.js'
import type { RawRows } from './rawRows.js'

/**
 * Consensus weight of each server: the largest weight that a `kappa` majority of active stake supports.
 *
 * @param weights - normalised rows; a repeated target counts with its last value, a missing one as 0.
 * @param activeStake - raw[n]; rows without stake have no vote.
 * @returns raw[n].
 * @source subtensor `epoch/math.rs`, `weighted_median_col_sparse`
 * PERF: one selection per column over its votes; columns that zero votes decide are not looked into.
 */
export function weightedMedianCol(
  weights: RawRows,
  activeStake: Float64Array,
  kappaU16: number,
): Float64Array {
  const n = activeStake.length
  // Normalised once more, as the chain does; a row without stake stays at 0.
  const stake = normalised(activeStake)
  // The majority is taken from this sum, not from 1: truncation decides exact ties.
  const total = sumOf(stake)
  const minority = total - shareOfU16(kappaU16)
  const voters = activeStake.reduce((count, share) => count + (share > 0 ? 1 : 0), 0)
  const votes = votesByColumn(weights, activeStake)
  const score = new Float64Array(voters)
  const weight = new Float64Array(voters)
  const consensus = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    let count = 0
    let voted = 0
    for (let k = votes.columnStart[j]!; k < votes.columnStart[j + 1]!; k++) {
      const i = votes.row[k]!
      // Of a target that one row names twice the last entry counts.
      if (k + 1 < votes.columnStart[j + 1]! && votes.row[k + 1] === i) continue
      if (votes.raw[k] === 0) continue
      score[count] = votes.raw[k]!
      weight[count++] = stake[i]!
      voted += stake[i]!
    }
    const unvoted = total - voted
    const zeroDecides = count < voters && unvoted > minority
    if (count > 0 && !zeroDecides) consensus[j] = selectByStake(score, weight, count, unvoted, minority)
  }
  return consensus
}

/** The entries of rows with stake, ordered by column, then row, then place in the row. */
interface Votes {
  readonly columnStart: Uint32Array
  readonly row: Uint16Array
  readonly raw: Float64Array
}

function votesByColumn(weights: RawRows, activeStake: Float64Array): Votes {
  const n = activeStake.length
  const { rowStart, column } = weights
  const columnStart = new Uint32Array(n + 1)
  for (let i = 0; i < n; i++) {
    if (activeStake[i] === 0) continue
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) columnStart[column[k]! + 1]!++
  }
  for (let j = 0; j < n; j++) columnStart[j + 1]! += columnStart[j]!
  const next = columnStart.slice(0, n)
  const row = new Uint16Array(columnStart[n]!)
  const raw = new Float64Array(columnStart[n]!)
  for (let i = 0; i < n; i++) {
    if (activeStake[i] === 0) continue
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const place = next[column[k]!]!++
      row[place] = i
      raw[place] = weights.raw[k]!
    }
  }
  return { columnStart, row, raw }
}

/**
 * The smallest score whose stake, added to that of all smaller scores, exceeds `minority`; the largest if none does.
 *
 * Narrows the first `count` entries around a pivot, which reorders `score` and `stake`. Sums of stake are exact,
 * so neither the pivot nor the order of entries has any influence on the result.
 *
 * @param below - stake of scores below all of these.
 */
export function selectByStake(
  score: Float64Array,
  stake: Float64Array,
  count: number,
  below: number,
  minority: number,
): number {
  let start = 0
  let end = count
  let stakeBelow = below
  for (;;) {
    const pivot = score[(start + end) >> 1]!
    // Entries below the pivot move to the front, those above it to the back.
    let less = start
    let greater = end
    let lessStake = 0
    let equalStake = 0
    for (let k = start; k < greater; ) {
      const entryScore = score[k]!
      const entryStake = stake[k]!
      if (entryScore === pivot) {
        equalStake += entryStake
        k++
        continue
      }
      const to = entryScore < pivot ? less++ : --greater
      score[k] = score[to]!
      stake[k] = stake[to]!
      score[to] = entryScore
      stake[to] = entryStake
      if (entryScore < pivot) {
        lessStake += entryStake
        k++
      }
    }
    if (less > start && stakeBelow + lessStake > minority) {
      end = less
      continue
    }
    stakeBelow += lessStake + equalStake
    if (greater === end || stakeBelow > minority) return pivot
    start = greater
  }
}
