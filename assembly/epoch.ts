// One epoch, in the order of the rules.
import {
  bondWeights, bondsYuma2, bondsYuma3, buy, consensusOf, rankOf, shareWeights,
} from './column'
import { ONE, mul, u16Of } from './exact'
import { bondsLiquidFast, prepareLiquidFast } from './liquid'
import {
  ENTRIES, G_BONDS, G_STAKES, G_VOTES, INCOME, LANE_OF, LANE_UID, MAX_LANES, RAW,
  ROW_HALF, ROW_SCALE, STAKES, S_RAW, S_STAKES, TRUST, VOTES, active, bonds32, bondColumn, bondStart, bondsU16,
  columnStart, consensusU16, denseBonds, denseWeights, dividendsU16, incentiveU16, isSlow, laneOfEntry, nextPermit,
  placeInput, placeLanes, rawActive, rawConsensus, rawDividends, rawIncentive, rawStake, rawTrust, shares32, shares64,
  stakeU16, storedColumn, storedStart, storedValue, trustU16, weightColumn, weightStart, weightValue, HEADER,
} from './layout'
import {
  forcedLayout, isForcedSlow, isLiquid, isYuma3, kappa, penalty, rateOfNew,
} from './params'
import {
  ASCENDING, REPEATED, areRowsRight, assignLanes, fillStakes, isWide, orderOf, spreadBonds, spreadWeights,
  startDenseColumns, votesTotal,
} from './rows'
import {
  bondWeightsSlow, bondsLiquidSlow, bondsYuma2Slow, bondsYuma3Slow, consensusSlow, prepareLiquid, rankSlow,
  shareWeightsSlow,
} from './slowColumn'
import {
  earnList, listStride, listVoted, openList, readRows, returnBonds, shareListSlow, startTiles, storeRows, tileColumns,
} from './sparse'
import { activeStakes, activity, areColumnsRight, emission, normalise, permits, stakes } from './stake'

/** What `runEpoch` answers. */
export const DONE: u32 = 0
export const WRONG_INPUT: u32 = 1
export const REPEATED_TARGETS: u32 = 2
export const UNORDERED_LIQUID: u32 = 3
export const TOO_LARGE: u32 = 4

/** Places the input; its addresses stand in the header afterwards. False where memory does not suffice. */
export function prepare(n: u32, weights: u32, bonds: u32): bool {
  return placeInput(n, weights, bonds)
}

let isDense: bool = false
let lanes: u32 = 0
let minority: i64 = 0
let slowCount: u32 = 0

// The column at hand.
let first: u32 = 0
let width: u32 = 0
let weightsAt: usize = 0
let bondsAt: usize = 0
let scaleAt: usize = 0
let halfAt: usize = 0
let votesAt: usize = 0
let stakesAt: usize = 0

/** Computes the epoch of the input in memory. */
export function runEpoch(n: u32, weights: u32, bonds: u32): u32 {
  if (!areColumnsRight(n) || !areRowsRight(weightStart, n, weights) || !areRowsRight(bondStart, n, bonds)) {
    return WRONG_INPUT
  }
  const weightOrder = orderOf(weightStart, weightColumn, n)
  const bondOrder = orderOf(bondStart, bondColumn, n)
  if (weightOrder == REPEATED || bondOrder == REPEATED) return REPEATED_TARGETS
  const liquid = isYuma3() && isLiquid()
  if (liquid && (weightOrder != ASCENDING || bondOrder != ASCENDING)) return UNORDERED_LIQUID
  activity(n)
  if (!stakes(n)) return WRONG_INPUT
  permits(n)
  activeStakes(n)
  const rows = assignLanes(n)
  if (!layOut(n, rows, weights, bonds, weightOrder == ASCENDING, bondOrder == ASCENDING, liquid)) return TOO_LARGE
  fillTotals(rows)
  computeColumns(n, liquid)
  finish(n, rows)
  if (isDense) storeBonds(n)
  else storeRows(n)
  store<u32>(HEADER, isDense ? 1 : 0, 96)
  store<u32>(HEADER, slowCount, 100)
  store<u32>(HEADER, rows, 104)
  return DONE
}

/** Spreads or lists the entries; false where they do not fit. */
function layOut(
  n: u32, rows: u32, weights: u32, bonds: u32, isOrdered: bool, areBondsOrdered: bool, liquid: bool,
): bool {
  const stride = (rows + 7) & ~7
  const cells = <u64>stride * n
  const forced = forcedLayout()
  // Zeros in the matrix cannot be told from entries that are not there, which liquid alpha does.
  const isLosing = liquid && hasZero(weights)
  isDense = forced == 1 ? !isLosing : forced == 0 && !isLosing && <u64>weights * 3 >= cells
  if (isDense && cells > MAX_LANES) isDense = false
  memory.fill(isSlow, 0, n)
  fillStakes(rows, stride)
  if (isDense) {
    if (!placeLanes(<u32>cells, true, isYuma3(), rows, 0, 0)) return false
    memory.fill(denseWeights, 0, <usize>cells << 1)
    memory.fill(denseBonds, 0, <usize>cells << 1)
    spreadWeights(n, rows, stride, isOrdered)
    spreadBonds(n, rows, stride, areBondsOrdered)
    startDenseColumns(n, stride)
    lanes = <u32>cells
    return true
  }
  // Columns are padded to eight lanes: at most seven more each.
  const most = <u64>weights + bonds + 8 * <u64>n
  const tileBytes = tileColumns(n, rows) * listStride(rows)
  if (most > MAX_LANES || !placeLanes(<u32>most, false, isYuma3(), rows, tileBytes, weights + bonds)) return false
  readRows(n, rows, isOrdered, areBondsOrdered)
  return true
}

function hasZero(weights: u32): bool {
  let k: u32 = 0
  const zero = i16x8.splat(0)
  for (; k + 8 <= weights; k += 8) {
    if (v128.any_true(i16x8.eq(v128.load(weightValue + (<usize>k << 1)), zero))) return true
  }
  for (; k < weights; k++) if (load<u16>(weightValue + (<usize>k << 1)) == 0) return true
  return false
}

function fillTotals(rows: u32): void {
  memory.fill(TRUST, 0, <usize>(rows + 8) << 3)
  memory.fill(INCOME, 0, <usize>(rows + 8) << 3)
  memory.fill(ENTRIES, 0, <usize>(rows + 8) << 2)
  minority = <i64>votesTotal - kappa()
  slowCount = 0
  if (!isDense) startLists()
}

/** Points at column j; in the sparse layout its list is opened. */
// @ts-ignore: decorator
@inline function open(j: u32): void {
  if (isDense) {
    first = load<u32>(columnStart + (<usize>j << 2))
    width = load<u32>(columnStart + (<usize>j << 2), 4) - first
    weightsAt = denseWeights + (<usize>first << 1)
    bondsAt = denseBonds + (<usize>first << 1)
    scaleAt = ROW_SCALE
    halfAt = ROW_HALF
    votesAt = VOTES
    stakesAt = STAKES
    return
  }
  first = lanes
  width = openList(j, first)
  lanes += width
  store<u32>(columnStart + (<usize>j << 2), first)
  store<u32>(columnStart + (<usize>j << 2), lanes, 4)
  bondsAt = G_BONDS
  votesAt = G_VOTES
  stakesAt = G_STAKES
}

function computeColumns(n: u32, liquid: bool): void {
  // Votes are summed in 32 bits per four lanes. That is enough unless one lane votes for all: lanes come by stake, so those
  // of a column that vote stand side by side, and a sum leaves out the second of them.
  const isSlowAll = isForcedSlow() || isWide
  const rate = rateOfNew()
  const areBondsSlow = rate == 0 || rate == ONE
  let any: u64 = 0
  for (let j: u32 = 0; j < n; j++) {
    open(j)
    const slow = isSlowAll || load<u8>(isSlow + j) != 0
    if (slow) scoreSlow(j)
    else score(j)
    any |= load<u64>(rawConsensus + (<usize>j << 3))
    if (liquid) continue
    formBonds(j, slow, areBondsSlow, rate)
    if (!isDense) returnBonds(j, first)
  }
  if (!liquid) return
  if (!isDense) startLists()
  if (any != 0) {
    prepareLiquid()
    prepareLiquidFast()
  }
  for (let j: u32 = 0; j < n; j++) {
    open(j)
    const slow = isSlowAll || load<u8>(isSlow + j) != 0
    if (any == 0) {
      if (slow) shareSlow()
      else share()
      formBonds(j, slow, areBondsSlow, rate)
    } else {
      formLiquidBonds(j, slow)
    }
    if (!isDense) returnBonds(j, first)
  }
}

function startLists(): void {
  lanes = 0
  startTiles()
}

/** Makes sure that RAW holds the shares of the column; returns the votes on more than 0. */
// @ts-ignore: decorator
@inline function share(): u64 {
  return isDense ? shareWeights(weightsAt, width, scaleAt, halfAt, votesAt) : listVoted
}

/** The same in S_RAW. */
function shareSlow(): void {
  if (isDense) shareWeightsSlow(weightsAt, width)
  else shareListSlow(width)
}

function formLiquidBonds(j: u32, slow: bool): void {
  const limit = load<u64>(rawConsensus + (<usize>j << 3))
  if (!slow) {
    share()
    if (bondsLiquidFast(first, bondsAt, width, !isDense, limit, penalty())) return
  }
  shareSlow()
  bondsLiquidSlow(first, bondsAt, width, !isDense, limit, penalty())
  store<u8>(isSlow + j, 1)
  slowCount++
}

/** Consensus, rank and trust of a column. */
function score(j: u32): void {
  const voted = share()
  const consensus = consensusOf(width, votesAt, voted, votesTotal, minority)
  store<u64>(rawConsensus + (<usize>j << 3), consensus)
  if (consensus == 0) {
    store<u64>(rawIncentive + (<usize>j << 3), 0)
    return
  }
  store<u64>(rawIncentive + (<usize>j << 3), rankOf(width, consensus, stakesAt))
  if (isDense) {
    const limit = i32x4.splat(consensus)
    for (let k: usize = 0, end = <usize>width << 2; k < end; k += 16) {
      const clipped = i32x4.min_u(v128.load(RAW + k), limit)
      const at = TRUST + (k << 1)
      v128.store(at, i64x2.add(v128.load(at), i64x2.extend_low_i32x4_u(clipped)))
      v128.store(at, i64x2.add(v128.load(at, 16), i64x2.extend_high_i32x4_u(clipped)), 16)
    }
    return
  }
  const entries = laneOfEntry + (<usize>first << 1)
  for (let k: u32 = 0; k < width; k++) {
    const at = TRUST + (<usize>load<u16>(entries + (<usize>k << 1)) << 3)
    store<u64>(at, load<u64>(at) + min<u32>(load<u32>(RAW + (<usize>k << 2)), consensus))
  }
}

function scoreSlow(j: u32): void {
  shareSlow()
  const consensus = consensusSlow(first, width, isDense, votesTotal, minority)
  store<u64>(rawConsensus + (<usize>j << 3), consensus)
  store<u64>(rawIncentive + (<usize>j << 3), rankSlow(first, width, isDense, consensus))
  for (let k: u32 = 0; k < width; k++) {
    const lane: u32 = isDense ? k : <u32>load<u16>(laneOfEntry + (<usize>(first + k) << 1))
    const at = TRUST + (<usize>lane << 3)
    store<u64>(at, load<u64>(at) + min<u64>(load<u64>(S_RAW + (<usize>k << 3)), consensus))
  }
}

/** Bonds of a column whose weights stand in RAW, or in S_RAW where it is slow. */
function formBonds(j: u32, slow: bool, areBondsSlow: bool, rate: u64): void {
  const consensus = load<u64>(rawConsensus + (<usize>j << 3))
  const by = penalty()
  if (!slow && !areBondsSlow) {
    if (isYuma3()) {
      bondWeights(width, <u32>consensus, by)
      if (bondsYuma3(first, bondsAt, width, rate)) return
    } else {
      let bought: u64 = 0
      if (by == ONE) {
        // With full penalty what is bought is the rank, which stands in BOUGHT already.
        bought = load<u64>(rawIncentive + (<usize>j << 3))
        if (consensus == 0) bought = rankOf(width, 0, stakesAt)
      } else {
        bondWeights(width, <u32>consensus, by)
        bought = buy(width, stakesAt)
      }
      if (bondsYuma2(j, first, bondsAt, width, bought, rate)) return
    }
  }
  store<u8>(isSlow + j, 1)
  slowCount++
  shareSlow()
  bondWeightsSlow(width, consensus, by)
  if (isYuma3()) bondsYuma3Slow(first, bondsAt, width, rate)
  else bondsYuma2Slow(j, first, bondsAt, width, isDense, rate)
}

/** Incentive, dividends, trust, emission, and what the caller reads by uid. */
function finish(n: u32, rows: u32): void {
  let ranks: u64 = 0
  for (let j: u32 = 0; j < n; j++) ranks += load<u64>(rawIncentive + (<usize>j << 3))
  normalise(rawIncentive, n, ranks)
  for (let j: u32 = 0; j < n; j++) earn(j)
  memory.fill(rawTrust, 0, <usize>n << 3)
  memory.fill(rawDividends, 0, <usize>n << 3)
  let sum: u64 = 0
  for (let r: u32 = 0; r < rows; r++) {
    const at = <usize>load<u32>(LANE_UID + (<usize>r << 2)) << 3
    const income = load<u64>(INCOME + (<usize>r << 3))
    const dividend = isYuma3() ? mul(income, load<u64>(S_STAKES + (<usize>r << 3))) : income
    store<u64>(rawTrust + at, load<u64>(TRUST + (<usize>r << 3)))
    store<u64>(rawDividends + at, dividend)
    sum += dividend
  }
  normalise(rawDividends, n, sum)
  emission(n)
  proportions(rawStake, stakeU16, n)
  proportions(rawConsensus, consensusU16, n)
  proportions(rawIncentive, incentiveU16, n)
  proportions(rawDividends, dividendsU16, n)
  proportions(rawTrust, trustU16, n)
}

function proportions(raw: usize, to: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u16>(to + (<usize>i << 1), <u16>u16Of(load<u64>(raw + (<usize>i << 3))))
  }
}

/** Adds what the bonds on server j earn; in the dense layout counts them too. */
function earn(j: u32): void {
  const incentive = load<u64>(rawIncentive + (<usize>j << 3))
  if (!isDense) return earnList(j, incentive)
  const from = load<u32>(columnStart + (<usize>j << 2))
  const count = load<u32>(columnStart + (<usize>j << 2), 4) - from
  if (incentive < ONE && load<u8>(isSlow + j) == 0) {
    earnFast(from, count, <u32>incentive)
    return
  }
  const slow = load<u8>(isSlow + j) != 0
  for (let k: u32 = 0; k < count; k++) {
    const at = <usize>(from + k)
    if (load<u32>(bonds32 + (at << 2)) == 0) continue
    const share = slow ? load<u64>(shares64 + (at << 3)) : <u64>load<u32>(shares32 + (at << 2))
    store<u64>(INCOME + (<usize>k << 3), load<u64>(INCOME + (<usize>k << 3)) + mul(share, incentive))
    store<u32>(ENTRIES + (<usize>k << 2), load<u32>(ENTRIES + (<usize>k << 2)) + 1)
  }
}

function earnFast(from: u32, count: u32, incentive: u32): void {
  const by = i32x4.splat(incentive)
  const zero = i32x4.splat(0)
  const shares = shares32 + (<usize>from << 2)
  const held = bonds32 + (<usize>from << 2)
  for (let k: usize = 0, end = <usize>count << 2; k < end; k += 16) {
    const share = v128.load(shares + k)
    const at = INCOME + (k << 1)
    v128.store(at, i64x2.add(v128.load(at), i64x2.shr_u(i64x2.extmul_low_i32x4_u(share, by), 32)))
    v128.store(at, i64x2.add(v128.load(at, 16), i64x2.shr_u(i64x2.extmul_high_i32x4_u(share, by), 32)), 16)
    v128.store(ENTRIES + k, i32x4.sub(v128.load(ENTRIES + k), i32x4.ne(v128.load(held + k), zero)))
  }
}

/** Writes the rows to store, of those who hold a permit for the next epoch. */
function storeBonds(n: u32): void {
  let place: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(storedStart + (<usize>i << 2), place)
    const lane = load<u32>(LANE_OF + (<usize>i << 2))
    if (lane != 0 && load<u8>(nextPermit + i) != 0) place = storeDenseRow(n, lane - 1, place)
  }
  store<u32>(storedStart + (<usize>n << 2), place)
}

function storeDenseRow(n: u32, lane: u32, from: u32): u32 {
  let place = <usize>from << 1
  const stride = <usize>load<u32>(columnStart, 4)
  if (load<u32>(ENTRIES + (<usize>lane << 2)) == n) {
    // Nothing is missing: the columns are 0 to n - 1.
    let value = bondsU16 + (<usize>lane << 1)
    const column = storedColumn + place
    const out = storedValue + place
    for (let j: usize = 0; j < <usize>n; j++, value += stride << 1) {
      store<u16>(column + (j << 1), <u16>j)
      store<u16>(out + (j << 1), load<u16>(value))
    }
    return from + n
  }
  let at = <usize>lane
  for (let j: u32 = 0; j < n; j++, at += stride) {
    // Every entry is written; the next one overwrites it unless it counts.
    store<u16>(storedColumn + place, <u16>j)
    store<u16>(storedValue + place, load<u16>(bondsU16 + (at << 1)))
    place += usize(load<u32>(bonds32 + (at << 2)) != 0) << 1
  }
  return <u32>(place >> 1)
}
