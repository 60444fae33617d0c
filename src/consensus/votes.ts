import type { RawRows } from './rawRows.js'

/** The weights of validators with stake, column by column, and within a column the largest stake first. */
export interface Votes {
  /** u32[n + 1]. */
  readonly columnStart: Uint32Array
  /** u32[n]: scratch of the counting sort. */
  readonly next: Uint32Array
  /**
   * f64, two for each vote: its score, and the stake of its holder; overwritten by the selection.
   *
   * PERF: one array instead of two, because V8 checks each array once per round of a loop.
   */
  readonly pairs: Float64Array
  /** f64[n]: scratch for the order of validators. */
  readonly order: Float64Array
}

/** Room for the votes of n neurons with `capacity` weights. */
export function createVotes(n: number, capacity: number): Votes {
  return {
    columnStart: new Uint32Array(n + 1),
    next: new Uint32Array(n),
    pairs: new Float64Array(2 * capacity),
    order: new Float64Array(n),
  }
}

const TWO_POW_16 = 65_536

/**
 * Sorts weights by column.
 *
 * The largest stakes come first because they make good pivots: they are the likeliest to be the median.
 *
 * @param weights - rows without repetitions.
 * @param activeStake - raw[n], who votes.
 * @param stake - raw[n], what each vote weighs.
 * @returns how many validators have stake.
 * PERF: counting sort; two reads and two scattered writes per weight.
 */
export function sortVotes(
  out: Votes,
  weights: RawRows,
  activeStake: Float64Array,
  stake: Float64Array,
): number {
  const n = activeStake.length
  const { columnStart, next, pairs, order } = out
  const { rowStart, column, raw } = weights
  let voters = 0
  // A stake and a uid fit one whole double, so that the sort needs no comparison function.
  for (let i = 0; i < n; i++) if (activeStake[i]! > 0) order[voters++] = activeStake[i]! * TWO_POW_16 + i
  order.subarray(0, voters).sort()

  columnStart.fill(0)
  for (let v = 0; v < voters; v++) {
    const i = order[v]! % TWO_POW_16
    const end = rowStart[i + 1]!
    for (let k = rowStart[i]!; k < end; k++) columnStart[column[k]! + 1]!++
  }
  for (let j = 0; j < n; j++) {
    next[j] = columnStart[j]!
    columnStart[j + 1]! += columnStart[j]!
  }
  for (let v = voters - 1; v >= 0; v--) {
    const i = order[v]! % TWO_POW_16
    const end = rowStart[i + 1]!
    const weight = stake[i]!
    for (let k = rowStart[i]!; k < end; k++) {
      const place = next[column[k]!]!++
      pairs[2 * place] = raw[k]!
      pairs[2 * place + 1] = weight
    }
  }
  return voters
}
