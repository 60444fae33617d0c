/**
 * The reference chain's `U64F64`: a non-negative number times 2^64, as a bigint. Prices and shares here are far from
 * its 64 integer bits, so nothing is checked for overflow.
 */
const FRACTION_BITS = 64n
/** What an `U96F32` and an `I96F32` have fewer. */
const WIDER_BITS = 32n

export const one = 1n << FRACTION_BITS

export const fromInteger = (value: bigint): bigint => value << FRACTION_BITS

/** From a non-negative number with 32 fractional bits. */
export const widened = (bits: bigint): bigint => bits << WIDER_BITS

/** To 32 fractional bits, floored. */
export const narrowed = (bits: bigint): bigint => bits >> WIDER_BITS

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> FRACTION_BITS

/** Floored; 0 when the divisor is 0. */
export const divide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a << FRACTION_BITS) / b)

export const atMostOne = (bits: bigint): bigint => (bits > one ? one : bits)
