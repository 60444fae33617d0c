// One column at a time in full 64-bit integers: what the fast form leaves, and what all columns can be forced through.
import { ONE, div, mul, u16Of } from './exact'
import {
  G_PRESENT, ROW_SUM, S_NEXT, S_OLD, S_RAW, S_STAKES, S_VOTES, bonds32, bonds64, bondsU16, isSlow, laneOfEntry,
  largest, shares32, shares64,
} from './layout'
import { rateAt, rateAtZero } from './liquid'
import { selectSlow } from './median'

/** Lane of entry k of the column whose first lane is `first`. */
// @ts-ignore: decorator
@inline function laneAt(first: u32, k: u32, isDense: bool): u32 {
  return isDense ? k : <u32>load<u16>(laneOfEntry + (<usize>(first + k) << 1))
}

/** Fills S_RAW with the weights of a dense column as shares of their rows. */
export function shareWeightsSlow(weights: usize, lanes: u32): void {
  for (let k: u32 = 0; k < lanes; k++) {
    const w: u64 = load<u16>(weights + (<usize>k << 1))
    const sum: u64 = w == 0 ? 1 : load<u32>(ROW_SUM + (<usize>k << 2))
    store<u64>(S_RAW + (<usize>k << 3), (w << 32) / sum)
  }
}

/** Consensus of the column in S_RAW. */
export function consensusSlow(first: u32, lanes: u32, isDense: bool, total: u64, minority: i64): u64 {
  let voted: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const vote = load<u64>(S_VOTES + (<usize>laneAt(first, k, isDense) << 3))
    store<u64>(S_OLD + (<usize>k << 3), vote)
    if (load<u64>(S_RAW + (<usize>k << 3)) != 0) voted += vote
  }
  if (voted == 0) return 0
  const unvoted = total - voted
  if (unvoted > 0 && <i64>unvoted > minority) return 0
  return selectSlow(S_RAW, S_OLD, lanes, unvoted, minority)
}

/** Stake times clipped weight, summed. */
export function rankSlow(first: u32, lanes: u32, isDense: bool, consensus: u64): u64 {
  let rank: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const clipped = min<u64>(load<u64>(S_RAW + (<usize>k << 3)), consensus)
    rank += mul(clipped, load<u64>(S_STAKES + (<usize>laneAt(first, k, isDense) << 3)))
  }
  return rank
}

/** Turns S_RAW into the weights that form bonds. */
export function bondWeightsSlow(lanes: u32, consensus: u64, penalty: u64): void {
  for (let k: u32 = 0; k < lanes; k++) {
    const at = S_RAW + (<usize>k << 3)
    const w = load<u64>(at)
    const clipped = min<u64>(w, consensus)
    // The excess is taken away rounded up; w - clipped <= 2^32 keeps the product in 64 bits.
    const kept = penalty == 0 ? w : penalty == ONE ? clipped : w - (((w - clipped) * penalty + 0xffffffff) >> 32)
    store<u64>(at, kept)
  }
}

// @ts-ignore: decorator
@inline function keep(matrix32: usize, matrix64: usize, at: u32, value: u64): void {
  store<u64>(matrix64 + (<usize>at << 3), value)
  store<u32>(matrix32 + (<usize>at << 2), value >= ONE ? 0xffffffff : <u32>value)
}

/** Bonds of the original Yuma from S_RAW. */
export function bondsYuma2Slow(j: u32, first: u32, bonds: usize, lanes: u32, isDense: bool, rate: u64): void {
  let bought: u64 = 0
  let old: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const stake = load<u64>(S_STAKES + (<usize>laneAt(first, k, isDense) << 3))
    const next = mul(load<u64>(S_RAW + (<usize>k << 3)), stake)
    store<u64>(S_NEXT + (<usize>k << 3), next)
    bought += next
    old += load<u16>(bonds + (<usize>k << 1))
  }
  let movedSum: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const at = S_NEXT + (<usize>k << 3)
    const b: u64 = load<u16>(bonds + (<usize>k << 1))
    const moved = mul(rate, div(load<u64>(at), bought)) + (old == 0 ? 0 : mul(ONE - rate, (b << 32) / old))
    store<u64>(at, moved)
    movedSum += moved
  }
  let top: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) {
    const share = div(load<u64>(S_NEXT + (<usize>k << 3)), movedSum)
    keep(bonds32, bonds64, first + k, share)
    top = max<u64>(top, share)
  }
  store<u64>(largest + (<usize>j << 3), top)
  for (let k: u32 = 0; k < lanes; k++) {
    const share = load<u64>(bonds64 + (<usize>(first + k) << 3))
    store<u16>(bondsU16 + (<usize>(first + k) << 1), <u16>u16Of(div(share, top)))
  }
}

/** Level that a stored bond stands for. */
// @ts-ignore: decorator
@inline function levelOf(b: u64): u64 {
  return b * 65537 + u64(b == 65535)
}

/** Bonds of Yuma 3 from S_RAW at one rate for all. */
export function bondsYuma3Slow(first: u32, bonds: usize, lanes: u32, rate: u64): void {
  for (let k: u32 = 0; k < lanes; k++) {
    const old = levelOf(load<u16>(bonds + (<usize>k << 1)))
    const level = mul(rate, load<u64>(S_RAW + (<usize>k << 3))) + mul(ONE - rate, old)
    keep(bonds32, bonds64, first + k, level)
  }
  finishYuma3Slow(first, lanes)
}

/** Shares and u16 of the levels in bonds64. */
function finishYuma3Slow(first: u32, lanes: u32): void {
  let sum: u64 = 0
  for (let k: u32 = 0; k < lanes; k++) sum += load<u64>(bonds64 + (<usize>(first + k) << 3))
  for (let k: u32 = 0; k < lanes; k++) {
    const level = load<u64>(bonds64 + (<usize>(first + k) << 3))
    keep(shares32, shares64, first + k, div(level, sum))
    store<u16>(bondsU16 + (<usize>(first + k) << 1), <u16>u16Of(level))
  }
}

/**
 * Bonds under liquid alpha, each pair at its own rate. `hasPresence` tells which entries the row holds, explicit zeros
 * included; otherwise the positive ones are held.
 */
export function bondsLiquidSlow(
  first: u32, bonds: usize, lanes: u32, hasPresence: bool, consensus: u64, penalty: u64,
): void {
  for (let k: u32 = 0; k < lanes; k++) {
    const given = load<u64>(S_RAW + (<usize>k << 3))
    const clipped = min<u64>(given, consensus)
    const w = penalty == 0 ? given : penalty == ONE ? clipped : given - (((given - clipped) * penalty + 0xffffffff) >> 32)
    // Clipping to 0 removes an entry, interpolating removes zeros too.
    const isHeld = w > 0 || (given == 0 && hasPresence && load<u8>(G_PRESENT + k) != 0 && (penalty == 0 || penalty == ONE))
    let level: u64 = 0
    if (isHeld) {
      const old = levelOf(load<u16>(bonds + (<usize>k << 1)))
      const distance = w >= old ? (w > consensus ? w - consensus : 0) : old - w
      const rate = distance == 0 ? rateAtZero : rateAt(distance)
      level = min<u64>(ONE, mul(old, ONE - rate) + mul(w, rate))
    }
    keep(bonds32, bonds64, first + k, level)
  }
  finishYuma3Slow(first, lanes)
}
