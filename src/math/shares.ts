import { divFloor } from './fixed.js'

// PERF: numbers are written where they are used: a bundler turns a constant of the module into a variable, which
// V8 loads again for every entry.

/** What `shareOf` multiplies by in place of dividing by `whole`: a little below 2^32 / whole; 0 for 0. */
export function reciprocalOf(whole: number): number {
  // Shrunk by 2^-51, more than the three roundings around it can add: an estimate is never above the truth.
  return whole === 0 ? 0 : (0x1_0000_0000 / whole) * (1 - 1 / 0x8_0000_0000_0000)
}

/**
 * A part as a share of the whole: floor(part * 2^32 / whole), exact; 0 when both are 0.
 *
 * The product with a reciprocal that is too small by a hair can only fall short of an integer that the quotient
 * reaches, and then its fraction is almost 1: in those cases alone the division is made.
 *
 * @param part - raw, 0 to `whole`.
 * @param whole - raw, 0 to 2^52.
 * @param reciprocal - `reciprocalOf(whole)`.
 */
export function shareOf(part: number, whole: number, reciprocal: number): number {
  const estimate = part * reciprocal
  const share = Math.floor(estimate)
  // A quotient of at most 2^32 falls short by less than 2^-18.
  return estimate - share < 1 - 1 / 0x2_0000 ? share : divFloor(part, whole)
}

/**
 * What to multiply by in place of taking `mulShare` with `share`: a little below share / 2^32.
 *
 * As with `reciprocalOf`, floor(a * factor) is the product wherever a * factor lies at least 2^-17 below the next
 * integer, for a and `share` up to 2^32; elsewhere `mulShare` decides.
 */
export function factorOf(share: number): number {
  return share * ((1 - 1 / 0x8_0000_0000_0000) / 0x1_0000_0000)
}

/**
 * The quotient of small whole numbers: floor(part * 2^32 / whole), exact without any check.
 *
 * Half a unit on top of the dividend keeps the estimate farther from every integer than its error, as long as
 * part * 2^32 is below 2^50; it is added before the common factor 2^32.
 *
 * @param part - 0 to 65535.
 * @param scale - 2^32 / whole, rounded, for a whole number below 2^31; 0 gives 0.
 */
export function smallShare(part: number, scale: number): number {
  return Math.floor((part + 1 / 0x2_0000_0000) * scale)
}

/** The upper part of a factor for `mulSplit`: floor(b / 2^16). */
export function highHalf(b: number): number {
  return Math.floor(b * (1 / 65_536))
}

/**
 * Product with a factor split beforehand: floor(a * b / 2^32), exact.
 *
 * @param a - raw, 0 to 2^36.
 * @param high - `highHalf(b)` of a raw b from 0 to 2^32; `low` is b - high * 2^16.
 */
export function mulSplit(a: number, high: number, low: number): number {
  return Math.floor((a * high + Math.floor(a * low * (1 / 65_536))) * (1 / 65_536))
}

/** The smaller of two whole numbers of at most 2^51, without a branch that a processor could mispredict. */
export function lesserOf(a: number, b: number): number {
  return (a + b - Math.abs(a - b)) * 0.5
}
