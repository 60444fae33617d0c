// floor(10^18 * (a / b)^(c / d)), as `powRatioE18` of the sources gives it.
import { div128, E18, mulHigh } from './wide'

/** For every argument: the caller's. */
// @ts-ignore: decorator
@external('host', 'powRatioE18') declare function slowPower(a: u64, b: u64, c: u64, d: u64): u64

/** 1, of 62 fractional bits. */
const ONE: u64 = 1 << 62
/** Fractional bits of an exponent: the series counts with whole numbers up to 11. */
const EXPONENT_BITS = 58

/**
 * For a up to b, both below 2^62, and c and d from 10^16 to 10^18.
 *
 * Where little is taken, t = 1 - a / b below 2^-8, and p = c / d is at most 4, it is (1 - t)^p = 1 - u with the binomial series
 * u = p * t * g, g = 1 - (p - 1) / 2 * t * (1 - (p - 2) / 3 * t * (1 - ...)).
 *
 * Why it is right: every factor (p - k) / (k + 1) is at most 1.5, and less than 2^-56 off. With t below 2^-z a turn of the loop is off
 * by less than 2^-61.4: 2^-62 by the last shift, the rest by the product before it and by the factor, which counts t times. What was
 * off before counts at most 2^-7 times. With 64 / (z - 1) turns what is left out is below 2^-64, so g is less than 2^-60 off. p and t have
 * 64 bits each, and the two products of them and g are cut off at 61 bits or more: u is less than 2^-59 of itself off, and twice that is
 * allowed for. Where both ends of that have the same floor it is the floor; elsewhere, once in thousands of times, all is computed anew.
 */
export function powRatioE18(a: u64, b: u64, c: u64, d: u64): u64 {
  // 10^18 * a has up to 122 bits; where a is b the quotient is 10^18.
  if (c == d) return div128(mulHigh(E18, a), E18 * a, b)
  if (a == b) return E18
  const taken = b - a
  if (taken >= b >> 8 || c > d << 2) return slowPower(a, b, c, d)
  return seriesPower(taken, b, c, d)
}

function seriesPower(taken: u64, b: u64, c: u64, d: u64): u64 {
  // t = part / 2^(64 + zeros), part from 2^63 on; t is below 2^-zeros.
  let zeros = <i64>(clz(taken) - clz(b))
  if (taken << zeros >= b) zeros--
  const part = div128(taken << zeros, 0, b)
  // p = power / 2^(64 + places), power from 2^63 on; places is below 0 where p is at least 1.
  let places = <i64>clz(c) - <i64>clz(d)
  if (places < 0 ? c >= d << -places : c << places >= d) places--
  const power = places < 0 ? div128(c, 0, d << -places) : div128(c << places, 0, d)
  const whole = c / d
  const exponent = <i64>((whole << EXPONENT_BITS) + (div128(c - whole * d, 0, d) >> (64 - EXPONENT_BITS)))
  let g = ONE
  for (let k: i64 = 64 / (zeros - 1) + 1; k > 0; k--) {
    const factor = (exponent - (k << EXPONENT_BITS)) / (k + 1)
    const step = mulHigh(mulHigh(<u64>(factor < 0 ? -factor : factor), part), g) >> (zeros - 6)
    g = factor < 0 ? ONE + step : ONE - step
  }
  // u = size / 2^after
  const size = mulHigh(mulHigh(power, part), g << 1)
  const after = <u64>(zeros + places + 63)
  const error = (size >> 58) + 2
  const least = takenE18(size - error, after)
  if (least != takenE18(size + error, after)) return slowPower(b - taken, b, c, d)
  return E18 - least
}

/** ceil(10^18 * size / 2^after), for a size above 0, after from 68 on and a result below 10^18. */
function takenE18(size: u64, after: u64): u64 {
  // The product is below 2^124.
  if (after >= 124) return 1
  const above = mulHigh(E18, size)
  const down = after - 64
  const rest = above & ((<u64>1 << down) - 1)
  return (above >> down) + u64(rest != 0 || E18 * size != 0)
}
