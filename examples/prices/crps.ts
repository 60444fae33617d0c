import { changesOf, LENGTHS } from './changes.js'
import type { Move } from './protocol.js'

/** A move of a basis point. */
const BASIS_POINT = 100

/**
 * The two halves of how far an ensemble is from what came, which together are its continuous ranked probability score:
 * `CRPS = distance - spread`.
 */
export interface Crps {
  /** Mean of `|y - x|`: how far the members are from what came. */
  readonly distance: number
  /** Half the mean of `|y - y'|` over all pairs of members: how far they are from each other. */
  readonly spread: number
}

/**
 * Judges an ensemble by what came. The mean of the score is least for whoever sends what it believes: narrower costs distance, wider costs spread.
 *
 * Sorted, the sum over pairs is one over members: `y(k)` is the larger one of k - 1 pairs and the smaller one of N - k.
 *
 * @param sorted - members in rising order, at least one. Whole numbers give whole sums, divided once: exact to the last bit while they stay below 2^53.
 * PERF: O(N), and O(N log N) with the sorting before it.
 *
 * @source Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation" (2007), equation 21
 */
export function crps(sorted: readonly number[], came: number): Crps {
  const { length: count } = sorted
  let [apart, pairs] = [0, 0]
  for (const [at, member] of sorted.entries()) {
    apart += Math.abs(member - came)
    pairs += (2 * at - count + 1) * member
  }
  return { distance: apart / count, spread: pairs / (count * count) }
}

/**
 * The CRPS of paths, in basis points, summed over all changes of all lengths.
 *
 * @param counts - which of its two terms do.
 */
export function lossOf(
  paths: readonly (readonly Move[])[],
  came: readonly Move[],
  counts: { readonly distance: boolean; readonly spread: boolean },
): number {
  const sums = LENGTHS.flatMap((length) => {
    const truth = changesOf(came, length)
    const columns = paths.map((path) => changesOf(path, length))
    return truth.map((change, at) => {
      const sorted = columns.map((changes) => changes[at] ?? 0).sort((a, b) => a - b)
      const { distance, spread } = crps(sorted, change)
      return (counts.distance ? distance : 0) - (counts.spread ? spread : 0)
    })
  })
  return sums.reduce((sum, one) => sum + one, 0) / BASIS_POINT
}
