/**
 * Fixed point with 32 fractional bits, held as whole numbers in f64: the value times 2^32 ("raw").
 *
 * Every function here is exact, not approximate, inside the bounds it states: doubles hold integers up to 2^53, and
 * `Math.floor(p / q)` is the exact integer quotient for 0 <= p < 2^53 and 0 < q < 2^53 (a true quotient below an
 * integer m is below it by at least 1/q, and m * q <= 2^53 makes that more than the rounding of the division).
 */

/** The raw number of 1.0, 2^32. */
export const ONE_RAW = 0x1_0000_0000

const U16_MAX = 65_535
const INVERSE_POW_32 = 1 / 0x1_0000_0000
/** 2^27 + 1: splits a double into two halves of 26 bits each (Veltkamp). */
const SPLITTER = 0x800_0001

/**
 * Product of two shares: floor(a * b / 2^32), exact.
 *
 * @param a - raw, 0 to 2^36.
 * @param b - raw, 0 to 2^32.
 */
export function mulShare(a: number, b: number): number {
  // b in halves of 16 bits keeps both partial products and their sum below 2^53.
  const high = Math.floor(b * (1 / 65_536))
  const low = b - high * 65_536
  return Math.floor((a * high + Math.floor(a * low * (1 / 65_536))) * (1 / 65_536))
}

/**
 * Product rounded towards minus infinity: floor(a * b / 2^32), exact, either sign.
 *
 * @param a - raw, magnitude below 2^53; the result's magnitude must be below 2^53 too.
 * @param b - raw, magnitude below 2^53.
 */
export function mulFloor(a: number, b: number): number {
  const product = a * b
  const scaled = product * INVERSE_POW_32
  const whole = Math.floor(scaled)
  // What rounding lost from the product decides on which side of an integer the exact value lies.
  return whole + Math.floor(scaled - whole + productError(a, b, product) * INVERSE_POW_32)
}

/**
 * Quotient of two non-negative numbers: floor(a * 2^32 / b), exact; 0 when b is 0.
 *
 * @param a - raw, 0 to 2^53.
 * @param b - raw, 0 to 2^52; the quotient must be below 2^53.
 */
export function divFloor(a: number, b: number): number {
  if (b === 0) return 0
  const dividend = a * ONE_RAW
  const quotient = Math.floor(dividend / b)
  // Rounding never carries a quotient below an integer that it reaches, but may lift it onto one that it does not:
  // then the exact remainder is negative.
  const product = quotient * b
  const remainder = dividend - product - productError(quotient, b, product)
  return remainder < 0 ? quotient - 1 : quotient
}

/** The part of a * b that rounding it to `product` lost: a * b - product, exact (Dekker). */
function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a
  const aHigh = aScaled - (aScaled - a)
  const aLow = a - aHigh
  const bScaled = SPLITTER * b
  const bHigh = bScaled - (bScaled - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** The share that a u16 stands for: floor(k * 2^32 / 65535). 65535 gives exactly 1.0. */
export function shareOfU16(k: number): number {
  return Math.floor((k * ONE_RAW) / U16_MAX)
}

/** A raw number as a u16 proportion: floor(x * 65535 / 2^32), held between 0 and 65535. */
export function u16OfShare(raw: number): number {
  if (raw >= ONE_RAW) return U16_MAX
  return raw > 0 ? Math.floor(raw * U16_MAX * INVERSE_POW_32) : 0
}

/** `value` held between `low` and `high`; `low` where the bounds cross. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(Math.min(value, high), low)
}
