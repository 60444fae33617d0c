/**
 * The reference chain's `U64F64`: a non-negative number times 2^64, as a bigint below 2^128.
 */
const FRACTION_BITS = 64n
/** What an `U96F32` and an `I96F32` have fewer. */
const WIDER_BITS = 32n
const MAX = (1n << 128n) - 1n

export const one = 1n << FRACTION_BITS

export const fromInteger = (value: bigint): bigint => value << FRACTION_BITS

/** The whole number below. */
export const toInteger = (bits: bigint): bigint => bits >> FRACTION_BITS

/** From a non-negative number with 32 fractional bits. */
export const widened = (bits: bigint): bigint => bits << WIDER_BITS

/** To 32 fractional bits, floored. */
export const narrowed = (bits: bigint): bigint => bits >> WIDER_BITS

/** Floored; ends at the largest number. */
export function multiply(a: bigint, b: bigint): bigint {
  const product = (a * b) >> FRACTION_BITS
  return product > MAX ? MAX : product
}

/** Of two numbers of one scale, whole ones too. Floored; 0 when the divisor is 0 or the quotient does not fit. */
export function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n
  const quotient = (a << FRACTION_BITS) / b
  return quotient > MAX ? 0n : quotient
}

/** Down to 0 at most. */
export const subtract = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

export const atMostOne = (bits: bigint): bigint => (bits > one ? one : bits)
