// Sigmoids 1 / (1 + e^z) with the chain's rounding: quick bounds for most, exact series four at a time for the rest.
import { ONE, inverse, sigmoidOfMinus } from './exact'
import { INVERSES, POWERS, SPLATS } from './layout'

const TWO32: f64 = 4294967296.0
const TWO64: f64 = 18446744073709551616.0

// The bounds.
//
// Let x = |z| in [0, 20], and T(x) the Taylor polynomial of e^x up to its 31st term. The chain sums the terms of T from
// t[1] = x on as t[k] = floor(t[k-1] * x / k) (two floors after each other are one). Against the unrounded terms p[k],
// what is missing obeys
//     0 <= p[k] - t[k] <= min(p[k], (p[k-1] - t[k-1]) * x / k + 1),
// since a term is never negative. Summed over k that bounds by D(x), which grows with x, what the chain's sum lacks:
//     2^32 T(x) - D(x) <= sum(x) <= 2^32 T(x).
// Exponents are told apart by the nearest multiple c of 1/64: z = c + u with |u| <= h = 1/128. T(x) / e^x falls as x
// grows, so for z >= 0
//     T(c+h) e^-h - D(c+h) e^h / 2^32 <= sum(z) e^-u / 2^32 <= T(c-h) e^h,
// two numbers per c that do not depend on u. For z < 0 the chain goes on with the reciprocal of sum(-z), which lies between
// the reciprocals of the two numbers of -c, times e^u. Both come out of a table, and e^u out of five terms: 1/2^51 short.
// The reciprocal is floored to e; flooring both bounds keeps them bounds for either sign, as e is an integer in both.
// The sigmoid floor(2^64 / (2^32 + e)) falls as e grows, so the bounds of e give bounds of it.
//
// Doubles: the table is widened by 2^-45, which covers its own sums (31 positive terms of at most 62 roundings each stay
// within 2^-46), the polynomial and the product; the numerator is widened for the last two roundings.
//
// Where e^x is large the sigmoid hardly depends on what the sum lacks, and both bounds nearly always agree; where it is small
// what they disagree about rarely changes the rate. Exactly 1 is the exception: the chain has a constant for it.

/** Multiples of 1/64 from -20 to 20. */
const CELLS: i32 = 20 * 64
/** Adding it rounds to the nearest integer, which then stands in the low bits as a place in the table. */
const TO_PLACE: f64 = 6755399441055744.0 + <f64>CELLS
/** Adding it floors, where the result is the same for both bounds; no sigmoid is near 0, where it would not. */
const TO_FLOOR: f64 = 4503599627370495.5

/** 1 - 2^-45, 1 + 2^-45. */
const NARROW: f64 = 0.99999999999997157829
const WIDE: f64 = 1.00000000000002842171

// Read from memory, a number reaches all lanes in one instruction; written out, it takes three, in every turn of the loop.
const S_TWO32: usize = SPLATS
const S_TO_PLACE: usize = SPLATS + 8
const S_TO_FLOOR: usize = SPLATS + 16
const S_SCALE: usize = SPLATS + 24
const S_ABOVE: usize = SPLATS + 32
const S_BELOW: usize = SPLATS + 40
const S_DIFFERENCE: usize = SPLATS + 48
const S_ONE: usize = SPLATS + 56
const S_U1: usize = SPLATS + 64
const S_U2: usize = SPLATS + 72
const S_U3: usize = SPLATS + 80
const S_U4: usize = SPLATS + 88
const S_U5: usize = SPLATS + 96

function fillSplats(): void {
  store<f64>(S_TWO32, TWO32)
  store<f64>(S_TO_PLACE, TO_PLACE)
  store<f64>(S_TO_FLOOR, TO_FLOOR)
  store<f64>(S_SCALE, 64.0 / TWO32)
  // 2^64, 2^-50 above and below.
  store<f64>(S_ABOVE, 18446744073709568000.0)
  store<f64>(S_BELOW, 18446744073709535232.0)
  store<f64>(S_DIFFERENCE, 2 * TWO32 + 0.25)
  store<f64>(S_ONE, 1)
  store<f64>(S_U1, 1.0 / 64)
  store<f64>(S_U2, 1.0 / (64 * 64 * 2))
  store<f64>(S_U3, 1.0 / (64 * 64 * 64 * 6))
  store<f64>(S_U4, 1.0 / (64 * 64 * 64 * 64 * 24))
  store<f64>(S_U5, 1.0 / (<f64>(64 * 64 * 64 * 64) * 64 * 120))
}

let isFilled: bool = false

/** Fills the tables, once. */
export function fillSigmoidTables(): void {
  if (isFilled) return
  isFilled = true
  fillSplats()
  // 1 / i, lowered by 2^-50: four roundings later a product is still not above the true quotient.
  for (let i: u32 = 2; i <= 31; i++) store<f64>(INVERSES + (<usize>i << 3), (1.0 / <f64>i) * 0.99999999999999911182)
  const h: f64 = 1.0 / 128
  const step = series(h)
  for (let k: i32 = 1; k <= CELLS; k++) {
    const c = <f64>k / 64
    const most = TWO32 * series(c - h) * step * WIDE
    const least = leastPower(c, h, step)
    // Exactly 1 has a constant of its own, 354 units below the truth.
    keepPower(k, k == 64 ? least - 360 : least, most)
    keepPower(-k, TWO64 / most * NARROW, TWO64 / least * WIDE)
  }
  // Around 0 both signs meet.
  const least = leastPower(0, h, step)
  keepPower(0, least, TWO64 / least * WIDE)
}

function leastPower(c: f64, h: f64, step: f64): f64 {
  return (TWO32 * series(c + h) / step - lacking(c + h) * step) * NARROW
}

function keepPower(k: i32, least: f64, most: f64): void {
  const at = POWERS + (<usize>(k + CELLS) << 4)
  store<f64>(at, least)
  store<f64>(at, most, 8)
}

/** T(x). */
function series(x: f64): f64 {
  let sum: f64 = 1 + x
  let term = x
  for (let i: u32 = 2; i <= 31; i++) {
    term *= x / <f64>i
    sum += term
  }
  return sum
}

/** D(x), in raw units. */
function lacking(x: f64): f64 {
  let term = x * TWO32
  let missing: f64 = 0
  let sum: f64 = 0
  for (let i: u32 = 2; i <= 31; i++) {
    term *= x / <f64>i
    missing = min<f64>(term, missing * x / <f64>i + 1)
    sum += missing
  }
  return sum * 1.0000001
}

/** Where the bounds of two exponents (raw, from -20 to 20) stand, in the low halves of the doubles. */
// @ts-ignore: decorator
@inline export function placesOf(scaled: v128): v128 {
  return f64x2.add(scaled, v128.load64_splat(S_TO_PLACE))
}

/** Exponents in multiples of 1/64. */
// @ts-ignore: decorator
@inline export function scaledExponents(z: v128): v128 {
  return f64x2.mul(z, v128.load64_splat(S_SCALE))
}

/** e^u of what lies between the exponents and their places. */
// @ts-ignore: decorator
@inline export function powersBetween(scaled: v128, places: v128): v128 {
  const u = f64x2.sub(scaled, f64x2.sub(places, v128.load64_splat(S_TO_PLACE)))
  const square = f64x2.mul(u, u)
  const low = f64x2.add(v128.load64_splat(S_ONE), f64x2.mul(u, v128.load64_splat(S_U1)))
  const middle = f64x2.add(v128.load64_splat(S_U2), f64x2.mul(u, v128.load64_splat(S_U3)))
  const high = f64x2.add(v128.load64_splat(S_U4), f64x2.mul(u, v128.load64_splat(S_U5)))
  return f64x2.add(low, f64x2.mul(square, f64x2.add(middle, f64x2.mul(square, high))))
}

/** Both bounds of e at a place, to be multiplied with the power between. */
// @ts-ignore: decorator
@inline export function boundsAt(place: i32): v128 {
  return v128.load(POWERS + (<usize>place << 4))
}

/** What no sigmoid of these e is above; the low halves of the doubles hold them floored. */
// @ts-ignore: decorator
@inline export function sigmoidsAtMost(e: v128): v128 {
  const divisor = f64x2.add(f64x2.floor(e), v128.load64_splat(S_TWO32))
  return f64x2.add(f64x2.div(v128.load64_splat(S_ABOVE), divisor), v128.load64_splat(S_TO_FLOOR))
}

/** What no sigmoid of these e is below. */
// @ts-ignore: decorator
@inline export function sigmoidsAtLeast(e: v128): v128 {
  const divisor = f64x2.add(f64x2.floor(e), v128.load64_splat(S_TWO32))
  const quotient = f64x2.div(v128.load64_splat(S_BELOW), divisor)
  // 2^32 - e is below the sigmoid too, so little where e is small that rounding would hide it.
  const difference = f64x2.sub(v128.load64_splat(S_DIFFERENCE), divisor)
  return f64x2.add(f64x2.pmax(quotient, difference), v128.load64_splat(S_TO_FLOOR))
}

// The series.

/** Up to here (8.0) the terms of the series stay below 2^41, so that estimates of them mostly decide. */
const QUICK: f64 = 8.0 * TWO32
const BIAS: f64 = 0.99999999999999955591
const DOUBT: f64 = 0.999996185302734375

/** Sigmoids of the exponents at `slopes`, f64[count], exact; the place after them is overwritten up to a multiple of 4. */
export function sigmoidsExact(slopes: usize, out: usize, count: u32): void {
  for (let k = count; k & 3; k++) store<f64>(slopes + (<usize>k << 3), 0)
  for (let k: u32 = 0; k < count; k += 4) sigmoids4(slopes + (<usize>k << 3), out + (<usize>k << 3))
  for (let k: u32 = 0; k < count; k++) {
    const at = <usize>k << 3
    if (load<f64>(out + at) < 0) store<f64>(out + at, <f64>sigmoidOfMinus(<i64>load<f64>(slopes + at)))
  }
}

/** Sigmoids of minus four exponents; -1 where an estimate does not decide. */
function sigmoids4(slopes: usize, out: usize): void {
  const za = v128.load(slopes)
  const zb = v128.load(slopes, 16)
  const xa = f64x2.abs(za)
  const xb = f64x2.abs(zb)
  const unit = f64x2.splat(1.0 / TWO32)
  const sa = f64x2.mul(xa, unit)
  const sb = f64x2.mul(xb, unit)
  const one = f64x2.splat(TWO32)
  const over = f64x2.splat(1.0000000000000017764) // 1 + 2^-49
  let ta = xa
  let tb = xb
  let suma = f64x2.add(one, xa)
  let sumb = f64x2.add(one, xb)
  let bada = f64x2.splat(0)
  let badb = bada
  for (let i: usize = 2; i <= 31; i++) {
    const inverse = v128.load64_splat(INVERSES + (i << 3))
    const pa = f64x2.mul(ta, f64x2.mul(sa, inverse))
    const pb = f64x2.mul(tb, f64x2.mul(sb, inverse))
    ta = f64x2.floor(pa)
    tb = f64x2.floor(pb)
    bada = f64x2.pmax(bada, f64x2.sub(f64x2.mul(pa, over), ta))
    badb = f64x2.pmax(badb, f64x2.sub(f64x2.mul(pb, over), tb))
    suma = f64x2.add(suma, ta)
    sumb = f64x2.add(sumb, tb)
    if (!v128.any_true(v128.or(ta, tb))) break
  }
  v128.store(out, finish(za, xa, suma, bada))
  v128.store(out, finish(zb, xb, sumb, badb), 16)
}

/** From the series to the sigmoid, or -1. */
// @ts-ignore: decorator
@inline function finish(z: v128, x: v128, sum: v128, bad: v128): v128 {
  const one = f64x2.splat(TWO32)
  const bias = f64x2.splat(BIAS)
  const square = f64x2.splat(TWO64)
  const doubt = f64x2.splat(DOUBT)
  const isNegative = f64x2.lt(z, f64x2.splat(0))
  const inverse = f64x2.mul(f64x2.div(square, sum), bias)
  const inverseFloor = f64x2.floor(inverse)
  const power = v128.bitselect(inverseFloor, sum, isNegative)
  const sigmoid = f64x2.mul(f64x2.div(square, f64x2.add(one, power)), bias)
  const floored = f64x2.floor(sigmoid)
  let isBad = f64x2.ge(bad, f64x2.splat(1))
  isBad = v128.or(isBad, v128.and(isNegative, f64x2.gt(f64x2.sub(inverse, inverseFloor), doubt)))
  isBad = v128.or(isBad, f64x2.gt(f64x2.sub(sigmoid, floored), doubt))
  // Exactly 1 has a constant of its own, and beyond 8 the estimates do not bound the terms.
  isBad = v128.or(isBad, v128.or(f64x2.eq(x, one), f64x2.gt(x, f64x2.splat(QUICK))))
  return v128.bitselect(f64x2.splat(-1), floored, isBad)
}
