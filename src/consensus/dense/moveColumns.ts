import { divFloor, factorOf, mulShare, ONE_RAW, reciprocalOf, smallShare } from '../../math/index.js'
import type { DenseBuffers, Lanes } from './DenseBuffers.js'

const MILLION = 1_000_000
const U16_MAX = 65_535

/** What bonds are moved and shared out by. */
export interface Moving {
  readonly lanes: Lanes
  /** f64[n]: what the new bonds of each column are shares of; `null` where they are levels as they stand (Yuma 3). */
  readonly boughtSum: Float64Array | null
  /** Bonds on targets that registered at or after this block are gone. */
  readonly lastEpoch: number
  readonly blockAtRegistration: Float64Array
  /** raw[n]. */
  readonly incentive: Float64Array
  /** Share of old bonds kept, parts of 1,000,000. */
  readonly movingAveragePpm: number
}

/** What bonds there are after moving. */
export interface MovedBonds {
  /** How many columns have bonds. */
  readonly found: number
  readonly bonds: number
}

/**
 * Moves old bonds towards new ones, and adds what they earn to the fourth fact of each lane.
 *
 * Column after column, each while it is in the cache. In the columns remain bonds as levels (Yuma 3), or as shares of
 * their column (original Yuma).
 *
 * @param servers - u16[n], overwritten with the columns that have bonds, in order.
 * @param largest - f64[n], overwritten with the largest share of each of them.
 */
export function moveColumns(
  buffers: DenseBuffers,
  { servers, largest }: { readonly servers: Uint16Array; readonly largest: Float64Array },
  moving: Moving,
): MovedBonds {
  const { cells, hasWeights } = buffers
  const { lanes, boughtSum, incentive, lastEpoch, blockAtRegistration } = moving
  for (let lane = 0; lane < lanes.count; lane++) cells[4 * lane + 3] = 0
  const kept = Math.floor((moving.movingAveragePpm * ONE_RAW) / MILLION)
  const tally = { missing: 0 }
  let found = 0
  for (let j = 0; j < largest.length; j++) {
    const oldSum = lastEpoch > blockAtRegistration[j]! ? sumOfBonds(buffers, j, lanes) : 0
    if (hasWeights[j] === 0 && oldSum === 0) continue
    const whole = boughtSum === null ? U16_MAX : oldSum
    const scale = oldSum === 0 ? 0 : ONE_RAW / whole
    const sum =
      boughtSum === null
        ? moveLevels(buffers, j, lanes, { scale, kept })
        : moveShares(buffers, j, lanes, { scale, kept, bought: boughtSum[j]! })
    if (sum === 0) continue
    const earning = { sum, incentive: incentive[j]!, tally }
    largest[j] =
      boughtSum === null ? earnByLevels(buffers, j, lanes, earning) : earnByShares(buffers, j, lanes, earning)
    servers[found++] = j
  }
  return { found, bonds: found * lanes.count - tally.missing }
}

/** PERF: four sums side by side, because each addition waits for the one before: half the time. */
function sumOfBonds({ old }: DenseBuffers, j: number, { count, stride }: Lanes): number {
  const end = j * stride + count
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let k = j * stride
  for (; k + 3 < end; k += 4) {
    a += old[k]!
    b += old[k + 1]!
    c += old[k + 2]!
    d += old[k + 3]!
  }
  for (; k < end; k++) a += old[k]!
  return a + b + (c + d)
}

/** How a column moves: what makes raw numbers of its old bonds, and the share of them that is kept. */
interface Move {
  readonly scale: number
  readonly kept: number
}

/**
 * The moving average of one column of levels, in place; returns its sum.
 *
 * As `smallShare`, and twice `mulShare`. PERF: in all four loops the inner one leaves before what is rare, because V8
 * checks every array anew in each round of a loop that calls a function.
 */
function moveLevels({ cells, old }: DenseBuffers, j: number, lanes: Lanes, { scale, kept }: Move): number {
  const keeps = factorOf(kept)
  const moves = factorOf(ONE_RAW - kept)
  const end = j * lanes.stride + lanes.count
  const { firstColumn } = lanes
  let sum = 0
  let k = j * lanes.stride
  for (;;) {
    for (; k < end; k++) {
      const bond = Math.floor((old[k]! + 1 / 0x2_0000_0000) * scale)
      const keptProduct = bond * keeps
      const left = Math.floor(keptProduct)
      const newProduct = cells[firstColumn + k]! * moves
      const added = Math.floor(newProduct)
      if (keptProduct - left >= 1 - 1 / 0x2_0000 || newProduct - added >= 1 - 1 / 0x2_0000) break
      cells[firstColumn + k] = left + added
      sum += left + added
    }
    if (k === end) return sum
    const left = mulShare(smallShare(old[k]!, scale), kept)
    const added = mulShare(cells[firstColumn + k]!, ONE_RAW - kept)
    cells[firstColumn + k] = left + added
    sum += left + added
    k++
  }
}

/** Likewise of a column of bonds bought, which count as shares of their sum, `bought`. */
function moveShares(
  { cells, old }: DenseBuffers,
  j: number,
  lanes: Lanes,
  { scale, kept, bought }: Move & { readonly bought: number },
): number {
  const keeps = factorOf(kept)
  const moves = factorOf(ONE_RAW - kept)
  const reciprocal = reciprocalOf(bought)
  const end = j * lanes.stride + lanes.count
  const { firstColumn } = lanes
  let sum = 0
  let k = j * lanes.stride
  for (;;) {
    for (; k < end; k++) {
      const bond = Math.floor((old[k]! + 1 / 0x2_0000_0000) * scale)
      const keptProduct = bond * keeps
      const left = Math.floor(keptProduct)
      const quotient = cells[firstColumn + k]! * reciprocal
      const share = Math.floor(quotient)
      const newProduct = share * moves
      const added = Math.floor(newProduct)
      if (
        keptProduct - left >= 1 - 1 / 0x2_0000 ||
        quotient - share >= 1 - 1 / 0x2_0000 ||
        newProduct - added >= 1 - 1 / 0x2_0000
      ) {
        break
      }
      cells[firstColumn + k] = left + added
      sum += left + added
    }
    if (k === end) return sum
    const left = mulShare(smallShare(old[k]!, scale), kept)
    const added = mulShare(divFloor(cells[firstColumn + k]!, bought), ONE_RAW - kept)
    cells[firstColumn + k] = left + added
    sum += left + added
    k++
  }
}

/** What the bonds of a column are shares of, and what these share in. */
interface Earning {
  readonly sum: number
  readonly incentive: number
  /** Counts on: places without a bond. */
  readonly tally: { missing: number }
}

/** Adds what each bond of a column earns to its row, and leaves it as it is; returns 0. */
function earnByLevels(
  { cells }: DenseBuffers,
  j: number,
  lanes: Lanes,
  { sum, incentive, tally }: Earning,
): number {
  const reciprocal = reciprocalOf(sum)
  const earns = factorOf(incentive)
  const level = lanes.firstColumn + j * lanes.stride
  const { count } = lanes
  let lane = 0
  for (;;) {
    for (; lane < count; lane++) {
      const bond = cells[level + lane]!
      const quotient = bond * reciprocal
      const share = Math.floor(quotient)
      const product = share * earns
      const income = Math.floor(product)
      if (quotient - share >= 1 - 1 / 0x2_0000 || product - income >= 1 - 1 / 0x2_0000) break
      cells[4 * lane + 3]! += income
      if (bond === 0) tally.missing++
    }
    if (lane === count) return 0
    const bond = cells[level + lane]!
    cells[4 * lane + 3]! += mulShare(divFloor(bond, sum), incentive)
    if (bond === 0) tally.missing++
    lane++
  }
}

/** Likewise, but replaces each bond by its share of the column; returns the largest share. */
function earnByShares(
  { cells }: DenseBuffers,
  j: number,
  lanes: Lanes,
  { sum, incentive, tally }: Earning,
): number {
  const reciprocal = reciprocalOf(sum)
  const earns = factorOf(incentive)
  const level = lanes.firstColumn + j * lanes.stride
  const { count } = lanes
  let largest = 0
  let lane = 0
  for (;;) {
    for (; lane < count; lane++) {
      const quotient = cells[level + lane]! * reciprocal
      const share = Math.floor(quotient)
      const product = share * earns
      const income = Math.floor(product)
      if (quotient - share >= 1 - 1 / 0x2_0000 || product - income >= 1 - 1 / 0x2_0000) break
      cells[4 * lane + 3]! += income
      cells[level + lane] = share
      if (share > largest) largest = share
      else if (share === 0) tally.missing++
    }
    if (lane === count) return largest
    const share = divFloor(cells[level + lane]!, sum)
    cells[4 * lane + 3]! += mulShare(share, incentive)
    cells[level + lane] = share
    if (share > largest) largest = share
    else if (share === 0) tally.missing++
    lane++
  }
}
