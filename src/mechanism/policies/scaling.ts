import { exponentOf, MIN_NORMAL, timesPowerOfTwo } from '../../math/index.js'
import type { Hotkey } from '../../units/index.js'

/**
 * Numbers on a common scale. Scaling by powers of two is exact, so results have the same bytes on every machine and the proportions of
 * their inputs, however large or small those are.
 */

/** Numbers by hotkey: scores going in, weights coming out. */
export type ByHotkey = ReadonlyMap<Hotkey, number>

/** Moving scores by hotkey: the state of a mechanism that scores by matrix, or credibility, in plain values. */
export type MovingScores = { readonly [hotkey: string]: number }

export const MIN_EXPONENT = -1_022
export const MAX_EXPONENT = 1_023

/**
 * Values times 2^-exponent, so that the largest is from 1 to below 2; what is below 2^-1022 of the largest becomes 0.
 *
 * @param values - finite, 0 or more.
 */
export function scaled(values: ByHotkey): {
  readonly values: Map<Hotkey, number>
  readonly exponent: number
} {
  const { largest } = rangeOf(values.values())
  if (largest === 0) return { values: new Map(values), exponent: 0 }
  const exponent = exponentOf(largest)
  const onScale = mapValues(values, (value) => timesPowerOfTwo(value, -exponent))
  return { values: dropNegligible(onScale), exponent }
}

/** Turns what is below 2^-1022 of the largest into 0, where it stands. @param values - the largest is 1 or more. */
export function dropNegligible(values: Map<Hotkey, number>): Map<Hotkey, number> {
  const least = MIN_NORMAL * rangeOf(values.values()).largest
  for (const [hotkey, value] of values) if (value < least) values.set(hotkey, 0)
  return values
}

/** The largest value, and the smallest above 0; 0 when there is none. */
export function rangeOf(values: Iterable<number>): { readonly largest: number; readonly smallest: number } {
  let largest = 0
  let smallest = 0
  for (const value of values) {
    if (value > largest) largest = value
    if (value > 0 && (smallest === 0 || value < smallest)) smallest = value
  }
  return { largest, smallest }
}

/**
 * The sum, with the rounding of each addition carried along. From the least on, so that the order in which values come makes no difference
 * to the last bit.
 *
 * @param values - 0 or more.
 */
export function sumOf(values: Iterable<number>): number {
  let sum = 0
  let lost = 0
  for (const value of Float64Array.from(values).sort()) {
    const next = sum + value
    lost += sum >= value ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

export function mapValues(
  values: ByHotkey,
  change: (value: number, hotkey: Hotkey) => number,
): Map<Hotkey, number> {
  return new Map(Array.from(values, ([hotkey, value]) => [hotkey, change(value, hotkey)]))
}
