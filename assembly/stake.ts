import { divBy, part, reciprocal } from './exact'
import { KEYS } from './layout'
import {
  active, alphaStake, combinedRao, committed, currentBlock, cutoffBlocks, emissionRao, isCommitReveal, lastUpdate,
  maxAllowed, nextPermit, ownerUid, permit, rawActive, rawDividends, rawIncentive, rawStake, registered, serverRao,
  stakeRao, taoStake, taoWeight, thresholdRao, validatorRao,
} from './shared'

const LOW: u64 = 0xffffffff
const LARGEST_BLOCK: f64 = 9007199254740991

function isBlock(x: f64): bool {
  return x >= 0 && x <= LARGEST_BLOCK && Math.floor(x) == x
}

/** All bits of a lane where it is a block. */
// @ts-ignore: decorator
@inline function areBlocks(x: v128): v128 {
  const isInside = v128.and(f64x2.ge(x, f64x2.splat(0)), f64x2.le(x, f64x2.splat(LARGEST_BLOCK)))
  return v128.and(isInside, f64x2.eq(f64x2.floor(x), x))
}

/** Whether every column by uid holds what it may; the stakes are looked at by `stakes`. */
export function areColumnsRight(n: u32): bool {
  let right = i8x16.splat(-1)
  let i: u32 = 0
  for (; i + 2 <= n; i += 2) {
    const at = <usize>i << 3
    const commits = v128.load(committed + at)
    right = v128.and(right, v128.and(areBlocks(v128.load(lastUpdate + at)), areBlocks(v128.load(registered + at))))
    right = v128.and(right, v128.or(areBlocks(commits), f64x2.eq(commits, f64x2.splat(Infinity))))
  }
  if (!i64x2.all_true(right)) return false
  if (i < n) {
    const at = <usize>i << 3
    const commit = load<f64>(committed + at)
    if (!isBlock(load<f64>(lastUpdate + at)) || !isBlock(load<f64>(registered + at))) return false
    if (!isBlock(commit) && commit != Infinity) return false
  }
  let largest = i8x16.splat(0)
  i = 0
  for (; i + 16 <= n; i += 16) largest = i8x16.max_u(largest, v128.load(permit + i))
  if (v128.any_true(i8x16.gt_u(largest, i8x16.splat(1)))) return false
  for (; i < n; i++) if (load<u8>(permit + i) > 1) return false
  return true
}

/** Fills `active` and `permit` (the owner holds one). */
export function activity(n: u32): void {
  const now = currentBlock()
  const cutoff = cutoffBlocks()
  for (let i: u32 = 0; i < n; i++) {
    store<u8>(active + i, load<f64>(lastUpdate + (<usize>i << 3)) + cutoff < now ? 0 : 1)
  }
  const owner = ownerUid()
  if (owner >= 0 && <u32>owner < n) store<u8>(permit + owner, 1)
}

/** Shares of all stake, from 96-bit sums; false where the sum exceeds 2^63. */
export function stakes(n: u32): bool {
  const weight = taoWeight()
  const threshold = thresholdRao()
  const owner = ownerUid()
  let given: u64 = 0
  let whole: u64 = 0
  let fraction: u64 = 0
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 3
    const alpha = load<u64>(alphaStake + at)
    const tao = load<u64>(taoStake + at)
    store<u64>(rawStake + at, 0)
    if ((alpha | tao) == 0) {
      store<u64>(stakeRao + at, 0)
      continue
    }
    if ((alpha | tao) >> 63 || (given + alpha) >> 63 || (given + alpha + tao) >> 63) return false
    given += alpha + tao
    const low = (tao & LOW) * weight
    const floored = alpha + (tao >> 32) * weight + (low >> 32)
    store<u64>(stakeRao + at, floored)
    if (<i32>i != owner && floored < threshold) continue
    whole += floored
    fraction += low & LOW
    // Marks who counts.
    store<u64>(rawStake + at, 1)
  }
  whole += fraction >> 32
  fraction &= LOW
  if ((whole | fraction) == 0) {
    for (let i: u32 = 0; i < n; i++) store<u64>(rawStake + (<usize>i << 3), 0)
    return true
  }
  const perUnit = 4294967296.0 / (<f64>whole + <f64>fraction / 4294967296.0)
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 3
    if (load<u64>(rawStake + at) == 0) continue
    const low = ((load<u64>(taoStake + at) & LOW) * weight) & LOW
    store<u64>(rawStake + at, shareOf(load<u64>(stakeRao + at), low, whole, fraction, perUnit))
  }
  return true
}

/** floor(stake * 2^32 / total), both with 32 fractional bits, by an estimate that is within one of it. */
function shareOf(stake: u64, stakeLow: u64, total: u64, totalLow: u64, perUnit: f64): u64 {
  const estimate = (<f64>stake + <f64>stakeLow / 4294967296.0) * perUnit
  const near = Math.floor(estimate + 0.5)
  const distance = estimate - near
  if (distance > 1e-5) return <u64>near
  if (distance < -1e-5) return <u64>near - 1
  // near * total against stake * 2^32, in limbs of 32 bits.
  const q = <u64>near
  if (q == 0) return 0
  const p0 = q * totalLow
  const p1 = q * (total & LOW)
  const p2 = q * (total >> 32)
  const c0 = p0 & LOW
  const s1 = (p0 >> 32) + (p1 & LOW)
  const c1 = s1 & LOW
  const s2 = (s1 >> 32) + (p1 >> 32) + p2
  // The product is s2 * 2^64 + c1 * 2^32 + c0; the dividend stake * 2^64 + stakeLow * 2^64 / 2^32.
  const isAbove = s2 != stake ? s2 > stake : c1 != stakeLow ? c1 > stakeLow : c0 > 0
  return isAbove ? q - 1 : q
}

/** Permits for the next epoch: the largest stakes, the higher uid among equals, and the owner. */
export function permits(n: u32): void {
  let holders: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const stake = load<u64>(rawStake + (<usize>i << 3))
    store<u8>(nextPermit + i, stake != 0 ? 1 : 0)
    if (stake == 0) continue
    store<u64>(KEYS + (<usize>holders << 3), (stake << 16) | i)
    holders++
  }
  const allowed = maxAllowed()
  if (holders > allowed) {
    dropSmallest(holders, holders - allowed)
  }
  const owner = ownerUid()
  if (owner >= 0 && <u32>owner < n) store<u8>(nextPermit + owner, 1)
}

/** Takes the permits of the `losers` smallest of `count` keys. */
function dropSmallest(count: u32, losers: u32): void {
  let start: u32 = 0
  let end = count
  // Afterwards the keys before `losers` are the smallest.
  while (end - start > 1) {
    const pivot = load<u64>(KEYS + (<usize>((start + end) >> 1) << 3))
    let i = start
    let k = end - 1
    while (i <= k) {
      while (load<u64>(KEYS + (<usize>i << 3)) < pivot) i++
      while (load<u64>(KEYS + (<usize>k << 3)) > pivot) k--
      if (i > k) break
      const held = load<u64>(KEYS + (<usize>i << 3))
      store<u64>(KEYS + (<usize>i << 3), load<u64>(KEYS + (<usize>k << 3)))
      store<u64>(KEYS + (<usize>k << 3), held)
      i++
      if (k == 0) break
      k--
    }
    if (losers <= k) end = k + 1
    else if (losers >= i) start = i
    else break
  }
  for (let t: u32 = 0; t < losers; t++) {
    store<u8>(nextPermit + <u32>(load<u64>(KEYS + (<usize>t << 3)) & 0xffff), 0)
  }
}

/** Shares of those who decide; returns the sum of them before normalising. */
export function activeStakes(n: u32): void {
  let sum: u64 = 0
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 3
    const share = load<u8>(active + i) & load<u8>(permit + i) ? load<u64>(rawStake + at) : 0
    store<u64>(rawActive + at, share)
    sum += share
  }
  normalise(rawActive, n, sum)
}

/** Divides the raw numbers at `list` by `sum`. */
export function normalise(list: usize, n: u32, sum: u64): void {
  if (sum == 0) return
  const by = reciprocal(sum)
  for (let i: u32 = 0; i < n; i++) {
    const at = list + (<usize>i << 3)
    const x = load<u64>(at)
    if (x != 0) store<u64>(at, divBy(x, sum, by))
  }
}

/** Splits the emission by incentive and dividends. */
export function emission(n: u32): void {
  const amount = emissionRao()
  let total: u64 = 0
  let activeSum: u64 = 0
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 3
    total += load<u64>(rawIncentive + at) + load<u64>(rawDividends + at)
    activeSum += load<u64>(rawActive + at)
  }
  const by = total == 0 ? 0 : reciprocal(total)
  const byStake = activeSum == 0 ? rawStake : rawActive
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 3
    if (total == 0) {
      const paid = part(load<u64>(byStake + at), amount)
      store<u64>(serverRao + at, 0)
      store<u64>(validatorRao + at, paid)
      store<u64>(combinedRao + at, paid)
      continue
    }
    const incentive = load<u64>(rawIncentive + at)
    const dividends = load<u64>(rawDividends + at)
    const server = incentive == 0 ? 0 : part(divBy(incentive, total, by), amount)
    const validator = dividends == 0 ? 0 : part(divBy(dividends, total, by), amount)
    store<u64>(serverRao + at, server)
    store<u64>(validatorRao + at, validator)
    // Few earn both ways.
    const isBoth = incentive != 0 && dividends != 0
    store<u64>(combinedRao + at, isBoth ? part(divBy(incentive + dividends, total, by), amount) : server + validator)
  }
}
