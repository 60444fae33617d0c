// One epoch, in the order of the rules.
import {
  CLIPPED, NOTHING, STAKED, bondWeights, bondsYuma3, buy, clearBonds, consensusOf, rankOf, shareWeights,
} from './column'
import { spreadBonds, spreadWeights, startDenseColumns, storeBonds } from './dense'
import { earnAll, quickTrust } from './earnings'
import { ONE, mul, u16Of } from './exact'
import { bondsLiquidFast, prepareLiquid } from './liquid'
import {
  BOUGHT, ENTRIES, G_BONDS, G_STAKES, G_VOTES, INCOME, INCOME32, LANE_UID, MAX_LANES, RAW, ROW_HALF, ROW_SCALE,
  STAKES, S_RAW, S_STAKES, TRUST, TRUST32, VOTES, bondColumn, bondStart, columnStart, denseBonds, denseWeights,
  isSlow, isTiny, laneOfEntry, placeLanes, weightColumn, weightStart, weightValue,
} from './layout'
import {
  DONE, REPEATED_TARGETS, TOO_LARGE, UNORDERED_LIQUID, WRONG_INPUT, consensusU16, dividendsU16, forcedLayout, incentiveU16,
  isForcedSlow, isLiquid, isYuma3, kappa, penalty, rateOfNew, rawConsensus, rawDividends, rawIncentive, rawStake,
  rawTrust, stakeU16, storedStart, tellCounts, trustU16,
} from './shared'
import {
  ASCENDING, REPEATED, areRowsRight, assignLanes, fillStakes, isWide, orderOf, voters, votesTotal,
} from './rows'
import {
  bondWeightsSlow, bondsLiquidSlow, bondsYuma2Slow, bondsYuma3Slow, consensusSlow, rankSlow,
  shareWeightsSlow,
} from './slowColumn'
import { earnList, returnBonds, storeRows } from './returnBonds'
import { blockOf, boughtOf, formBlock, isInDoubt, leave, take } from './yuma2'
import { TILE_MEMORY, listVoted, openList, readRows, shareListSlow, startTiles } from './sparse'
import {
  BONDS, BONDS_IN, BONDS_OUT, CHECKS, CONSENSUS, DIVIDENDS, RANKS, SHARES, STAKE, WEIGHTS_IN, endsBefore,
} from './steps'
import { activeStakes, activity, areColumnsRight, emission, normalise, permits, stakes } from './stake'

/** Places the input; its addresses stand in the header afterwards. False where memory does not suffice. */
export { placeInput as prepare } from './layout'

let isDense: bool = false
let lanes: u32 = 0
let minority: i64 = 0
let slowCount: u32 = 0
/** What the bonds need of the ranks. */
let ranksLeave: u32 = NOTHING

// The column at hand.
let first: u32 = 0
let width: u32 = 0
let weightsAt: usize = 0
let bondsAt: usize = 0
let scaleAt: usize = 0
let halfAt: usize = 0
let votesAt: usize = 0
let stakesAt: usize = 0
let boughtAt: usize = 0

/** Computes the epoch of the input in memory. */
export function runEpoch(n: u32, weights: u32, bonds: u32): u32 {
  if (endsBefore(CHECKS)) return DONE
  if (!areColumnsRight(n) || !areRowsRight(weightStart, n, weights) || !areRowsRight(bondStart, n, bonds)) {
    return WRONG_INPUT
  }
  const weightOrder = orderOf(weightStart, weightColumn, n)
  const bondOrder = orderOf(bondStart, bondColumn, n)
  if (weightOrder == REPEATED || bondOrder == REPEATED) return REPEATED_TARGETS
  const liquid = isYuma3() && isLiquid()
  if (liquid && (weightOrder != ASCENDING || bondOrder != ASCENDING)) return UNORDERED_LIQUID
  if (endsBefore(STAKE)) return DONE
  activity(n)
  if (!stakes(n)) return WRONG_INPUT
  permits(n)
  activeStakes(n)
  const rows = assignLanes(n)
  if (endsBefore(WEIGHTS_IN)) return DONE
  if (!layOut(n, rows, weights, bonds, weightOrder == ASCENDING, bondOrder == ASCENDING, liquid)) return TOO_LARGE
  if (endsBefore(SHARES)) return DONE
  fillTotals(rows)
  computeColumns(n, liquid)
  if (endsBefore(DIVIDENDS)) return DONE
  finish(n, rows)
  if (endsBefore(BONDS_OUT)) return DONE
  if (isDense) storeBonds(n, rows)
  else storeRows(n)
  tellCounts(u32(isDense), slowCount, rows, load<u32>(storedStart + (<usize>n << 2)))
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
  // From two thirds of the places on the dense layout is the faster one.
  isDense = forced == 1 ? !isLosing : forced == 0 && !isLosing && <u64>weights * 3 >= 2 * cells
  if (isDense && cells > MAX_LANES) isDense = false
  memory.fill(isSlow, 0, n)
  fillStakes(rows, stride)
  if (isDense) {
    // Rows are turned into columns eight by eight.
    if (!placeLanes(stride * ((n + 7) & ~7), true, isYuma3(), rows, 0, 0)) return false
    spreadWeights(n, rows, stride, isOrdered)
    if (endsBefore(BONDS_IN)) return true
    spreadBonds(n, rows, stride, areBondsOrdered)
    startDenseColumns(n, stride)
    lanes = <u32>cells
    return true
  }
  // Columns are padded to eight lanes: at most seven more each.
  const most = <u64>weights + bonds + 8 * <u64>n
  if (most > MAX_LANES || !placeLanes(<u32>most, false, isYuma3(), rows, TILE_MEMORY, weights + bonds)) return false
  return readRows(n, rows, isOrdered, areBondsOrdered)
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
  memory.fill(TRUST32, 0, <usize>(rows + 8) << 2)
  memory.fill(INCOME, 0, <usize>(rows + 8) << 3)
  memory.fill(INCOME32, 0, <usize>(rows + 8) << 2)
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
  ranksLeave = liquid || penalty() != ONE ? NOTHING : isYuma3() ? CLIPPED : STAKED
  if (isDense && !isYuma3() && !isSlowAll && !areBondsSlow) {
    computeBlocks(n, rate)
    return
  }
  boughtAt = BOUGHT
  let any: u64 = 0
  for (let j: u32 = 0; j < n; j++) {
    open(j)
    if (isDense && isEmpty()) {
      store<u64>(rawConsensus + (<usize>j << 3), 0)
      store<u64>(rawIncentive + (<usize>j << 3), 0)
      if (!liquid) clearBonds(j, first, width)
      continue
    }
    const slow = isSlowAll || load<u8>(isSlow + j) != 0
    if (slow) scoreSlow(j)
    else score(j)
    any |= load<u64>(rawConsensus + (<usize>j << 3))
    if (liquid || endsBefore(BONDS)) continue
    formBonds(j, slow, areBondsSlow, rate)
    if (!isDense) returnBonds(j, first, width)
  }
  if (!liquid) return
  memory.fill(isTiny, 1, n)
  if (!isDense) startLists()
  if (any != 0) prepareLiquid()
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
    if (!isDense) returnBonds(j, first, width)
  }
}

/** The columns of the dense layout under the original Yuma, unless all of them are slow. */
function computeBlocks(n: u32, rate: u64): void {
  open(0)
  const size = blockOf(width)
  for (let j: u32 = 0; j < n; j += size) {
    const count = min<u32>(size, n - j)
    for (let c: u32 = 0; c < count; c++) startColumn(j + c, c, rate)
    if (endsBefore(BONDS)) continue
    open(j)
    formBlock(j, count, first, bondsAt, width, rate)
    for (let c: u32 = 0; c < count; c++) {
      if (!isInDoubt(c)) continue
      open(j + c)
      formBonds(j + c, true, false, rate)
    }
  }
}

/** What comes before the bonds of server j, which is column `c` of its block. */
function startColumn(j: u32, c: u32, rate: u64): void {
  open(j)
  leave(c)
  if (isEmpty()) {
    store<u64>(rawConsensus + (<usize>j << 3), 0)
    store<u64>(rawIncentive + (<usize>j << 3), 0)
    clearBonds(j, first, width)
    return
  }
  if (load<u8>(isSlow + j) != 0) {
    scoreSlow(j)
    formBonds(j, true, false, rate)
    return
  }
  boughtAt = boughtOf(c, width)
  score(j)
  if (!endsBefore(BONDS)) take(c, boughtOn(j))
}

/** The sum of what is bought on server j, which then stands from `boughtAt` on. */
// @ts-ignore: decorator
@inline function boughtOn(j: u32): u64 {
  // With full penalty it is the rank, and stands there already.
  if (penalty() == ONE) return load<u64>(rawIncentive + (<usize>j << 3))
  return buy(width, <u32>load<u64>(rawConsensus + (<usize>j << 3)), penalty(), stakesAt, boughtAt)
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
  if (width == 0) return
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

/** Whether nobody has weights or bonds on the dense column at hand. */
function isEmpty(): bool {
  for (let k: usize = 0, end = <usize>width << 1; k < end; k += 16) {
    if (v128.any_true(v128.or(v128.load(weightsAt + k), v128.load(bondsAt + k)))) return false
  }
  return true
}

/** Consensus, rank and trust of a column. */
function score(j: u32): void {
  const voted = share()
  if (endsBefore(CONSENSUS)) return
  const consensus = consensusOf(width, votesAt, isDense && width <= 64 ? voters : 0, voted, votesTotal, minority)
  store<u64>(rawConsensus + (<usize>j << 3), consensus)
  if (endsBefore(RANKS)) return
  if (consensus == 0) {
    store<u64>(rawIncentive + (<usize>j << 3), 0)
    return
  }
  if (!isDense) {
    // Before `rankOf` leaves the clipped weights in their place.
    const entries = laneOfEntry + (<usize>first << 1)
    for (let k: u32 = 0; k < width; k++) {
      const at = TRUST + (<usize>load<u16>(entries + (<usize>k << 1)) << 3)
      store<u64>(at, load<u64>(at) + min<u32>(load<u32>(RAW + (<usize>k << 2)), consensus))
    }
  }
  store<u64>(rawIncentive + (<usize>j << 3), rankOf(width, consensus, stakesAt, isDense ? TRUST32 : 0, ranksLeave, boughtAt))
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
  if (width == 0) {
    clearBonds(j, first, width)
    return
  }
  const consensus = load<u64>(rawConsensus + (<usize>j << 3))
  const by = penalty()
  if (!slow && !areBondsSlow) {
    if (isYuma3()) {
      const isBare = consensus == 0 && by == ONE
      if (ranksLeave != CLIPPED && !isBare) bondWeights(width, <u32>consensus, by)
      // Without a rank there is no incentive to have a share of.
      const isEarning = load<u64>(rawIncentive + (<usize>j << 3)) != 0
      if (bondsYuma3(j, first, bondsAt, width, rate, isBare, isEarning)) return
    } else {
      // A block of one.
      take(0, boughtOn(j))
      formBlock(j, 1, first, bondsAt, width, rate)
      if (!isInDoubt(0)) return
    }
  }
  store<u8>(isSlow + j, 1)
  store<u8>(isTiny + j, 1)
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
  if (isDense) earnAll(n)
  else for (let j: u32 = 0; j < n; j++) earnList(j, load<u64>(rawIncentive + (<usize>j << 3)))
  memory.fill(rawTrust, 0, <usize>n << 3)
  memory.fill(rawDividends, 0, <usize>n << 3)
  let sum: u64 = 0
  for (let r: u32 = 0; r < rows; r++) {
    const at = <usize>load<u32>(LANE_UID + (<usize>r << 2)) << 3
    const income = load<u64>(INCOME + (<usize>r << 3)) + load<u32>(INCOME32 + (<usize>r << 2))
    const dividend = isYuma3() ? mul(income, load<u64>(S_STAKES + (<usize>r << 3))) : income
    store<u64>(rawTrust + at, load<u64>(TRUST + (<usize>r << 3)) + (isDense ? quickTrust(n, r) : 0))
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
  let i: u32 = 0
  for (; i + 8 <= n; i += 8) {
    const at = raw + (<usize>i << 3)
    const low = i8x16.shuffle(
      u16OfTwo(at), u16OfTwo(at + 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27,
    )
    const high = i8x16.shuffle(
      u16OfTwo(at + 32), u16OfTwo(at + 48), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27,
    )
    v128.store(to + (<usize>i << 1), i16x8.narrow_i32x4_u(low, high))
  }
  for (; i < n; i++) {
    store<u16>(to + (<usize>i << 1), <u16>u16Of(load<u64>(raw + (<usize>i << 3))))
  }
}

/** raw * 65,535 / 2^32, floored, of two raw numbers below 2^47. */
// @ts-ignore: decorator
@inline function u16OfTwo(at: usize): v128 {
  const raw = v128.load(at)
  return i64x2.shr_u(i64x2.sub(i64x2.shl(raw, 16), raw), 32)
}
