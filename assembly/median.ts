// The smallest score whose stake, added to that of all smaller ones, exceeds the minority.
//
// A pivot is compared with all scores at once; the stake below and at it tells on which side the answer lies. Lanes come
// with the largest stakes first, so the first lane still in question is a good pivot.

/** For columns whose scores and votes have 32 bits; `total` is the sum of all votes, those on 0 included. */
export function selectFast(scores: usize, votes: usize, lanes: u32, total: u64, minority: i64): u32 {
  // The answer lies above `low` and below `high`, where there is a `high`.
  let low: u32 = 0
  let high: u32 = 0xffffffff
  let hasHigh = false
  const end = <usize>lanes << 2
  let start: usize = 0
  while (true) {
    // The next pivot: the first voting lane between the bounds. The bounds only narrow, so no earlier lane comes back.
    let pivot: u32 = 0
    let isFound = false
    for (; start < end; start += 4) {
      const score = load<u32>(scores + start)
      if (score > low && (!hasHigh || score < high) && load<u32>(votes + start) != 0) {
        pivot = score
        isFound = true
        break
      }
    }
    // No score exceeds the minority: the largest is the answer, and it was the last low.
    if (!isFound) return low
    const at = i32x4.splat(pivot)
    let notBelow = i32x4.splat(0)
    let equal = i32x4.splat(0)
    let k: usize = 0
    do {
      const score = v128.load(scores + k)
      const vote = v128.load(votes + k)
      notBelow = i32x4.add(notBelow, v128.and(i32x4.ge_u(score, at), vote))
      equal = i32x4.add(equal, v128.and(i32x4.eq(score, at), vote))
    } while ((k += 16) < end)
    // Everything else is below, votes of 0 and of lanes that are not here included.
    const belowSum = <i64>(total - sum4(notBelow))
    const equalSum = <i64>sum4(equal)
    if (belowSum > minority && belowSum > 0) {
      high = pivot
      hasHigh = true
    } else if (belowSum + equalSum > minority) {
      return pivot
    } else {
      low = pivot
    }
    start += 4
  }
}

/**
 * The same for up to 64 lanes that hold all votes, and scores below 2^31: two pivots at a time, and the lanes still in
 * question as bits. `voters` are the lanes that vote; votes and scores are read up to a multiple of 16 lanes.
 */
export function selectMasked(scores: usize, votes: usize, lanes: u32, voters: u64, minority: i64): u32 {
  let alive = voters
  let low: u32 = 0
  // The votes below `low` and those found on it so far.
  let lowSum: i64 = 0
  const end = <usize>lanes << 2
  while (true) {
    let p: u32 = 0
    let pVote: u32 = 0
    while (alive != 0) {
      const lane = <usize>ctz<u64>(alive) << 2
      alive &= alive - 1
      p = load<u32>(scores + lane)
      if (p > low) {
        pVote = load<u32>(votes + lane)
        break
      }
      if (p == low && low != 0) {
        lowSum += <i64>load<u32>(votes + lane)
        if (lowSum > minority) return low
      }
      p = 0
    }
    // No score exceeds the minority: the largest is the answer.
    if (p == 0) return low
    let q = p
    let qVote = pVote
    if (alive != 0) {
      const lane = <usize>ctz<u64>(alive) << 2
      const score = load<u32>(scores + lane)
      if (score > low && score != p) {
        alive &= alive - 1
        const vote = load<u32>(votes + lane)
        const isAbove = score > p
        q = isAbove ? score : p
        qVote = isAbove ? vote : pVote
        p = isAbove ? p : score
        pVote = isAbove ? pVote : vote
      }
    }
    const atP = i32x4.splat(p)
    const atQ = i32x4.splat(q)
    let sumP = i32x4.splat(0)
    let sumQ = i32x4.splat(0)
    let bitsP: u64 = 0
    let bitsQ: u64 = 0
    let shift: u64 = 0
    let k: usize = 0
    do {
      const s0 = v128.load(scores + k)
      const s1 = v128.load(scores + k, 16)
      const s2 = v128.load(scores + k, 32)
      const s3 = v128.load(scores + k, 48)
      const v0 = v128.load(votes + k)
      const v1 = v128.load(votes + k, 16)
      const v2 = v128.load(votes + k, 32)
      const v3 = v128.load(votes + k, 48)
      const p0 = i32x4.gt_s(atP, s0)
      const p1 = i32x4.gt_s(atP, s1)
      const p2 = i32x4.gt_s(atP, s2)
      const p3 = i32x4.gt_s(atP, s3)
      const q0 = i32x4.gt_s(atQ, s0)
      const q1 = i32x4.gt_s(atQ, s1)
      const q2 = i32x4.gt_s(atQ, s2)
      const q3 = i32x4.gt_s(atQ, s3)
      sumP = i32x4.add(sumP, i32x4.add(
        i32x4.add(v128.and(p0, v0), v128.and(p1, v1)), i32x4.add(v128.and(p2, v2), v128.and(p3, v3))))
      sumQ = i32x4.add(sumQ, i32x4.add(
        i32x4.add(v128.and(q0, v0), v128.and(q1, v1)), i32x4.add(v128.and(q2, v2), v128.and(q3, v3))))
      bitsP |= <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(p0, p1), i16x8.narrow_i32x4_s(p2, p3))) << shift
      bitsQ |= <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(q0, q1), i16x8.narrow_i32x4_s(q2, q3))) << shift
      shift += 16
    } while ((k += 64) < end)
    const belowP = <i64>sumVotes(sumP)
    const belowQ = <i64>sumVotes(sumQ)
    if (belowP > minority && belowP > 0) {
      alive &= bitsP
      continue
    }
    const isQ = belowQ <= minority || belowQ == 0
    alive &= isQ ? ~bitsQ : bitsQ & ~bitsP
    low = isQ ? q : p
    lowSum = isQ ? belowQ + qVote : belowP + pVote
    if (lowSum > minority) break
  }
  return low
}

/** Sum of votes that do not include all: it has 32 bits. */
// @ts-ignore: decorator
@inline function sumVotes(x: v128): u32 {
  const pairs = i32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1))
  return <u32>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1))
}

// @ts-ignore: decorator
@inline export function sum4(x: v128): u64 {
  const s = i64x2.add(i64x2.extend_low_i32x4_u(x), i64x2.extend_high_i32x4_u(x))
  return <u64>i64x2.extract_lane(s, 0) + <u64>i64x2.extract_lane(s, 1)
}

/** The same for full numbers; `unvoted` is the stake on 0. */
export function selectSlow(scores: usize, votes: usize, lanes: u32, unvoted: u64, minority: i64): u64 {
  let low: u64 = 0
  let high: u64 = u64.MAX_VALUE
  const end = <usize>lanes << 3
  let start: usize = 0
  while (true) {
    let pivot: u64 = 0
    for (; start < end; start += 8) {
      const score = load<u64>(scores + start)
      if (score > low && score < high && load<u64>(votes + start) != 0) {
        pivot = score
        break
      }
    }
    if (pivot == 0) return low
    let below = unvoted
    let equal: u64 = 0
    for (let k: usize = 0; k < end; k += 8) {
      const score = load<u64>(scores + k)
      if (score > 0 && score < pivot) below += load<u64>(votes + k)
      else if (score == pivot) equal += load<u64>(votes + k)
    }
    if (<i64>below > minority && below > 0) high = pivot
    else if (<i64>(below + equal) > minority) return pivot
    else low = pivot
    start += 8
  }
}
