/**
 * Signed fixed point with 64 fractional bits on raw bigints, as far as the chain's locks need it.
 *
 * @source substrate-fixed 0.6.0 `I64F64`
 */

const FRACTION_BITS = 64n
const ONE = 1n << FRACTION_BITS
/** e with 23 fractional bits, as the reference holds it. */
const E = 22_802_600n << 41n
const LAST_TERM = 63n

/**
 * e^x as the chain computes it: the Taylor series to its 63rd term for |x|, each term floored, and the reciprocal for
 * a negative x. Exactly +1 is a constant.
 *
 * @param raw - I64F64, magnitude at most 40: the largest that the chain asks for.
 * @source substrate-fixed 0.6.0 `transcendental.rs`, `exp`
 *
 * @example
 * ```ts
 * import { expI64F64 } from 'subnetkit/math'
 *
 * Number(expI64F64(-(1n << 63n))) / 2 ** 64 // 0.6065, the root of 1 / e
 * ```
 */
export function expI64F64(raw: bigint): bigint {
  if (raw === 0n) return ONE
  if (raw === ONE) return E
  const x = raw < 0n ? -raw : raw
  let sum = ONE + x
  let term = x
  for (let i = 2n; i <= LAST_TERM && term !== 0n; i++) {
    term = ((term * x) >> FRACTION_BITS) / i
    sum += term
  }
  return raw < 0n ? (ONE << FRACTION_BITS) / sum : sum
}
