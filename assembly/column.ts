// One column at a time: the fast form, on 32-bit lanes, four or two at once. It is exact whenever it says so; where it
// cannot tell, it returns false and the column is done again by `slowColumn.ts`.
//
// Loops end behind their bodies, which therefore run at least once: a compiler may then take what never changes, divisions
// among it, out of them. No column without lanes gets as far as that.
import { ONE } from './exact'
import { RAW, bonds32, bondsU16, isTiny, largest, shares32 } from './layout'
import { selectFast, selectMasked, sum4 } from './median'

/** 1 - 2^-51: keeps a quotient by a rounded reciprocal at or below the true one. */
export const BIAS: f64 = 0.99999999999999955591
/** A quotient whose fraction exceeds this may have been floored one too low. */
const DOUBT: f64 = 0.999996185302734375
export const TWO32: f64 = 4294967296.0
const TWO52: f64 = 4503599627370496.0
/** Added to a double it leaves the nearest integer in the low bits, also below 0. */
const NEAREST: f64 = 6755399441055744.0

/** Low 32 bits of four whole doubles below 2^32. */
// @ts-ignore: decorator
@inline export function pack(a: v128, b: v128): v128 {
  const magic = f64x2.splat(TWO52)
  return v128.shuffle<i32>(f64x2.add(a, magic), f64x2.add(b, magic), 0, 2, 4, 6)
}

/** Low 32 bits of the integers nearest to four doubles from -0.5 to 2^32. */
// @ts-ignore: decorator
@inline export function packNearest(a: v128, b: v128): v128 {
  const magic = f64x2.splat(NEAREST)
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

/** Whether all shares that `shareWeights` wrote last are below 2^31. */
let areSmall: bool = false

/** Fills RAW with the weights as shares of their rows; returns the votes on more than 0. */
export function shareWeights(weights: usize, lanes: u32, scale: usize, half: usize, votes: usize): u64 {
  if (lanes == 0) return 0
  let voted = i32x4.splat(0)
  let any = i32x4.splat(0)
  const zero = i32x4.splat(0)
  const end = <usize>lanes
  let k: usize = 0
  do {
    const w = v128.load(weights + (k << 1))
    const low = i32x4.extend_low_i16x8_u(w)
    const high = i32x4.extend_high_i16x8_u(w)
    const a = share2(low, scale + (k << 3), half + (k << 3))
    const b = share2(v128.shuffle<i32>(low, low, 2, 3, 2, 3), scale + (k << 3) + 16, half + (k << 3) + 16)
    const c = share2(high, scale + (k << 3) + 32, half + (k << 3) + 32)
    const d = share2(v128.shuffle<i32>(high, high, 2, 3, 2, 3), scale + (k << 3) + 48, half + (k << 3) + 48)
    const raw0 = packNearest(a, b)
    const raw1 = packNearest(c, d)
    v128.store(RAW + (k << 2), raw0)
    v128.store(RAW + (k << 2), raw1, 16)
    any = v128.or(any, v128.or(raw0, raw1))
    // A weight above 0 is a share above 0.
    voted = i32x4.add(voted, v128.andnot(v128.load(votes + (k << 2)), i32x4.eq(low, zero)))
    voted = i32x4.add(voted, v128.andnot(v128.load(votes + (k << 2), 16), i32x4.eq(high, zero)))
  } while ((k += 8) < end)
  areSmall = !i32x4.bitmask(any)
  return sum4(voted)
}

/** Half below the shares of the low two lanes of `w`: no share is an integer plus a half, so the nearest integer is its floor. */
// @ts-ignore: decorator
@inline function share2(w: v128, scale: usize, half: usize): v128 {
  return f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(w), v128.load(scale)), v128.load(half))
}

/** Consensus of the column in RAW; `voters` are its voting lanes as bits where it has at most 64 and holds all votes. */
export function consensusOf(lanes: u32, votes: usize, voters: u64, voted: u64, total: u64, minority: i64): u32 {
  if (voted == 0) return 0
  const unvoted = total - voted
  if (unvoted > 0 && <i64>unvoted > minority) return 0
  if (voters != 0 && areSmall) return selectMasked(RAW, votes, lanes, voters, minority)
  return selectFast(RAW, votes, lanes, total, minority)
}

// What `rankOf` leaves behind for the bonds.
/** Nothing. */
export const NOTHING: u32 = 0
/** Stake times clipped weight, from `bought` on. */
export const STAKED: u32 = 1
/** The clipped weights, in RAW. */
export const CLIPPED: u32 = 2

/** Sum of stake times clipped weight, the rank. Adds the clipped weights to `trust` (u32 per lane) unless it is 0. */
export function rankOf(lanes: u32, consensus: u32, stakes: usize, trust: usize, leaves: u32, bought: usize): u64 {
  if (leaves == STAKED) return trust == 0 ? rank(lanes, consensus, stakes, 0, STAKED, bought) : rank(lanes, consensus, stakes, trust, STAKED, bought)
  if (leaves == CLIPPED) return trust == 0 ? rank(lanes, consensus, stakes, 0, CLIPPED, bought) : rank(lanes, consensus, stakes, trust, CLIPPED, bought)
  return trust == 0 ? rank(lanes, consensus, stakes, 0, NOTHING, bought) : rank(lanes, consensus, stakes, trust, NOTHING, bought)
}

// @ts-ignore: decorator
@inline function rank(lanes: u32, consensus: u32, stakes: usize, trust: usize, leaves: u32, to: usize): u64 {
  const limit = i32x4.splat(consensus)
  let rank = i32x4.splat(0)
  const end = <usize>lanes << 2
  let k: usize = 0
  do {
    const clipped = i32x4.min_u(v128.load(RAW + k), limit)
    const bought = mul4(clipped, v128.load(stakes + k))
    if (leaves == STAKED) v128.store(to + k, bought)
    if (leaves == CLIPPED) v128.store(RAW + k, clipped)
    if (trust != 0) v128.store(trust + k, i32x4.add(v128.load(trust + k), clipped))
    rank = i32x4.add(rank, bought)
  } while ((k += 16) < end)
  return sum4(rank)
}

/** Turns RAW into the weights that form bonds: `penalty` of the way from the weights to the clipped ones. */
export function bondWeights(lanes: u32, consensus: u32, penalty: u64): void {
  if (penalty == 0) return
  const limit = i32x4.splat(consensus)
  if (penalty == ONE) {
    for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
      v128.store(RAW + k, i32x4.min_u(v128.load(RAW + k), limit))
    }
    return
  }
  const by = i32x4.splat(<u32>penalty)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) v128.store(RAW + k, moved4(v128.load(RAW + k), limit, by))
}

/** `by` of the way from the weights to the clipped ones. */
// @ts-ignore: decorator
@inline function moved4(w: v128, limit: v128, by: v128): v128 {
  const up = i64x2.splat(0xffffffff)
  const excess = i32x4.sub(w, i32x4.min_u(w, limit))
  // Rounded up: the excess is taken away.
  return i32x4.sub(w, v128.shuffle<i32>(
    i64x2.add(i64x2.extmul_low_i32x4_u(excess, by), up),
    i64x2.add(i64x2.extmul_high_i32x4_u(excess, by), up), 1, 3, 5, 7))
}

/** Writes stake times the weights that form bonds, `penalty` below 1, to `to`; returns the sum. */
export function buy(lanes: u32, consensus: u32, penalty: u64, stakes: usize, to: usize): u64 {
  const limit = i32x4.splat(penalty == 0 ? 0xffffffff : consensus)
  const by = i32x4.splat(<u32>penalty)
  let sum = i32x4.splat(0)
  const end = <usize>lanes << 2
  let k: usize = 0
  do {
    const bought = mul4(moved4(v128.load(RAW + k), limit, by), v128.load(stakes + k))
    v128.store(to + k, bought)
    sum = i32x4.add(sum, bought)
  } while ((k += 16) < end)
  return sum4(sum)
}

// @ts-ignore: decorator
@inline export function isDoubtful(fractions: v128): bool {
  return f64x2.extract_lane(fractions, 0) > DOUBT || f64x2.extract_lane(fractions, 1) > DOUBT
}

// @ts-ignore: decorator
@inline function max4(a: u32, b: u32): u32 {
  return a > b ? a : b
}

// @ts-ignore: decorator
@inline export function maxOf(x: v128): u32 {
  const pairs = i32x4.max_u(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1))
  return max4(i32x4.extract_lane(pairs, 0), i32x4.extract_lane(pairs, 1))
}

/** A column without bonds. */
export function clearBonds(j: u32, first: u32, lanes: u32): bool {
  const zero = i64x2.splat(0)
  const stored = bondsU16 + (<usize>first << 1)
  for (let k: usize = 0, end = <usize>lanes << 1; k < end; k += 16) v128.store(stored + k, zero)
  const held = bonds32 + (<usize>first << 2)
  const shares = shares32 + (<usize>first << 2)
  for (let k: usize = 0, end = <usize>lanes << 2; k < end; k += 16) {
    v128.store(held + k, zero)
    v128.store(shares + k, zero)
  }
  store<u64>(largest + (<usize>j << 3), 0)
  store<u8>(isTiny + j, 0)
  return true
}

// @ts-ignore: decorator
@inline function minOf(x: v128): u32 {
  const pairs = i32x4.min_u(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1))
  return min<u32>(i32x4.extract_lane(pairs, 0), i32x4.extract_lane(pairs, 1))
}

/**
 * Bonds of Yuma 3 at one rate for all, from RAW unless `isBare` says that no weight forms any. The shares of who holds them
 * are left out where `isEarning` is false. False where a quotient is in doubt.
 */
export function bondsYuma3(
  j: u32, first: u32, bonds: usize, lanes: u32, rate: u64, isBare: bool, isEarning: bool,
): bool {
  const sum = isBare ? moveLevels(j, first, bonds, lanes, rate, true) : moveLevels(j, first, bonds, lanes, rate, false)
  return !isEarning || shareLevels(first, lanes, sum)
}

/** Fills the levels of a column and what is stored of them; returns their sum. */
// @ts-ignore: decorator
@inline function moveLevels(j: u32, first: u32, bonds: usize, lanes: u32, rate: u64, isBare: bool): u64 {
  const alpha = i32x4.splat(<u32>rate)
  const beta = i32x4.splat(<u32>(ONE - rate))
  const full = i32x4.splat(65535)
  const levels = bonds32 + (<usize>first << 2)
  const out = bondsU16 + (<usize>first << 1)
  const one = i32x4.splat(1)
  let sums = i64x2.splat(0)
  let least = i32x4.splat(-1)
  const end = <usize>lanes
  let k: usize = 0
  do {
    const b = v128.load(bonds + (k << 1))
    const b0 = i32x4.extend_low_i16x8_u(b)
    const b1 = i32x4.extend_high_i16x8_u(b)
    // The level of k is k * 65537, and one more at 65535: 1.0.
    const old0 = i32x4.sub(mul4(v128.or(i32x4.shl(b0, 16), b0), beta), i32x4.eq(b0, full))
    const old1 = i32x4.sub(mul4(v128.or(i32x4.shl(b1, 16), b1), beta), i32x4.eq(b1, full))
    const e0 = isBare ? old0 : i32x4.add(mul4(v128.load(RAW + (k << 2)), alpha), old0)
    const e1 = isBare ? old1 : i32x4.add(mul4(v128.load(RAW + (k << 2), 16), alpha), old1)
    v128.store(levels + (k << 2), e0)
    v128.store(levels + (k << 2), e1, 16)
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e0), i64x2.extend_high_i32x4_u(e0)))
    sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_u(e1), i64x2.extend_high_i32x4_u(e1)))
    least = i32x4.min_u(least, i32x4.min_u(i32x4.sub(e0, one), i32x4.sub(e1, one)))
    // e * 65535 / 2^32 is e >> 16, less one where the low half does not cover e.
    const u0 = i32x4.add(i32x4.shr_u(e0, 16), i32x4.lt_u(i32x4.shl(e0, 16), e0))
    const u1 = i32x4.add(i32x4.shr_u(e1, 16), i32x4.lt_u(i32x4.shl(e1, 16), e1))
    v128.store(out + (k << 1), i16x8.narrow_i32x4_u(u0, u1))
  } while ((k += 8) < end)
  // Levels up to 65537 are stored as 0.
  store<u8>(isTiny + j, u8(minOf(least) <= 65536))
  return <u64>i64x2.extract_lane(sums, 0) + <u64>i64x2.extract_lane(sums, 1)
}

/** Shares of a column of levels; false where a quotient is in doubt. */
export function shareLevels(first: u32, lanes: u32, sum: u64): bool {
  const perLevel = f64x2.splat(sum == 0 ? 0 : (TWO32 / <f64>sum) * BIAS)
  const levels = bonds32 + (<usize>first << 2)
  const shares = shares32 + (<usize>first << 2)
  let doubt = f64x2.splat(0)
  const end = <usize>lanes << 2
  let k: usize = 0
  do {
    const level = v128.load(levels + k)
    const x = f64x2.mul(lowF64(level), perLevel)
    const y = f64x2.mul(highF64(level), perLevel)
    const xf = f64x2.floor(x)
    const yf = f64x2.floor(y)
    doubt = f64x2.pmax(doubt, f64x2.pmax(f64x2.sub(x, xf), f64x2.sub(y, yf)))
    v128.store(shares + k, pack(xf, yf))
  } while ((k += 16) < end)
  return !isDoubtful(doubt)
}
