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
    let excess = minority
    if (end - start < voters) {
      excess -= total
      for (let k = start; k < end; k++) excess += pairs[2 * k + 1]!
      // The missing votes are zeros, and enough of them decide.
      if (excess < 0) continue
    }
    out[j] = selectByStake(pairs, { start, end, excess })
  }
  return out
}

/**
 * The smallest score whose stake, added to that of all smaller scores, exceeds `excess`; the largest if none does.
 *
 * Narrows the votes from `start` to `end` around a pivot, which overwrites them. Sums of stake are exact, so neither
 * the pivot nor the order of votes has any influence on the result.
 *
 * @param pairs - score and stake of each vote, in turn.
 * PERF: which side of a pivot a vote lies on is as good as random: sums and moves are written without branches.
 * On the votes of 64 validators that takes about half the time of swapping votes around the pivot.
 */
export function selectByStake(
  pairs: Float64Array,
  range: { readonly start: number; readonly end: number; readonly excess: number },
): number {
  const start = 2 * range.start
  let end = 2 * range.end
  let excess = range.excess
  for (;;) {
    const pivot = middleOfFirst(pairs, start, end)
    let below = 0
    let upTo = 0
    for (let k = start; k < end; k += 2) {
      const score = pairs[k]!
      const stake = pairs[k + 1]!
      below += stake * Number(score < pivot)
      upTo += stake * Number(score <= pivot)
    }
    if (below <= excess && upTo > excess) return pivot
    const kept = below > excess ? keepBelow(pairs, start, end, pivot) : keepAbove(pairs, start, end, pivot)
    if (kept === start) return pivot
    if (below <= excess) excess -= upTo
    end = kept
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

/** The middle one of the first three scores; the first if there are fewer. */
function middleOfFirst(pairs: Float64Array, start: number, end: number): number {
  const a = pairs[start]!
  if (end - start < 6) return a
  const b = pairs[start + 2]!
  const c = pairs[start + 4]!
  if (a < b) return b < c ? b : a < c ? c : a
  return a < c ? a : b < c ? c : b
}
