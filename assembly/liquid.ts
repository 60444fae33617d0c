// Liquid alpha, the fast form: every pair's rate from quick bounds of its sigmoid, and the few that they leave open from the
// exact series.
import { ONE, mul, mulSigned, sigmoidOfMinus, u16Of } from './exact'
import {
  BOUGHT, G_PRESENT, MOVED, RAW, SIGMOIDS, SLOPES, SPLATS, S_NEXT, S_OLD, S_RAW, bonds32, bondsU16,
} from './layout'
import { bondWeights, mul4, shareLevels } from './column'
import { alphaHigh, alphaLow, slope } from './params'
import {
  boundsAt, fillSigmoidTables, placesOf, powersBetween, scaledExponents, sigmoidsAtLeast, sigmoidsAtMost, sigmoidsExact,
} from './sigmoid'

const HALF: i64 = 0x80000000
const CLAMP: i64 = 20 << 32
const TWO32: f64 = 4294967296.0

let low: i64 = 0
let high: i64 = 0
let rateAtZero: u64 = 0
/** Whether rates stay within 1 to 2^32 - 1, as the lanes need them. */
let isQuick: bool = false
// Behind those of `sigmoid.ts`.
const S_RATE_AT_ZERO: usize = SPLATS + 128
const S_LOW: usize = SPLATS + 132
const S_SPAN: usize = SPLATS + 136
const S_CONSENSUS: usize = SPLATS + 140
const S_UPPER: usize = SPLATS + 144
const S_HALF: usize = SPLATS + 152
const S_SLOPE_HIGH: usize = SPLATS + 160
const S_SLOPE_LOW: usize = SPLATS + 168
const S_TOP: usize = SPLATS + 176
const S_BOTTOM: usize = SPLATS + 184
/** Scratch of a column: exponents, f64; whether the rate is known without; bounds of the sigmoid. */
const Z: usize = S_OLD
const SETTLED: usize = MOVED
const MOST: usize = S_NEXT
const LEAST: usize = S_RAW
/** Entries of the column that the bounds leave open. */
let open: u32 = 0

/** Computes what all columns share. */
export function prepareLiquidFast(): void {
  fillSigmoidTables()
  low = alphaLow()
  high = max<i64>(alphaHigh(), low)
  rateAtZero = rateOf(sigmoidOfMinus(mulSigned(slope(), -HALF)))
  isQuick = rateAtZero != 0 && low < <i64>ONE && high - low < <i64>ONE
  store<u32>(S_RATE_AT_ZERO, <u32>rateAtZero)
  store<u32>(S_LOW, <u32>low)
  store<u32>(S_SPAN, <u32>(high - low))
  store<u32>(S_UPPER, 0x43300000)
  store<f64>(S_HALF, 4503599627370496.0 + <f64>HALF)
  // The slope in two parts whose products with 32 bits are whole doubles.
  const upper = slope() >> 20 << 20
  store<f64>(S_SLOPE_HIGH, <f64>upper / TWO32)
  store<f64>(S_SLOPE_LOW, <f64>(slope() - upper) / TWO32)
  store<f64>(S_TOP, <f64>CLAMP)
  store<f64>(S_BOTTOM, <f64>-CLAMP)
}

// @ts-ignore: decorator
@inline function rateOf(sigmoid: u64): u64 {
  return <u64>low + mul(<u64>(high - low), sigmoid)
}

/** Bonds of the column in RAW; false where it has to be done in full integers. */
export function bondsLiquidFast(
  first: u32, bonds: usize, lanes: u32, hasPresence: bool, consensus: u64, penalty: u64,
): bool {
  if (!isQuick) return false
  open = 0
  // Interpolating removes zeros.
  if (hasPresence && (penalty == 0 || penalty == ONE)) openZeros(bonds, lanes)
  bondWeights(lanes, <u32>consensus, penalty)
  store<u32>(S_CONSENSUS, <u32>consensus)
  let sum = boundLevels(first, bonds, lanes)
  if (open == 0) return shareLevels(first, lanes, sum)
  sigmoidsExact(SLOPES, SIGMOIDS, open)
  for (let k: u32 = 0; k < open; k++) {
    const lane = load<u32>(BOUGHT + (<usize>k << 2))
    const rate = rateOf(<u64>load<f64>(SIGMOIDS + (<usize>k << 3)))
    const weight: u64 = load<u32>(RAW + (<usize>lane << 2))
    const level = mul(levelOf(load<u16>(bonds + (<usize>lane << 1))), ONE - rate) + mul(weight, rate)
    if (level >= ONE) return false
    const at = bonds32 + (<usize>(first + lane) << 2)
    sum += level - load<u32>(at)
    store<u32>(at, <u32>level)
    store<u16>(bondsU16 + (<usize>(first + lane) << 1), <u16>u16Of(level))
  }
  return shareLevels(first, lanes, sum)
}

/** Level that a stored bond stands for. */
// @ts-ignore: decorator
@inline function levelOf(b: u64): u64 {
  return b * 65537 + u64(b == 65535)
}

/** Lists the explicit zeros, which keep what is left of their bonds. */
function openZeros(bonds: usize, lanes: u32): void {
  const zero = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 4) {
    const isAbsent = i8x16.eq(v128.load32_zero(G_PRESENT + k), zero)
    const isZero = i32x4.eq(v128.load(RAW + (k << 2)), zero)
    const zeros = i32x4.bitmask(isZero) & ~i8x16.bitmask(isAbsent)
    for (let rest = zeros; rest != 0; rest &= rest - 1) {
      const lane = <u32>k + ctz<u32>(rest)
      const old = levelOf(load<u16>(bonds + (<usize>lane << 1)))
      const z = mulSigned(slope(), <i64>old - HALF)
      if (old != 0) keepOpen(lane, <f64>max<i64>(min<i64>(z, CLAMP), -CLAMP))
    }
  }
}

// @ts-ignore: decorator
@inline function keepOpen(lane: u32, z: f64): void {
  store<u32>(BOUGHT + (<usize>open << 2), lane)
  store<f64>(SLOPES + (<usize>open << 3), z)
  open++
}

/**
 * Levels of the entries whose weight is positive, right where they are not listed as open; returns their sum. In three
 * passes, each short enough for the processor to have several turns of it under way.
 */
function boundLevels(first: u32, bonds: usize, lanes: u32): u64 {
  const end = <usize>lanes
  for (let k: usize = 0; k < end; k += 4) measure4(k, i32x4.extend_low_i16x8_u(v128.load64_zero(bonds + (k << 1))))
  for (let k: usize = 0; k < end; k += 4) boundSigmoids4(k)
  const levels = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  let sums = i64x2.splat(0)
  for (let k: usize = 0; k < end; k += 8) {
    const b = v128.load(bonds + (k << 1))
    const e0 = levels4(k, i32x4.extend_low_i16x8_u(b))
    const e1 = levels4(k + 4, i32x4.extend_high_i16x8_u(b))
    v128.store(levels + (k << 2), e0)
    v128.store(levels + (k << 2), e1, 16)
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e0), i64x2.extend_high_i32x4_u(e0)))
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e1), i64x2.extend_high_i32x4_u(e1)))
    // As in `bondsYuma3`.
    const u0 = i32x4.add(i32x4.shr_u(e0, 16), i32x4.lt_u(i32x4.shl(e0, 16), e0))
    const u1 = i32x4.add(i32x4.shr_u(e1, 16), i32x4.lt_u(i32x4.shl(e1, 16), e1))
    v128.store(out + (k << 1), i16x8.narrow_i32x4_u(u0, u1))
  }
  return <u64>i64x2.extract_lane(sums, 0) + <u64>i64x2.extract_lane(sums, 1)
}

/** Exponents of four entries from k on, whose bonds are `b`; and which rates are known without. */
// @ts-ignore: decorator
@inline function measure4(k: usize, b: v128): void {
  const w = v128.load(RAW + (k << 2))
  const old = v128.or(i32x4.shl(b, 16), b)
  const consensus = v128.load32_splat(S_CONSENSUS)
  // How far the weight lies above the consensus (when buying) or below the bond; a bond of 65535 stands for one more than
  // its lane holds. Below 2^32, as weights of 0 do not matter.
  const bought = i32x4.sub(i32x4.max_u(w, consensus), consensus)
  const sold = i32x4.sub(i32x4.sub(old, w), i32x4.eq(b, i32x4.splat(65535)))
  const distance = v128.bitselect(bought, sold, i32x4.eq(i32x4.max_u(w, old), w))
  v128.store(SETTLED + (k << 2), i32x4.eq(distance, i32x4.splat(0)))
  // In front of each, the upper half of 2^52 makes a double of it.
  const upper = v128.load32_splat(S_UPPER)
  v128.store(Z + (k << 3), exponentsOf(v128.shuffle<i32>(distance, upper, 0, 4, 1, 5)))
  v128.store(Z + (k << 3), exponentsOf(v128.shuffle<i32>(distance, upper, 2, 6, 3, 7)), 16)
}

/** Bounds of the sigmoids of four exponents. */
// @ts-ignore: decorator
@inline function boundSigmoids4(k: usize): void {
  const va = scaledExponents(v128.load(Z + (k << 3)))
  const vb = scaledExponents(v128.load(Z + (k << 3), 16))
  const ma = placesOf(va)
  const mb = placesOf(vb)
  const pa = powersBetween(va, ma)
  const pb = powersBetween(vb, mb)
  const a0 = boundsAt(i32x4.extract_lane(ma, 0))
  const a1 = boundsAt(i32x4.extract_lane(ma, 2))
  const b0 = boundsAt(i32x4.extract_lane(mb, 0))
  const b1 = boundsAt(i32x4.extract_lane(mb, 2))
  v128.store(MOST + (k << 2), halves(
    sigmoidsAtMost(f64x2.mul(v128.shuffle<i64>(a0, a1, 0, 2), pa)),
    sigmoidsAtMost(f64x2.mul(v128.shuffle<i64>(b0, b1, 0, 2), pb))))
  v128.store(LEAST + (k << 2), halves(
    sigmoidsAtLeast(f64x2.mul(v128.shuffle<i64>(a0, a1, 1, 3), pa)),
    sigmoidsAtLeast(f64x2.mul(v128.shuffle<i64>(b0, b1, 1, 3), pb))))
}

/** Low halves of four doubles. */
// @ts-ignore: decorator
@inline function halves(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6)
}

/** Levels of four entries from k on, whose bonds are `b`. */
// @ts-ignore: decorator
@inline function levels4(k: usize, b: v128): v128 {
  const w = v128.load(RAW + (k << 2))
  const old = v128.or(i32x4.shl(b, 16), b)
  const span = v128.load32_splat(S_SPAN)
  const zero = i32x4.splat(0)
  const above = mul4(v128.load(MOST + (k << 2)), span)
  const isSettled = v128.load(SETTLED + (k << 2))
  const rate = v128.bitselect(v128.load32_splat(S_RATE_AT_ZERO), i32x4.add(v128.load32_splat(S_LOW), above), isSettled)
  // A rate of 0 would leave all of the bond, a factor that the lanes do not hold.
  const below = mul4(v128.load(LEAST + (k << 2)), span)
  const isOpen = v128.or(i32x4.ne(above, below), i32x4.eq(rate, zero))
  const isHeld = i32x4.ne(w, zero)
  const listed = i32x4.bitmask(v128.and(v128.andnot(isOpen, isSettled), isHeld))
  for (let rest = listed; rest != 0; rest &= rest - 1) {
    const lane = <u32>k + ctz<u32>(rest)
    keepOpen(lane, load<f64>(Z + (<usize>lane << 3)))
  }
  // The level of 65535 is one more than its lanes hold: 1.0.
  const kept = i32x4.sub(mul4(old, i32x4.sub(zero, rate)), i32x4.eq(b, i32x4.splat(65535)))
  return v128.and(i32x4.add(mul4(w, rate), kept), isHeld)
}

/** floor(slope * (distance - 1/2)), from -20 to 20, of distances with 2^52 added. */
// @ts-ignore: decorator
@inline function exponentsOf(distance: v128): v128 {
  const x = f64x2.sub(distance, v128.load64_splat(S_HALF))
  const upper = f64x2.mul(x, v128.load64_splat(S_SLOPE_HIGH))
  const whole = f64x2.floor(upper)
  const rest = f64x2.add(f64x2.sub(upper, whole), f64x2.mul(x, v128.load64_splat(S_SLOPE_LOW)))
  const z = f64x2.add(whole, f64x2.floor(rest))
  return f64x2.pmax(f64x2.pmin(z, v128.load64_splat(S_TOP)), v128.load64_splat(S_BOTTOM))
}
