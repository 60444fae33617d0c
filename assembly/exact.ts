// Exact arithmetic on raw numbers (value times 2^32) in 64-bit integers.

export const ONE: u64 = 0x100000000
const LOW: u64 = 0xffffffff

/** floor(a * b / 2^32) for a, b from 0 to 2^32. */
// @ts-ignore: decorator
@inline export function mul(a: u64, b: u64): u64 {
  if (a == ONE) return b
  if (b == ONE) return a
  return (a * b) >> 32
}

/** floor(a * 2^32 / b) for a from 0 to 2^32 and a <= b; a where b is 0. */
// @ts-ignore: decorator
@inline export function div(a: u64, b: u64): u64 {
  if (b == 0) return a
  return a == ONE ? inverse(b) : (a << 32) / b
}

/** 2^32 / b, lowered by 2^-51 so that products with it never exceed the true quotient. */
// @ts-ignore: decorator
@inline export function reciprocal(b: u64): f64 {
  return (4294967296.0 / <f64>b) * 0.99999999999999955591
}

/** The same as `div` for b > 0, with `by` its reciprocal. Quotients of a up to 2^33 and b from a. */
// @ts-ignore: decorator
@inline export function divBy(a: u64, b: u64, by: f64): u64 {
  const estimate = <f64>a * by
  const floored = Math.floor(estimate)
  if (estimate - floored < 0.99999) return <u64>floored
  return divWide(a, b)
}

/** floor(a * 2^32 / b) for a up to 2^33 and a <= b. */
function divWide(a: u64, b: u64): u64 {
  if (a == b) return ONE
  if (a < ONE) return (a << 32) / b
  // One bit of the quotient by hand.
  const half = (a << 31) / b
  const rest = (a << 31) - half * b
  return (half << 1) + u64(rest << 1 >= b)
}

/** floor(2^64 / b) for b above 1. */
export function inverse(b: u64): u64 {
  const quotient = u64.MAX_VALUE / b
  return quotient * b + (b - 1) == u64.MAX_VALUE ? quotient + 1 : quotient
}

/** Raw share as a floored u16 proportion. */
// @ts-ignore: decorator
@inline export function u16Of(raw: u64): u32 {
  return raw >= ONE ? 65535 : <u32>((raw * 65535) >> 32)
}

/** floor(share * amount) for a raw share up to 1. */
// @ts-ignore: decorator
@inline export function part(share: u64, amount: u64): u64 {
  return share * (amount >> 32) + ((share * (amount & LOW)) >> 32)
}

/** floor(a * b / 2^32) for b below 2^37, where the result fits. */
// @ts-ignore: decorator
@inline function mulWide(a: u64, b: u64): u64 {
  const low = b & LOW
  return a * (b >> 32) + (a >> 32) * low + (((a & LOW) * low) >> 32)
}

const EXP_LIMIT: i64 = 20 << 32
/** What the reference takes for e. */
const E: u64 = 22802600 << 9

/** e^x with the chain's rounding; x raw from -20 to 20. */
export function exp(raw: i64): u64 {
  if (raw == <i64>ONE) return E
  const x = <u64>(raw < 0 ? -raw : raw)
  let sum = ONE + x
  let term = x
  for (let i: u64 = 2; i <= 31 && term != 0; i++) {
    term = mulWide(term, x) / i
    sum += term
  }
  return raw < 0 ? inverse(sum) : sum
}

/** 1 / (1 + e^x) with the chain's rounding; x raw. */
export function sigmoidOfMinus(raw: i64): u64 {
  const x = raw > EXP_LIMIT ? EXP_LIMIT : raw < -EXP_LIMIT ? -EXP_LIMIT : raw
  return inverse(ONE + exp(x))
}

/** floor(a * b / 2^32) for |a| below 2^42 and |b| up to 2^32. */
export function mulSigned(a: i64, b: i64): i64 {
  const isNegative = a < 0 != b < 0
  const p = <u64>(a < 0 ? -a : a)
  const q = <u64>(b < 0 ? -b : b)
  if (q == ONE) return isNegative ? -(<i64>p) : <i64>p
  const low = (p & LOW) * q
  const whole = <i64>((p >> 32) * q + (low >> 32))
  return isNegative ? -(whole + <i64>((low & LOW) != 0)) : whole
}
