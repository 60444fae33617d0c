import { bitLength } from './bigints.js'

/** Bits that ln 2 is kept longer, so that thousands of it are as good as one. */
const GUARD_BITS = 32n
/** The precision that is asked for nearly always. */
const USUAL_BITS = 96n
const USUAL_LN2 = /* @__PURE__ */ computeLn2(USUAL_BITS + GUARD_BITS)

/**
 * ln(a / b), for a and b above 0 and below 2^2048, with `bits` fractional bits: at least 96.
 *
 * With a / b = m * 2^k and m in [2/3, 4/3] it is k * ln 2 + 2 * atanh(z), z = (m - 1) / (m + 1), |z| <= 1/5.
 *
 * @returns the logarithm, less than `bits` units of 2^-bits off: a term is at most 1.4 units off, there are fewer than
 *   bits / 4.6, and all are doubled; k * ln 2 is 1 unit off.
 */
export function lnRatio(a: bigint, b: bigint, bits: bigint): bigint {
  const { above, below, k } = nearOne(a, b)
  const isNegative = above < below
  const z = ((isNegative ? below - above : above - below) << bits) / (above + below)
  const ln = 2n * atanh(z, bits)
  const powers = k === 0 ? 0n : (BigInt(k) * ln2(bits)) >> GUARD_BITS
  return (isNegative ? -ln : ln) + powers
}

/**
 * e^y as `mantissa * 2^(exponent - bits)`, y and mantissa with `bits` fractional bits; y between -2^20 and 2^20.
 *
 * @returns a mantissa between 0.7 and 1.5, less than `bits` units off: at most 3 for each term, of which there are fewer
 *   than bits / 4, and 2 for what is left of y after whole times ln 2.
 */
export function exp(y: bigint, bits: bigint): { readonly mantissa: bigint; readonly exponent: bigint } {
  if (3n * magnitude(y) <= 1n << bits) return { mantissa: expSeries(y, bits), exponent: 0n }
  const exponent = nearestQuotient(y << GUARD_BITS, ln2(bits))
  const rest = y - ((exponent * ln2(bits)) >> GUARD_BITS)
  return { mantissa: expSeries(rest, bits), exponent }
}

/** a / b as above / below * 2^k, above / below in [2/3, 4/3]. */
function nearOne(a: bigint, b: bigint): { above: bigint; below: bigint; k: number } {
  if (isWithinThird(a, b)) return { above: a, below: b, k: 0 }
  let k = bitLength(a) - bitLength(b)
  // Of two numbers with as many bits, one may still be nearly twice the other.
  if (3n * shiftedLeft(a, -k) > 4n * shiftedLeft(b, k)) k += 1
  else if (3n * shiftedLeft(a, -k) < 2n * shiftedLeft(b, k)) k -= 1
  return { above: shiftedLeft(a, -k), below: shiftedLeft(b, k), k }
}

const isWithinThird = (a: bigint, b: bigint): boolean => 3n * a >= 2n * b && 3n * a <= 4n * b

const shiftedLeft = (value: bigint, by: number): bigint => (by > 0 ? value << BigInt(by) : value)

/** z + z^3/3 + z^5/5 + ... */
function atanh(z: bigint, bits: bigint): bigint {
  const square = (z * z) >> bits
  let sum = z
  let power = (z * square) >> bits
  for (let n = 3n; power !== 0n; n += 2n) {
    sum += power / n
    power = (power * square) >> bits
  }
  return sum
}

/** 1 + y + y^2/2! + ..., y between -0.4 and 0.4. */
function expSeries(y: bigint, bits: bigint): bigint {
  const size = magnitude(y)
  let even = 1n << bits
  let odd = size
  let term = size
  for (let n = 2n; term !== 0n; n += 2n) {
    term = ((term * size) >> bits) / n
    even += term
    term = ((term * size) >> bits) / (n + 1n)
    odd += term
  }
  return y < 0n ? even - odd : even + odd
}

/** With GUARD_BITS more than asked for. */
const ln2 = (bits: bigint): bigint => (bits === USUAL_BITS ? USUAL_LN2 : computeLn2(bits + GUARD_BITS))

/** ln 2 = 2 * atanh(1/3), with 16 bits more against the errors of the terms. */
function computeLn2(bits: bigint): bigint {
  const more = bits + 16n
  return (2n * atanh((1n << more) / 3n, more)) >> 16n
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

/** Of a number above or below 0 and one above 0. */
function nearestQuotient(value: bigint, by: bigint): bigint {
  return value < 0n ? -((by - 2n * value) / (2n * by)) : (by + 2n * value) / (2n * by)
}
