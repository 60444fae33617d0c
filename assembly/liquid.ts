// Liquid alpha, the fast form: four exponentials at a time, by estimates that are checked.
import { ONE, mul, mulSigned, sigmoidOfMinus, u16Of } from './exact'
import {
  BOUGHT, G_PRESENT, INVERSES, RAW, SIGMOIDS, S_NEXT, S_OLD, S_RAW, SLOPES, bonds32, bondsU16,
} from './layout'
import { shareLevels } from './column'
import { alphaHigh, alphaLow, slope } from './params'

const HALF: i64 = 0x80000000
/** Up to here (8.0) the terms of the series stay below 2^41, so that estimates of them mostly decide. */
const QUICK: i64 = 8 << 32
const CLAMP: i64 = 20 << 32
const TWO32: f64 = 4294967296.0
const TWO64: f64 = 18446744073709551616.0
const BIAS: f64 = 0.99999999999999955591
const DOUBT: f64 = 0.999996185302734375

let low: i64 = 0
let high: i64 = 0
let rateAtZero: u64 = 0
let sigmoidAtTop: i64 = 0
let sigmoidAtBottom: i64 = 0

/** Computes what all columns share. */
export function prepareLiquidFast(): void {
  low = alphaLow()
  high = alphaHigh()
  rateAtZero = rateOf(<i64>sigmoidOfMinus(mulSigned(slope(), -HALF)))
  sigmoidAtTop = <i64>sigmoidOfMinus(CLAMP)
  sigmoidAtBottom = <i64>sigmoidOfMinus(-CLAMP)
  // 1 / i, lowered by 2^-50: four roundings later a product is still not above the true quotient.
  for (let i: u32 = 2; i <= 31; i++) store<f64>(INVERSES + (<usize>i << 3), (1.0 / <f64>i) * 0.99999999999999911182)
}

// @ts-ignore: decorator
@inline function rateOf(sigmoid: i64): u64 {
  const rate = low + mulSigned(high - low, sigmoid)
  return <u64>max<i64>(min<i64>(rate, high), low)
}

/** Bonds of the column in RAW; false where it has to be done in full integers. */
export function bondsLiquidFast(
  first: u32, bonds: usize, lanes: u32, hasPresence: bool, consensus: u64, penalty: u64,
): bool {
  const count = listDistances(bonds, lanes, hasPresence, consensus, penalty)
  for (let k: u32 = 0; k < count; k += 4) sigmoids4(SLOPES + (<usize>k << 3), SIGMOIDS + (<usize>k << 3))
  for (let k: u32 = 0; k < count; k++) {
    const z = load<f64>(SLOPES + (<usize>k << 3))
    const estimate = load<f64>(SIGMOIDS + (<usize>k << 3))
    const sigmoid = estimate >= 0 ? <i64>estimate : <i64>sigmoidOfMinus(<i64>z)
    store<u64>(S_RAW + (<usize>load<u32>(BOUGHT + (<usize>k << 2)) << 3), rateOf(sigmoid))
  }
  let sum: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const rate = load<u64>(S_RAW + (<usize>k << 3))
    const level = mul(load<u64>(S_OLD + (<usize>k << 3)), ONE - rate) + mul(load<u64>(S_NEXT + (<usize>k << 3)), rate)
    if (level >= ONE) return false
    sum += level
    store<u32>(bonds32 + (<usize>(first + k) << 2), <u32>level)
    store<u16>(bondsU16 + (<usize>(first + k) << 1), <u16>u16Of(level))
  }
  return shareLevels(first, lanes, sum)
}

/** Fills S_NEXT, S_OLD and what is known of S_RAW (weight, bond, rate); lists the exponents still to be taken. */
function listDistances(bonds: usize, lanes: u32, hasPresence: bool, consensus: u64, penalty: u64): u32 {
  const steep = slope()
  const keepsZeros = hasPresence && (penalty == 0 || penalty == ONE)
  let count: u32 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const at = <usize>k << 3
    const given: u64 = load<u32>(RAW + (<usize>k << 2))
    const clipped = min<u64>(given, consensus)
    const w = penalty == 0 ? given : penalty == ONE ? clipped : given - (((given - clipped) * penalty + 0xffffffff) >> 32)
    store<u64>(S_RAW + at, rateAtZero)
    store<u64>(S_NEXT + at, w)
    if (w == 0 && !(given == 0 && keepsZeros && load<u8>(G_PRESENT + k) != 0)) {
      store<u64>(S_OLD + at, 0)
      continue
    }
    const b: u64 = load<u16>(bonds + (<usize>k << 1))
    const old = b * 65537 + u64(b == 65535)
    store<u64>(S_OLD + at, old)
    const distance = w >= old ? (w > consensus ? w - consensus : 0) : old - w
    if (distance == 0) continue
    const z = mulSigned(steep, <i64>distance - HALF)
    if (z >= CLAMP || z <= -CLAMP) {
      store<u64>(S_RAW + at, rateOf(z > 0 ? sigmoidAtTop : sigmoidAtBottom))
      continue
    }
    store<f64>(SLOPES + (<usize>count << 3), <f64>z)
    store<u32>(BOUGHT + (<usize>count << 2), k)
    count++
  }
  for (let k = count; k < count + 3; k++) store<f64>(SLOPES + (<usize>k << 3), 0)
  return count
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
  const slack = f64x2.splat(1.7763568394002505e-15) // 2^-49
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
    bada = f64x2.pmax(bada, f64x2.add(f64x2.sub(pa, ta), f64x2.mul(pa, slack)))
    badb = f64x2.pmax(badb, f64x2.add(f64x2.sub(pb, tb), f64x2.mul(pb, slack)))
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
  isBad = v128.or(isBad, v128.or(f64x2.eq(x, one), f64x2.gt(x, f64x2.splat(<f64>QUICK))))
  return v128.bitselect(f64x2.splat(-1), floored, isBad)
}
