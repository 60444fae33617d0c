import { bitLength } from './bigints.js'

/** Numbers taken apart into bits, so that steps of a computation are exact and its result has the same bits on every machine. */

/** Below it numbers lose precision: 2^-1022. */
export const MIN_NORMAL = 2.2250738585072014e-308

const EXPONENT_BIAS = 1_023
const FRACTION_BITS = 52
/** 2^-1074 is the least number above 0: no bit of a number is worth less. */
const LEAST_EXPONENT = -1_074
const MAX_EXPONENT = 1_023
/** 2^1000, as far as one multiplication goes here. */
const STEP = 1_000

/**
 * The whole e with 2^e <= value < 2^(e + 1).
 *
 * @param value - above 0, finite.
 *
 * @example
 * ```ts
 * import { exponentOf } from 'subnetkit/math'
 *
 * exponentOf(10) // 3
 * ```
 */
export function exponentOf(value: number): number {
  if (value < MIN_NORMAL) return exponentOf(value * powerOfTwo(64)) - 64
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return ((view.getUint32(0) >>> 20) & 0x7ff) - EXPONENT_BIAS
}

/**
 * value * 2^exponent; exact unless the result is below 2^-1022 or too large.
 *
 * @example
 * ```ts
 * import { timesPowerOfTwo } from 'subnetkit/math'
 *
 * timesPowerOfTwo(3, -2) // 0.75
 * ```
 */
export function timesPowerOfTwo(value: number, exponent: number): number {
  let result = value
  let left = exponent
  for (; left > STEP; left -= STEP) result *= powerOfTwo(STEP)
  for (; left < -STEP; left += STEP) result *= powerOfTwo(-STEP)
  return result * powerOfTwo(left)
}

/** A number as `mantissa * 2^exponent`, exactly; the mantissa is odd, or 0. @param value - finite. */
export function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  if (value === 0) return { mantissa: 0n, exponent: 0 }
  const size = Math.abs(value)
  let exponent = Math.max(exponentOf(size) - FRACTION_BITS, LEAST_EXPONENT)
  let mantissa = BigInt(timesPowerOfTwo(size, -exponent))
  for (; (mantissa & 1n) === 0n; mantissa >>= 1n) exponent++
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent }
}

/** The number nearest to `mantissa * 2^exponent`; of two that are as near, the even one. Infinite where it is too large. */
export function nearestDouble(mantissa: bigint, exponent: number): number {
  if (mantissa < 0n) return -nearestDouble(-mantissa, exponent)
  const top = bitLength(mantissa) - 1 + exponent
  if (top > MAX_EXPONENT) return Number.POSITIVE_INFINITY
  const last = Math.max(top - FRACTION_BITS, LEAST_EXPONENT)
  const shift = last - exponent
  // At most 2^53 units, which a number holds exactly.
  const units = shift <= 0 ? mantissa << BigInt(-shift) : nearestEven(mantissa, BigInt(shift))
  return timesPowerOfTwo(Number(units), last)
}

function nearestEven(value: bigint, shift: bigint): bigint {
  const floor = value >> shift
  const rest = value - (floor << shift)
  const half = 1n << (shift - 1n)
  return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor
}

/** 2^exponent, from -1022 to 1023, by its bits: `**` may round differently from machine to machine. */
function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setUint32(0, (exponent + EXPONENT_BIAS) << 20)
  return view.getFloat64(0)
}
