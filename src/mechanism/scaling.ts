import type { Hotkey } from '../units/index.js'

/**
 * Numbers on a common scale. Scaling by powers of two is exact, so results have the same bytes on every machine and the proportions of
 * their inputs, however large or small those are.
 */

/** Numbers by hotkey: scores going in, weights coming out. */
export type ByHotkey = ReadonlyMap<Hotkey, number>

/** Below it numbers lose precision: 2^-1022. */
export const MIN_NORMAL = 2.2250738585072014e-308
export const MIN_EXPONENT = -1_022
export const MAX_EXPONENT = 1_023

const EXPONENT_BIAS = 1_023
/** 2^1000, as far as one multiplication goes here. */
const STEP = 1_000

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

/** The sum, with the rounding of each addition carried along. */
export function sumOf(values: Iterable<number>): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += sum >= value ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

/** Of a number above 0 the whole e with 2^e <= value < 2^(e + 1). */
export function exponentOf(value: number): number {
  if (value < MIN_NORMAL) return exponentOf(value * powerOfTwo(64)) - 64
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return ((view.getUint32(0) >>> 20) & 0x7ff) - EXPONENT_BIAS
}

/** value * 2^exponent; exact unless the result is below 2^-1022 or too large. */
export function timesPowerOfTwo(value: number, exponent: number): number {
  let result = value
  let left = exponent
  for (; left > STEP; left -= STEP) result *= powerOfTwo(STEP)
  for (; left < -STEP; left += STEP) result *= powerOfTwo(-STEP)
  return result * powerOfTwo(left)
}

export function mapValues(
  values: ByHotkey,
  change: (value: number, hotkey: Hotkey) => number,
): Map<Hotkey, number> {
  return new Map(Array.from(values, ([hotkey, value]) => [hotkey, change(value, hotkey)]))
}

/** 2^exponent, from -1022 to 1023, by its bits: `**` may round differently from machine to machine. */
function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint32(0, (exponent + EXPONENT_BIAS) << 20)
  return view.getFloat64(0)
}
