// One column at a time: the fast form, on 32-bit lanes, four or two at once. It is exact whenever it says so; where it
// cannot tell, it returns false and the column is done again by `slowColumn.ts`.
import { ONE } from './exact'
import {
  BOUGHT, MOVED, RAW, bonds32, bondsU16, largest, shares32,
} from './layout'
import { selectFast, sum4 } from './median'

/** 1 - 2^-51: keeps a quotient by a rounded reciprocal at or below the true one. */
const BIAS: f64 = 0.99999999999999955591
/** A quotient whose fraction exceeds this may have been floored one too low. */
const DOUBT: f64 = 0.999996185302734375
const TWO32: f64 = 4294967296.0
const TWO52: f64 = 4503599627370496.0

/** Low 32 bits of four whole doubles below 2^32. */
// @ts-ignore: decorator
@inline function pack(a: v128, b: v128): v128 {
  const magic = f64x2.splat(TWO52)
  return v128.shuffle<i32>(f64x2.add(a, magic), f64x2.add(b, magic), 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline export function lowF64(x: v128): v128 {
  return f64x2.convert_low_i32x4_u(x)
}

// @ts-ignore: decorator
@inline export function highF64(x: v128): v128 {
  return f64x2.convert_low_i32x4_u(v128.shuffle<i32>(x, x, 2, 3, 2, 3))
}

/** floor(a * b / 2^32) of four lanes. */
// @ts-ignore: decorator
@inline export function mul4(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7)
}

/** Fills RAW with the weights as shares of their rows; returns the votes on more than 0. */
export function shareWeights(weights: usize, lanes: u32, scale: usize, half: usize, votes: usize): u64 {
  let voted = i32x4.splat(0)
  const zero = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 8) {
    const w = v128.load(weights + (k << 1))
    for (let part: usize = 0; part < 2; part++) {
      const w4 = part == 0 ? i32x4.extend_low_i16x8_u(w) : i32x4.extend_high_i16x8_u(w)
      const at = k + (part << 2)
      const x = f64x2.add(
        f64x2.mul(f64x2.convert_low_i32x4_s(w4), v128.load(scale + (at << 3))), v128.load(half + (at << 3)))
      const y = f64x2.add(
        f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(w4, w4, 2, 3, 2, 3)), v128.load(scale + (at << 3), 16)),
        v128.load(half + (at << 3), 16))
      const raw = pack(f64x2.floor(x), f64x2.floor(y))
      v128.store(RAW + (at << 2), raw)
      voted = i32x4.add(voted, v128.and(i32x4.ne(raw, zero), v128.load(votes + (at << 2))))
    }
  }
  return sum4(voted)
}

/** Consensus of the column in RAW. */
export function consensusOf(lanes: u32, votes: usize, voted: u64, total: u64, minority: i64): u32 {
  if (voted == 0) return 0
  const unvoted = total - voted
  if (unvoted > 0 && <i64>unvoted > minority) return 0
  return selectFast(RAW, votes, lanes, total, minority)
}

/** Fills BOUGHT with stake times clipped weight; returns the sum, the rank. */
export function rankOf(lanes: u32, consensus: u32, stakes: usize): u64 {
  const limit = i32x4.splat(consensus)
  let rank = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    const bought = mul4(i32x4.min_u(v128.load(RAW + k), limit), v128.load(stakes + k))
    v128.store(BOUGHT + k, bought)
    rank = i32x4.add(rank, bought)
  }
  return sum4(rank)
}

/** Turns RAW into the weights that form bonds: `penalty` of the way from the weights to the clipped ones. */
export function bondWeights(lanes: u32, consensus: u32, penalty: u64): void {
  const limit = i32x4.splat(consensus)
  if (penalty == ONE) {
    for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
      v128.store(RAW + k, i32x4.min_u(v128.load(RAW + k), limit))
    }
    return
  }
  if (penalty == 0) return
  const by = i32x4.splat(<u32>penalty)
  const up = i64x2.splat(0xffffffff)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    const w = v128.load(RAW + k)
    const excess = i32x4.sub(w, i32x4.min_u(w, limit))
    // Rounded up: the excess is taken away.
    const taken = v128.shuffle<i32>(
      i64x2.add(i64x2.extmul_low_i32x4_u(excess, by), up),
      i64x2.add(i64x2.extmul_high_i32x4_u(excess, by), up), 1, 3, 5, 7)
    v128.store(RAW + k, i32x4.sub(w, taken))
  }
}

/** Fills BOUGHT with stake times RAW; returns the sum. */
export function buy(lanes: u32, stakes: usize): u64 {
  let sum = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    const bought = mul4(v128.load(RAW + k), v128.load(stakes + k))
    v128.store(BOUGHT + k, bought)
    sum = i32x4.add(sum, bought)
  }
  return sum4(sum)
}

let bondSum: u32 = 0
let bondMax: u32 = 0

function measureBonds(bonds: usize, lanes: u32): void {
  let sum = i32x4.splat(0)
  let max = i16x8.splat(0)
  for (let k: usize = 0, end = <usize>lanes << 1; k < end; k += 16) {
    const b = v128.load(bonds + k)
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(b))
    max = i16x8.max_u(max, b)
  }
  bondSum = <u32>sum4(sum)
  max = i16x8.max_u(max, v128.shuffle<i64>(max, max, 1, 0))
  max = i16x8.max_u(max, v128.shuffle<i32>(max, max, 1, 0, 2, 3))
  bondMax = max4(<u32>i16x8.extract_lane_u(max, 0), <u32>i16x8.extract_lane_u(max, 1))
}

// @ts-ignore: decorator
@inline function max4(a: u32, b: u32): u32 {
  return a > b ? a : b
}

/** Bonds of the original Yuma from BOUGHT, whose sum is `boughtSum`; false where a quotient is in doubt. */
export function bondsYuma2(j: u32, first: u32, bonds: usize, lanes: u32, boughtSum: u64, rate: u64): bool {
  measureBonds(bonds, lanes)
  // A bond that is all of its column is 1.0.
  if (bondMax == bondSum && bondSum != 0) return false
  const perBought = f64x2.splat(boughtSum == 0 ? 0 : (TWO32 / <f64>boughtSum) * BIAS)
  const inverse = bondSum == 0 ? 0.0 : 1.0 / <f64>bondSum
  const perBond = f64x2.splat(TWO32 * inverse)
  const halfBond = f64x2.splat(0.5 * inverse)
  const alpha = i32x4.splat(<u32>rate)
  const beta = i32x4.splat(<u32>(ONE - rate))
  let doubt = f64x2.splat(0)
  let movedSum = i32x4.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 4) {
    const bought = v128.load(BOUGHT + (k << 2))
    const x = f64x2.mul(lowF64(bought), perBought)
    const y = f64x2.mul(highF64(bought), perBought)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    const next = pack(xf, yf)
    const b4 = i32x4.extend_low_i16x8_u(v128.load64_zero(bonds + (k << 1)))
    const old = pack(
      f64x2.floor(f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(b4), perBond), halfBond)),
      f64x2.floor(f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(b4, b4, 2, 3, 2, 3)), perBond), halfBond)))
    const moved = i32x4.add(mul4(next, alpha), mul4(old, beta))
    v128.store(MOVED + (k << 2), moved)
    movedSum = i32x4.add(movedSum, moved)
  }
  const sum = sum4(movedSum)
  const perMoved = f64x2.splat(sum == 0 ? 0 : (TWO32 / <f64>sum) * BIAS)
  let max = i32x4.splat(0)
  const out = bonds32 + (<usize>first << 2)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    const moved = v128.load(MOVED + k)
    const x = f64x2.mul(lowF64(moved), perMoved)
    const y = f64x2.mul(highF64(moved), perMoved)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    const share = pack(xf, yf)
    v128.store(out + k, share)
    max = i32x4.max_u(max, share)
  }
  if (isDoubtful(doubt)) return false
  max = i32x4.max_u(max, v128.shuffle<i64>(max, max, 1, 0))
  const top = max4(i32x4.extract_lane(max, 0), i32x4.extract_lane(max, 1))
  store<u64>(largest + (<usize>j << 3), top)
  return top == 0 ? zeroU16(first, lanes) : scaleToU16(first, lanes, top)
}

// @ts-ignore: decorator
@inline function isDoubtful(fractions: v128): bool {
  return f64x2.extract_lane(fractions, 0) > DOUBT || f64x2.extract_lane(fractions, 1) > DOUBT
}

function zeroU16(first: u32, lanes: u32): bool {
  memory.fill(bondsU16 + (<usize>first << 1), 0, <usize>lanes << 1)
  return true
}

/** u16 of share / top: one product, unless it lies so near an integer that the floor in between matters. */
function scaleToU16(first: u32, lanes: u32, top: u32): bool {
  // A little too large, so that the largest holder reaches 65535.
  const factor = f64x2.splat((65535.0 / <f64>top) * 1.0000000000009095)
  // More than 65535 / 2^32, what the floor in between can take away.
  const margin = f64x2.splat(0.000016)
  const topLanes = i32x4.splat(top)
  const zero = i32x4.splat(0)
  const shares = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  let doubt = zero
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 8) {
    const s0 = v128.load(shares + (k << 2))
    const s1 = v128.load(shares + (k << 2), 16)
    const a = f64x2.mul(lowF64(s0), factor)
    const b = f64x2.mul(highF64(s0), factor)
    const c = f64x2.mul(lowF64(s1), factor)
    const d = f64x2.mul(highF64(s1), factor)
    const af = f64x2.floor(a)
    const bf = f64x2.floor(b)
    const cf = f64x2.floor(c)
    const df = f64x2.floor(d)
    const near0 = v128.shuffle<i32>(
      f64x2.lt(f64x2.sub(a, af), margin), f64x2.lt(f64x2.sub(b, bf), margin), 0, 2, 4, 6)
    const near1 = v128.shuffle<i32>(
      f64x2.lt(f64x2.sub(c, cf), margin), f64x2.lt(f64x2.sub(d, df), margin), 0, 2, 4, 6)
    doubt = v128.or(doubt, v128.andnot(near0, v128.or(i32x4.eq(s0, zero), i32x4.eq(s0, topLanes))))
    doubt = v128.or(doubt, v128.andnot(near1, v128.or(i32x4.eq(s1, zero), i32x4.eq(s1, topLanes))))
    v128.store(out + (k << 1), i16x8.narrow_i32x4_u(pack(af, bf), pack(cf, df)))
  }
  return !v128.any_true(doubt)
}

/** Bonds of Yuma 3 from RAW at one rate for all; false where a quotient is in doubt. */
export function bondsYuma3(first: u32, bonds: usize, lanes: u32, rate: u64): bool {
  const alpha = i32x4.splat(<u32>rate)
  const beta = i32x4.splat(<u32>(ONE - rate))
  const full = i32x4.splat(65535)
  const levels = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  let sums = i64x2.splat(0)
  for (let k: usize = 0, end = <usize>lanes; k < end; k += 8) {
    const b = v128.load(bonds + (k << 1))
    const b0 = i32x4.extend_low_i16x8_u(b)
    const b1 = i32x4.extend_high_i16x8_u(b)
    // The level of k is k * 65537, and one more at 65535: 1.0.
    const old0 = i32x4.sub(mul4(v128.or(i32x4.shl(b0, 16), b0), beta), i32x4.eq(b0, full))
    const old1 = i32x4.sub(mul4(v128.or(i32x4.shl(b1, 16), b1), beta), i32x4.eq(b1, full))
    const e0 = i32x4.add(mul4(v128.load(RAW + (k << 2)), alpha), old0)
    const e1 = i32x4.add(mul4(v128.load(RAW + (k << 2), 16), alpha), old1)
    v128.store(levels + (k << 2), e0)
    v128.store(levels + (k << 2), e1, 16)
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e0), i64x2.extend_high_i32x4_u(e0)))
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e1), i64x2.extend_high_i32x4_u(e1)))
    // e * 65535 / 2^32 is e >> 16, less one where the low half does not cover e.
    const u0 = i32x4.add(i32x4.shr_u(e0, 16), i32x4.lt_u(i32x4.shl(e0, 16), e0))
    const u1 = i32x4.add(i32x4.shr_u(e1, 16), i32x4.lt_u(i32x4.shl(e1, 16), e1))
    v128.store(out + (k << 1), i16x8.narrow_i32x4_u(u0, u1))
  }
  return shareLevels(first, lanes, <u64>i64x2.extract_lane(sums, 0) + <u64>i64x2.extract_lane(sums, 1))
}

/** Shares of a column of levels; false where a quotient is in doubt. */
export function shareLevels(first: u32, lanes: u32, sum: u64): bool {
  const perLevel = f64x2.splat(sum == 0 ? 0 : (TWO32 / <f64>sum) * BIAS)
  const levels = bonds32 + (<usize>first << 2)
  const shares = shares32 + (<usize>first << 2)
  let doubt = f64x2.splat(0)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    const level = v128.load(levels + k)
    const x = f64x2.mul(lowF64(level), perLevel)
    const y = f64x2.mul(highF64(level), perLevel)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    v128.store(shares + k, pack(xf, yf))
  }
  return !isDoubtful(doubt)
}
