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
    for (let k: usize = 0; k < end; k += 16) {
      const score = v128.load(scores + k)
      const vote = v128.load(votes + k)
      notBelow = i32x4.add(notBelow, v128.and(i32x4.ge_u(score, at), vote))
      equal = i32x4.add(equal, v128.and(i32x4.eq(score, at), vote))
    }
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
