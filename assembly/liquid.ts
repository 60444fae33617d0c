// Liquid alpha, the fast form: every pair's rate from quick bounds of its sigmoid, and the few that they leave open from the
// exact series.
import { ONE, mul, mulSigned, sigmoidOfMinus } from './exact'
import {
  BOUGHT, G_PRESENT, RAW, SETTLED, SIGMOIDS, SLOPES, SPLATS, STEP4, S_NEXT, S_OLD, S_RAW, bonds32, bondsU16,
} from './layout'
import { bondWeights, mul4, shareLevels } from './column'
import { alphaHigh, alphaLow, slope } from './shared'
import {
  boundsAt, fillSigmoidTables, placesOf, powersBetween, scaledExponents, sigmoidsAtLeast, sigmoidsAtMost, sigmoidsExact,
} from './sigmoid'

const HALF: i64 = 0x80000000
const CLAMP: i64 = 20 << 32
const TWO32: f64 = 4294967296.0

let low: i64 = 0
let high: i64 = 0
/** The rate of all pairs at distance 0. */
export let rateAtZero: u64 = 0
/** Whether rates stay within 1 to 2^32 - 1, as the lanes need them. */
let isQuick: bool = false
/** Whether the bounds are 0 and 1, so that sigmoids are rates. */
let isFull: bool = false
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
/** Scratch of a column: exponents, f64; rates, u32; a bit for each that is open; masks of known rates and of zeros to keep. */
const Z: usize = S_OLD
const RATES: usize = S_NEXT
const OPEN: usize = S_NEXT + STEP4
const KEPT: usize = S_RAW
/** Entries of the column that the bounds leave open. */
let open: u32 = 0

/** Computes what all columns share. */
export function prepareLiquid(): void {
  fillSigmoidTables()
  low = alphaLow()
  high = max<i64>(alphaHigh(), low)
  rateAtZero = rateOf(sigmoidOfMinus(mulSigned(slope(), -HALF)))
  // No sigmoid is below 8.
  isQuick = rateOf(8) != 0 && low < <i64>ONE
  isFull = high - low == <i64>ONE
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

/** The rate of one pair at a distance above 0, raw. */
export function rateAt(distance: u64): u64 {
  const z = clamped(mulSigned(slope(), <i64>distance - HALF))
  const scaled = scaledExponents(f64x2.splat(<f64>z))
  const places = placesOf(scaled)
  const e = f64x2.mul(boundsAt(i32x4.extract_lane(places, 0)), powersBetween(scaled, places))
  const rate = rateOf(<u64><u32>i32x4.extract_lane(sigmoidsAtMost(e), 0))
  return rate == rateOf(<u64><u32>i32x4.extract_lane(sigmoidsAtLeast(e), 2)) ? rate : rateOf(sigmoidOfMinus(z))
}

// @ts-ignore: decorator
@inline function clamped(z: i64): i64 {
  return max<i64>(min<i64>(z, CLAMP), -CLAMP)
}

/**
 * Bonds of the column in RAW; false where it has to be done in full integers. In passes, each short enough for the processor
 * to have several turns of it under way.
 */
export function bondsLiquidFast(
  first: u32, bonds: usize, lanes: u32, hasPresence: bool, consensus: u64, penalty: u64,
): bool {
  if (!isQuick) return false
  // Interpolating removes zeros.
  const keepsZeros = hasPresence && (penalty == 0 || penalty == ONE)
  open = 0
  if (keepsZeros) findZeros(bonds, lanes)
  bondWeights(lanes, <u32>consensus, penalty)
  store<u32>(S_CONSENSUS, <u32>consensus)
  const end = <usize>lanes
  for (let k: usize = 0; k < end; k += 4) {
    measure4(k, i32x4.extend_low_i16x8_u(v128.load64_zero(bonds + (k << 1))), keepsZeros)
  }
  for (let k: usize = 0; k < end; k += 4) boundRates4(k)
  listOpen(lanes)
  sigmoidsExact(SLOPES, SIGMOIDS, open)
  for (let k: u32 = 0; k < open; k++) {
    const lane = load<u32>(BOUGHT + (<usize>k << 2))
    store<u32>(RATES + (<usize>lane << 2), <u32>rateOf(<u64>load<f64>(SIGMOIDS + (<usize>k << 3))))
  }
  return shareLevels(first, lanes, followRates(first, bonds, lanes, keepsZeros))
}

/** Marks the explicit zeros, which keep what is left of their bonds. */
function findZeros(bonds: usize, lanes: u32): void {
  const zero = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 4) {
    const present = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(G_PRESENT + k)))
    const isKept = v128.and(i32x4.eq(v128.load(RAW + (k << 2)), zero), i32x4.gt_u(present, zero))
    v128.store(KEPT + (k << 2), isKept)
    if (!v128.any_true(isKept)) continue
    for (let lane = <u32>k; lane < <u32>k + 4; lane++) {
      if (load<u32>(KEPT + (<usize>lane << 2)) == 0 || load<u16>(bonds + (<usize>lane << 1)) != 65535) continue
      // As far as can be: one more than a lane holds.
      keepOpen(lane, <f64>clamped(mulSigned(slope(), HALF)))
    }
  }
}

/** Lists the entries whose rates the bounds leave open. */
function listOpen(lanes: u32): void {
  // A byte for every four of them; what lies behind the last ones is cleared.
  store<u64>(OPEN + ((<usize>lanes + 3) >> 2), 0)
  for (let k: u32 = 0; k < lanes; k += 32) {
    for (let rest = load<u64>(OPEN + (<usize>k >> 2)); rest != 0; rest &= rest - 1) {
      const bit = <u32>ctz<u64>(rest)
      const lane = k + (bit >> 3 << 2) + (bit & 7)
      keepOpen(lane, load<f64>(Z + (<usize>lane << 3)))
    }
  }
}

// @ts-ignore: decorator
@inline function keepOpen(lane: u32, z: f64): void {
  store<u32>(BOUGHT + (<usize>open << 2), lane)
  store<f64>(SLOPES + (<usize>open << 3), z)
  open++
}

/** Exponents of four entries from k on, whose bonds are `b`; and which rates are known without. */
// @ts-ignore: decorator
@inline function measure4(k: usize, b: v128, keepsZeros: bool): void {
  const w = v128.load(RAW + (k << 2))
  const old = v128.or(i32x4.shl(b, 16), b)
  const consensus = v128.load32_splat(S_CONSENSUS)
  // How far the weight lies above the consensus (when buying) or below the bond; a bond of 65535 stands for one more than
  // its lane holds. Below 2^32, as weights of 0 do not matter.
  const bought = i32x4.sub(i32x4.max_u(w, consensus), consensus)
  const sold = i32x4.sub(i32x4.sub(old, w), i32x4.eq(b, i32x4.splat(65535)))
  const distance = v128.bitselect(bought, sold, i32x4.eq(i32x4.max_u(w, old), w))
  const zero = i32x4.splat(0)
  const isGone = keepsZeros ? v128.andnot(i32x4.eq(w, zero), v128.load(KEPT + (k << 2))) : i32x4.eq(w, zero)
  v128.store(SETTLED + (k << 2), v128.or(i32x4.eq(distance, zero), isGone))
  // In front of each, the upper half of 2^52 makes a double of it.
  const upper = v128.load32_splat(S_UPPER)
  v128.store(Z + (k << 3), exponentsOf(v128.shuffle<i32>(distance, upper, 0, 4, 1, 5)))
  v128.store(Z + (k << 3), exponentsOf(v128.shuffle<i32>(distance, upper, 2, 6, 3, 7)), 16)
}

/** Rates of four entries from k on, and for which of them the bounds of the sigmoid do not agree. */
// @ts-ignore: decorator
@inline function boundRates4(k: usize): void {
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
  const most = halves(
    sigmoidsAtMost(f64x2.mul(v128.shuffle<i64>(a0, a1, 0, 2), pa)),
    sigmoidsAtMost(f64x2.mul(v128.shuffle<i64>(b0, b1, 0, 2), pb)))
  const least = halves(
    sigmoidsAtLeast(f64x2.mul(v128.shuffle<i64>(a0, a1, 1, 3), pa)),
    sigmoidsAtLeast(f64x2.mul(v128.shuffle<i64>(b0, b1, 1, 3), pb)))
  const above = spread4(most)
  const isSettled = v128.load(SETTLED + (k << 2))
  const rate = i32x4.add(v128.load32_splat(S_LOW), above)
  v128.store(RATES + (k << 2), v128.bitselect(v128.load32_splat(S_RATE_AT_ZERO), rate, isSettled))
  const isSure = v128.or(i32x4.eq(above, spread4(least)), isSettled)
  store<u8>(OPEN + (k >> 2), <u8>(i32x4.bitmask(isSure) ^ 15))
}

/** How far above the lowest rate four sigmoids stand. */
// @ts-ignore: decorator
@inline function spread4(sigmoids: v128): v128 {
  return isFull ? sigmoids : mul4(sigmoids, v128.load32_splat(S_SPAN))
}

/** Low halves of four doubles. */
// @ts-ignore: decorator
@inline function halves(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6)
}

/** Lets the bonds follow the weights at their rates; returns the sum of the new levels. */
function followRates(first: u32, bonds: usize, lanes: u32, keepsZeros: bool): u64 {
  const levels = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  let sums = i64x2.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 8) {
    const b = v128.load(bonds + (k << 1))
    const e0 = levels4(k, i32x4.extend_low_i16x8_u(b), keepsZeros)
    const e1 = levels4(k + 4, i32x4.extend_high_i16x8_u(b), keepsZeros)
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

/** Levels of four entries from k on, whose bonds are `b`. */
// @ts-ignore: decorator
@inline function levels4(k: usize, b: v128, keepsZeros: bool): v128 {
  const w = v128.load(RAW + (k << 2))
  const rate = v128.load(RATES + (k << 2))
  const old = v128.or(i32x4.shl(b, 16), b)
  const zero = i32x4.splat(0)
  // The level of 65535 is one more than its lane holds: 1.0.
  const kept = i32x4.sub(mul4(old, i32x4.sub(zero, rate)), i32x4.eq(b, i32x4.splat(65535)))
  const level = i32x4.add(mul4(w, rate), kept)
  const isHeld = i32x4.ne(w, zero)
  return v128.and(level, keepsZeros ? v128.or(isHeld, v128.load(KEPT + (k << 2))) : isHeld)
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
