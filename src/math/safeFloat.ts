import { saturatedU64 } from './saturatedU64.js'

/**
 * A non-negative decimal number, `mantissa` times ten to the `exponent`: how shares of a stake pool are counted.
 *
 * Always normalised: 10^20 < mantissa <= 10^21, or both parts 0. About 21 digits: one rao more or less in
 * any stake that can exist is visible, a tenth of a rao is not. Compare two with {@link isSafeFloatGreater}.
 *
 * @source subtensor `primitives/share-pool`, `SafeFloat`
 */
export interface SafeFloat {
  readonly mantissa: bigint
  readonly exponent: number
}

/** Largest mantissa, 10^21. */
const MANTISSA_MAX = 10n ** 21n
/** A normalised mantissa is above this, 10^20. */
const MANTISSA_FLOOR = 10n ** 20n
const MANTISSA_DIGITS = 21

/** 10^0 to 10^44: a product of two mantissas has 43 digits. */
const POWERS_OF_TEN: readonly bigint[] = Array.from(
  { length: 2 * MANTISSA_DIGITS + 3 },
  (_, power) => 10n ** BigInt(power),
)
/** A larger power turns every mantissa into 0, or every amount into more than a u64 holds. */
const LARGEST_SCALE = MANTISSA_DIGITS + 1

export const SAFE_FLOAT_ZERO: SafeFloat = { mantissa: 0n, exponent: 0 }

/**
 * Normalises `mantissa` times ten to the `exponent`; digits beyond the 21st are cut off.
 *
 * @returns `null` when the mantissa is negative or above 10^21, or the exponent leaves the safe integers.
 *
 * @example
 * ```ts
 * import { safeFloat } from 'subnetkit/math'
 *
 * safeFloat(5n, 0) // { mantissa: 500000000000000000000n, exponent: -20 }
 * ```
 */
export function safeFloat(mantissa: bigint, exponent = 0): SafeFloat | null {
  return mantissa < 0n || mantissa > MANTISSA_MAX ? null : normalised(mantissa, exponent)
}

/** Sum of two shares, aligned to the larger exponent by cutting digits of the other. `null` when the exponent overflows. */
export function addSafeFloat(a: SafeFloat, b: SafeFloat): SafeFloat | null {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const [left, right, exponent] = aligned(a, b)
  return normalised(left + right, exponent)
}

/**
 * `a` and its part `numerator / divisor`: what `addSafeFloat` and `mulDivSafeFloat` give, of whole numbers of at most 64 bits, the numerator not above the
 * divisor and the divisor above 0. Cut off in one step or in several, what is cut off is the same. PERF: one division for four.
 */
export function grownSafeFloat(a: SafeFloat, numerator: bigint, divisor: bigint): SafeFloat {
  return normalised(a.mantissa + (a.mantissa * numerator) / divisor, a.exponent) ?? a
}

/** `a` less `b`, 0 when `b` is larger. `null` when `a` is zero and `b` is not, as in the reference. */
export function subtractSafeFloat(a: SafeFloat, b: SafeFloat): SafeFloat | null {
  if (b.mantissa === 0n) return a
  if (a.mantissa === 0n) return null
  const [left, right, exponent] = aligned(a, b)
  return normalised(left > right ? left - right : 0n, exponent)
}

/** `a` divided by `b` to 21 digits, floored. `null` when `b` is zero. */
export function divideSafeFloat(a: SafeFloat, b: SafeFloat): SafeFloat | null {
  if (b.mantissa === 0n) return null
  return normalised((a.mantissa * MANTISSA_MAX) / b.mantissa, a.exponent - b.exponent - MANTISSA_DIGITS)
}

/**
 * `a` times `b` divided by `divisor`: the product is exact, the quotient of the mantissas is floored
 * (so it may hold fewer than 21 digits before it is normalised). `null` when the divisor is zero.
 */
export function mulDivSafeFloat(a: SafeFloat, b: SafeFloat, divisor: SafeFloat): SafeFloat | null {
  if (divisor.mantissa === 0n) return null
  return normalised((a.mantissa * b.mantissa) / divisor.mantissa, a.exponent + b.exponent - divisor.exponent)
}

/**
 * Whether `a` is larger than `b`.
 *
 * Like the reference it goes by the exponents first, which is exact unless one of the two is zero: test for zero before.
 */
export function isSafeFloatGreater(a: SafeFloat, b: SafeFloat): boolean {
  const difference = a.exponent - b.exponent
  if (difference > 1) return true
  if (difference < -1) return false
  if (difference === 1) return a.mantissa * 10n > b.mantissa
  return difference === 0 ? a.mantissa > b.mantissa : a.mantissa > b.mantissa * 10n
}

/** The whole number below, at most 2^64 - 1. */
export function safeFloatToU64({ mantissa, exponent }: SafeFloat): bigint {
  const scale = powerOfTen(Math.abs(exponent))
  return saturatedU64(exponent > 0 ? mantissa * scale : mantissa / scale)
}

function powerOfTen(power: number): bigint {
  return POWERS_OF_TEN[Math.min(power, LARGEST_SCALE)] as bigint
}

function aligned(a: SafeFloat, b: SafeFloat): [left: bigint, right: bigint, exponent: number] {
  return a.exponent >= b.exponent
    ? [a.mantissa, b.mantissa / powerOfTen(a.exponent - b.exponent), a.exponent]
    : [a.mantissa / powerOfTen(b.exponent - a.exponent), b.mantissa, b.exponent]
}

function normalised(mantissa: bigint, exponent: number): SafeFloat | null {
  if (mantissa === 0n) return SAFE_FLOAT_ZERO
  let digits = mantissa
  let shift = exponent
  if (digits > MANTISSA_MAX) {
    // Cutting digits one by one or together floors to the same; down to 10^21 at once, then as the rest asks.
    const excess = orderOf(digits) - MANTISSA_DIGITS
    digits /= POWERS_OF_TEN[excess] ?? 1n
    shift += excess
    while (digits > MANTISSA_MAX) {
      digits /= 10n
      shift++
    }
  }
  if (digits <= MANTISSA_FLOOR) {
    const missing = MANTISSA_DIGITS - 1 - orderOf(digits)
    digits *= POWERS_OF_TEN[missing] ?? 1n
    shift -= missing
  }
  return Number.isSafeInteger(shift) ? { mantissa: digits, exponent: shift } : null
}

/** The largest power of ten below a number, -1 for 1; of a larger number than any product of mantissas, the largest one that is kept. */
function orderOf(value: bigint): number {
  let low = -1
  let high = POWERS_OF_TEN.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((POWERS_OF_TEN[middle] as bigint) < value) low = middle
    else high = middle - 1
  }
  return low
}
