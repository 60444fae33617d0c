/**
 * The reference chain's `U96F32`: a non-negative number times 2^32, as a bigint. Everything computed here is at
 * most a 64-bit amount times a proportion up to 1, so its 96 integer bits never overflow and no check is needed.
 */
const FRACTION_BITS = 32n
const ONE = 1n << FRACTION_BITS
const U16_MAX_BITS = 65_535n << FRACTION_BITS
const U64_MAX_BITS = ((1n << 64n) - 1n) << FRACTION_BITS

export const one = ONE

export const half = ONE >> 1n

export const fromInteger = (value: bigint): bigint => value << FRACTION_BITS

/** The whole number below. */
export const toInteger = (bits: bigint): bigint => bits >> FRACTION_BITS

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> FRACTION_BITS

/** Floored; 0 when the divisor is 0. */
export const divide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a << FRACTION_BITS) / b)

/** Down to 0 at most. */
export const subtract = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

/** A fraction of 65535. */
export const fromU16 = (proportion: number): bigint => divide(fromInteger(BigInt(proportion)), U16_MAX_BITS)

/** A fraction of 2^64 - 1. */
export const fromU64 = (proportion: bigint): bigint => divide(fromInteger(proportion), U64_MAX_BITS)
