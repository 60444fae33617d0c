/**
 * The signed 64-bit fixed-point type with 32 fractional bits, over its whole range, on raw bigints.
 *
 * This is the slow, obvious form of the arithmetic: `fixed.ts` is the quick one for the bounded values of the epoch,
 * and is compared with this. Results outside 64 bits saturate, or become 0 where that is said.
 *
 * @source substrate-fixed 0.6.0 `I32F32`; subtensor `safe-math` and `epoch/math.rs`
 */

const FRACTION_BITS = 32n
const ONE = 1n << FRACTION_BITS
const MIN = -(1n << 63n)
const MAX = (1n << 63n) - 1n
const U16_MAX = 65_535n
const EXP_LIMIT = 20n * ONE
/** e with 23 fractional bits, as the reference holds it: what exp(1) is, 354 raw units below the true value. */
const E = 22_802_600n << 9n
const LAST_TERM = 31n

function saturate(value: bigint): bigint {
  if (value > MAX) return MAX
  return value < MIN ? MIN : value
}

/** a * b rounded towards minus infinity, saturating. */
export function mulI32F32(a: bigint, b: bigint): bigint {
  return saturate((a * b) >> FRACTION_BITS)
}

/** a / b rounded towards zero; 0 when b is 0 or the quotient does not fit 64 bits. */
export function divI32F32(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n
  const quotient = (a << FRACTION_BITS) / b
  return quotient > MAX || quotient < MIN ? 0n : quotient
}

/** A raw number as a u16 proportion: floor(x * 65535), held between 0 and 65535. */
export function u16OfI32F32(raw: bigint): number {
  const scaled = saturate(raw * U16_MAX) >> FRACTION_BITS
  if (scaled < 0n) return 0
  return Number(scaled > U16_MAX ? U16_MAX : scaled)
}

/**
 * e^x as the chain computes it: x held between -20 and 20, the Taylor series to its 31st term for |x|, and the
 * reciprocal for a negative x. Exactly +1 is a constant.
 */
export function expI32F32(raw: bigint): bigint {
  if (raw === 0n) return ONE
  if (raw === ONE) return E
  const magnitude = raw < 0n ? -raw : raw
  const x = magnitude > EXP_LIMIT ? EXP_LIMIT : magnitude
  let sum = ONE + x
  let term = x
  for (let i = 2n; i <= LAST_TERM && term !== 0n; i++) {
    // Dividing by an integer needs no shift: both operands would carry the same one.
    term = ((term * x) >> FRACTION_BITS) / i
    sum += term
  }
  return raw < 0n ? (ONE << FRACTION_BITS) / sum : sum
}
