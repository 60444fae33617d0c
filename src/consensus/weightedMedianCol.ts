import { shareOfU16 } from '../math/index.js'
import { normalised, sumOf } from './normalise.js'
import { lastOfRepeats, type RawRows } from './rawRows.js'
import { sortVotes, type Votes } from './votes.js'

/**
 * Consensus weight of each server: the largest weight that a `kappa` majority of active stake supports.
 *
 * @param out - f64[n], overwritten.
 * @param weights - normalised rows; a repeated target counts with its last value, a missing one as 0.
 * @param activeStake - raw[n]; rows without stake have no vote.
 * @param votes - scratch.
 * @param scratch - f64[n].
 * @returns `out`.
 * @source subtensor `epoch/math.rs`, `weighted_median_col_sparse`
 * PERF: one selection per column over its votes; columns that zero votes decide are not looked into.
 */
export function weightedMedianCol(
  out: Float64Array,
  weights: RawRows,
  { activeStake, kappaU16 }: { readonly activeStake: Float64Array; readonly kappaU16: number },
  { votes, scratch }: { readonly votes: Votes; readonly scratch: Float64Array },
): Float64Array {
  const n = out.length
  // Normalised once more, as the chain does; a row without stake stays at 0.
  const stake = normalised(scratch, activeStake)
  // The majority is taken from this sum, not from 1: truncation decides exact ties.
  const total = sumOf(stake)
  const minority = total - shareOfU16(kappaU16)
  const voters = sortVotes(votes, lastOfRepeats(weights, n), activeStake, stake)
  const { columnStart, pairs } = votes
  for (let j = 0; j < n; j++) {
    const start = columnStart[j]!
    const end = columnStart[j + 1]!
    out[j] = 0
    if (start === end) continue
    let voted = total
    if (end - start < voters) {
      voted = 0
      for (let k = start; k < end; k++) voted += pairs[2 * k + 1]!
      // The missing votes are zeros, and enough of them decide.
      if (total - voted > minority) continue
    }
    out[j] = selectByStake(pairs, { start, end, excess: minority - total + voted, voted })
  }
  return out
}

/**
 * The smallest score whose stake, added to that of all smaller scores, exceeds `excess`; the largest if none does.
 *
 * Narrows the votes from `start` to `end` around a pivot, which overwrites them. Sums of stake are exact, so neither
 * the pivot nor the order of votes has any influence on the result.
 *
 * @param pairs - score and stake of each vote, in turn; best with the largest stakes first.
 * @param range - `voted` is the stake of these votes together.
 * PERF: which side of a pivot a vote lies on is as good as random: sums and moves are written without branches.
 */
export function selectByStake(
  pairs: Float64Array,
  range: { readonly start: number; readonly end: number; readonly excess: number; readonly voted: number },
): number {
  const start = 2 * range.start
  let end = 2 * range.end
  let { excess, voted } = range
  for (;;) {
    const at = likelyPivot(pairs, start, end, excess / voted)
    const pivot = pairs[at]!
    const pivotStake = pairs[at + 1]!
    let below = 0
    for (let k = start; k < end; k += 2) below += pairs[k + 1]! * Number(pairs[k]! < pivot)
    if (below > excess) {
      end = keepBelow(pairs, start, end, pivot)
      voted = below
    } else {
      if (below + pivotStake > excess) return pivot
      end = keepAbove(pairs, start, end, pivot)
      let above = 0
      for (let k = start; k < end; k += 2) above += pairs[k + 1]!
      if (voted - above > excess) return pivot
      excess -= voted - above
      voted = above
    }
    if (end === start) return pivot
  }
}

function keepBelow(pairs: Float64Array, start: number, end: number, pivot: number): number {
  let kept = start
  for (let k = start; k < end; k += 2) {
    const score = pairs[k]!
    pairs[kept + 1] = pairs[k + 1]!
    pairs[kept] = score
    kept += 2 * Number(score < pivot)
  }
  return kept
}

function keepAbove(pairs: Float64Array, start: number, end: number, pivot: number): number {
  let kept = start
  for (let k = start; k < end; k += 2) {
    const score = pairs[k]!
    pairs[kept + 1] = pairs[k + 1]!
    pairs[kept] = score
    kept += 2 * Number(score > pivot)
  }
  return kept
}

/**
 * Where the vote is, among the first three, that would be the answer if they were all.
 *
 * PERF: 3.2 passes and 219 visits per column of 64 votes; the plain middle of three takes 4.3 and 246. Five votes
 * would take 2.8 and 198, but sorting them costs as much.
 */
function likelyPivot(pairs: Float64Array, start: number, end: number, share: number): number {
  if (end - start < 6) return start
  const isSwapped = pairs[start]! > pairs[start + 2]!
  const smaller = isSwapped ? start + 2 : start
  const larger = isSwapped ? start : start + 2
  const third = pairs[start + 4]!
  const low = third < pairs[smaller]! ? start + 4 : smaller
  const high = third > pairs[larger]! ? start + 4 : larger
  // What is neither the lowest nor the highest of the three places.
  const middle = 3 * start + 6 - low - high
  const lowStake = pairs[low + 1]!
  const middleStake = lowStake + pairs[middle + 1]!
  const target = share * (middleStake + pairs[high + 1]!)
  if (lowStake > target) return low
  return middleStake > target ? middle : high
}
