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
  const columnStart = new Uint32Array(n + 1)
  forEachVote(weights, activeStake, (_, k) => {
    columnStart[weights.column[k]! + 1]!++
  })
  for (let j = 0; j < n; j++) columnStart[j + 1]! += columnStart[j]!
  const next = columnStart.slice(0, n)
  const row = new Uint16Array(columnStart[n]!)
  const raw = new Float64Array(columnStart[n]!)
  forEachVote(weights, activeStake, (i, k) => {
    const place = next[weights.column[k]!]!++
    row[place] = i
    raw[place] = weights.raw[k]!
  })
  return { columnStart, row, raw }
}

function forEachVote(
  weights: RawRows,
  activeStake: Float64Array,
  visit: (i: number, k: number) => void,
): void {
  for (let i = 0; i < activeStake.length; i++) {
    if (activeStake[i] === 0) continue
    for (let k = weights.rowStart[i]!; k < weights.rowStart[i + 1]!; k++) visit(i, k)
  }
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
    const [less, greater] = partition(score, stake, start, end, pivot)
    let lessStake = 0
    for (let k = start; k < less; k++) lessStake += stake[k]!
    if (less > start && stakeBelow + lessStake > minority) {
      end = less
      continue
    }
    let equalStake = 0
    for (let k = less; k < greater; k++) equalStake += stake[k]!
    stakeBelow += lessStake + equalStake
    if (greater === end || stakeBelow > minority) return pivot
    start = greater
  }
}

/** Orders entries `start` to `end` into those below, at and above the pivot; returns where the latter two begin. */
function partition(
  score: Float64Array,
  stake: Float64Array,
  start: number,
  end: number,
  pivot: number,
): [less: number, greater: number] {
  let less = start
  let greater = end
  for (let k = start; k < greater; ) {
    const value = score[k]!
    if (value === pivot) k++
    else if (value < pivot) swap(score, stake, less++, k++)
    else swap(score, stake, k, --greater)
  }
  return [less, greater]
}

function swap(score: Float64Array, stake: Float64Array, a: number, b: number): void {
  const heldScore = score[a]!
  const heldStake = stake[a]!
  score[a] = score[b]!
  stake[a] = stake[b]!
  score[b] = heldScore
  stake[b] = heldStake
}
