// From the rows of the input to lanes: one lane per row that matters, the largest stakes first, and the entries of the
// lanes by column as a dense matrix.
import {
  KEYS, LANE_OF, LANE_UID, ROW_HALF, ROW_SCALE, ROW_SUM, STAKES, STAMP, S_STAKES, S_VOTES, VOTES, bondStart, isSlow,
  weightColumn, weightStart, weightValue,
} from './layout'
import { div } from './exact'
import {
  committed, currentBlock, isCommitReveal, lastStepBlock, lastUpdate, permit, rawActive, registered, tempoBlocks,
} from './shared'

const LARGEST_ROW: u32 = 32768

/** Whether the row starts ascend from 0 to `entries`, with rows of at most 32,768. */
export function areRowsRight(starts: usize, n: u32, entries: u32): bool {
  if (load<u32>(starts) != 0 || load<u32>(starts + (<usize>n << 2)) != entries) return false
  let from: u32 = 0
  for (let i: u32 = 1; i <= n; i++) {
    const to = load<u32>(starts + (<usize>i << 2))
    if (to < from || to - from > LARGEST_ROW) return false
    from = to
  }
  return true
}

/** What the rows of one matrix are like. */
export const ASCENDING: u32 = 0
export const UNORDERED: u32 = 1
export const REPEATED: u32 = 2

/** Whether targets ascend in every row, or at least never repeat. */
export function orderOf(starts: usize, columns: usize, n: u32): u32 {
  let order = ASCENDING
  let isStamped = false
  for (let i: u32 = 0; i < n; i++) {
    const from = load<u32>(starts + (<usize>i << 2))
    const to = load<u32>(starts + (<usize>i << 2), 4)
    if (to - from < 2 || isAscending(columns + (<usize>from << 1), to - from)) continue
    order = UNORDERED
    if (!isStamped) {
      memory.fill(STAMP, 0, 65536 * 4)
      isStamped = true
    }
    for (let k = from; k < to; k++) {
      const at = STAMP + (<usize>load<u16>(columns + (<usize>k << 1)) << 2)
      if (load<u32>(at) == i + 1) return REPEATED
      store<u32>(at, i + 1)
    }
  }
  return order
}

export function isAscending(columns: usize, count: u32): bool {
  let falls = i16x8.splat(0)
  let k: u32 = 0
  for (; k + 9 <= count; k += 8) {
    const at = columns + (<usize>k << 1)
    falls = v128.or(falls, i16x8.ge_u(v128.load(at), v128.load(at, 2)))
  }
  if (v128.any_true(falls)) return false
  for (; k + 1 < count; k++) {
    const at = columns + (<usize>k << 1)
    if (load<u16>(at) >= load<u16>(at, 2)) return false
  }
  return true
}

/** Gives a lane to every row that has stake, permitted weights or bonds; returns their number. */
export function assignLanes(n: u32): u32 {
  let count: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(LANE_OF + (<usize>i << 2), 0)
    const stake = load<u64>(rawActive + (<usize>i << 3))
    const at = <usize>i << 2
    const hasWeights = load<u8>(permit + i) != 0 && load<u32>(weightStart + at) != load<u32>(weightStart + at, 4)
    if (stake == 0 && !hasWeights && load<u32>(bondStart + at) == load<u32>(bondStart + at, 4)) continue
    store<u64>(KEYS + (<usize>count << 3), (stake << 16) | (0xffff - i))
    count++
  }
  sortDescending(count)
  for (let r: u32 = 0; r < count; r++) {
    const i = 0xffff - <u32>(load<u64>(KEYS + (<usize>r << 3)) & 0xffff)
    store<u32>(LANE_UID + (<usize>r << 2), i)
    store<u32>(LANE_OF + (<usize>i << 2), r + 1)
  }
  return count
}

/** Shell sort: the keys are few, and mostly those without stake come last already. */
function sortDescending(count: u32): void {
  let gap: u32 = 1
  while (gap < count / 3) gap = 3 * gap + 1
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < count; i++) {
      const key = load<u64>(KEYS + (<usize>i << 3))
      let k = i
      while (k >= gap && load<u64>(KEYS + (<usize>(k - gap) << 3)) < key) {
        store<u64>(KEYS + (<usize>k << 3), load<u64>(KEYS + (<usize>(k - gap) << 3)))
        k -= gap
      }
      store<u64>(KEYS + (<usize>k << 3), key)
    }
  }
}

/** Sum of all votes, set by `fillStakes`. */
export let votesTotal: u64 = 0
/** Whether one row holds everything: its share has 33 bits. */
export let isWide: bool = false
/** Which of the first 64 lanes vote. */
export let voters: u64 = 0

/** Fills the stakes and votes of `padded` lanes. */
export function fillStakes(count: u32, padded: u32): void {
  let sum: u64 = 0
  for (let r: u32 = 0; r < count; r++) {
    const stake = load<u64>(rawActive + (<usize>load<u32>(LANE_UID + (<usize>r << 2)) << 3))
    store<u64>(S_STAKES + (<usize>r << 3), stake)
    sum += stake
  }
  votesTotal = 0
  isWide = false
  voters = 0
  // To a multiple of 16 lanes, which `selectMasked` takes at a time.
  for (let r: u32 = 0; r < padded + 8; r++) {
    const stake = r < count ? load<u64>(S_STAKES + (<usize>r << 3)) : 0
    const vote = stake == 0 ? 0 : div(stake, sum)
    votesTotal += vote
    if ((vote | stake) >> 32) isWide = true
    if (vote != 0 && r < 64) voters |= <u64>1 << r
    store<u64>(S_STAKES + (<usize>r << 3), stake)
    store<u64>(S_VOTES + (<usize>r << 3), vote)
    store<u32>(STAKES + (<usize>r << 2), <u32>stake)
    store<u32>(VOTES + (<usize>r << 2), <u32>vote)
    store<f64>(ROW_SCALE + (<usize>r << 3), 0)
    store<f64>(ROW_HALF + (<usize>r << 3), 0)
    store<u32>(ROW_SUM + (<usize>r << 2), 0)
  }
}

let newest: f64 = 0

/** Block of the latest registration, set by `findNewest`. */
export function newestBlock(): f64 {
  return newest
}

/** Whether row i keeps its entry on target j. */
// @ts-ignore: decorator
@inline export function isKept(i: u32, j: u32, n: u32, updated: f64, commit: f64, owner: i32): bool {
  if (j >= n || (j == i && <i32>i != owner)) return false
  const reg = load<f64>(registered + (<usize>j << 3))
  return updated > reg && commit >= reg
}

// @ts-ignore: decorator
@inline export function commitOf(i: u32): f64 {
  return isCommitReveal() ? load<f64>(committed + (<usize>i << 3)) : Infinity
}

export function findNewest(n: u32): void {
  newest = -1
  for (let j: u32 = 0; j < n; j++) newest = Math.max(newest, load<f64>(registered + (<usize>j << 3)))
}

/** Whether no registration is so recent that it takes entries of row i away. */
// @ts-ignore: decorator
@inline export function isSettled(i: u32): bool {
  return load<f64>(lastUpdate + (<usize>i << 3)) > newest && commitOf(i) >= newest
}

export function setRowSum(r: u32, sum: u32): void {
  store<u32>(ROW_SUM + (<usize>r << 2), sum)
  if (sum == 0) return
  const inverse = 1.0 / <f64>sum
  store<f64>(ROW_SCALE + (<usize>r << 3), 4294967296.0 * inverse)
  store<f64>(ROW_HALF + (<usize>r << 3), 0.5 * inverse - 0.5)
}

/** A weight that is all of its row is 1.0, one bit too many for the fast path: its column is marked. Whether there is one. */
export function markWhole(from: u32, to: u32, n: u32, sum: u32): bool {
  let isFound = false
  for (let k = from; k < to; k++) {
    const at = <usize>k << 1
    const j = load<u16>(weightColumn + at)
    if (load<u16>(weightValue + at) != sum || j >= n) continue
    store<u8>(isSlow + j, 1)
    isFound = true
  }
  return isFound
}

export function sumOf(values: usize, count: u32): u32 {
  let sums = i32x4.splat(0)
  let k: u32 = 0
  for (; k + 8 <= count; k += 8) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(v128.load(values + (<usize>k << 1))))
  }
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
  for (; k < count; k++) sum += load<u16>(values + (<usize>k << 1))
  return sum
}

/** Number of leading entries of an ascending row that lie inside the subnet. */
// @ts-ignore: decorator
@inline export function inside(columns: usize, from: u32, to: u32, n: u32): u32 {
  while (to > from && load<u16>(columns + (<usize>to << 1) - 2) >= n) to--
  return to
}

/** From this block on a registration takes away the bonds on its target. */
export function lastEpoch(): f64 {
  const last = lastStepBlock()
  return last == 0 ? Math.max(0, currentBlock() - tempoBlocks()) : last + 1
}
