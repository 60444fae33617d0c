// How the reference shares a block's TAO: by moving price, less what miners' pay was burned, among those that may have some.
import {
  EMISSION_RAO,
  EMITTING,
  entry,
  FLAGS,
  HAS_EMISSION,
  IS_STABLE,
  list,
  column,
  MINER_BURNED,
  MOVING_PRICE,
  param,
  setEntry,
  SHARE_HIGH,
  SHARE_LOW,
  TAO_BITS,
  WEIGHED_HIGH,
  WEIGHED_LOW,
} from './layout'
import { div128, mulHigh } from './wide'

const ONE32: u64 = 0x100000000
const LOW: u64 = 0xffffffff
const SUM_LIMIT: u64 = 1 << 62

/** The moving price of a subnet, times 2^32. */
// @ts-ignore: decorator
@inline export function movingPrice(row: u32, netuid: u32): u64 {
  return (entry(list(FLAGS), row) & IS_STABLE) != 0 ? ONE32 : entry(column(MOVING_PRICE), netuid)
}

/** Whether moving prices are small enough for what is here, and sum to something that is. */
export function arePricesUsual(count: u32): bool {
  let sum: u64 = 0
  for (let row: u32 = 0; row < count; row++) {
    const price = movingPrice(row, <u32>entry(list(EMITTING), row))
    if (price >= SUM_LIMIT) return false
    sum += price
    if (sum >= SUM_LIMIT) return false
  }
  return true
}

/** Whether stake on root is paid from subnets: the prices of those that emit sum to more than 1. */
export function isRootSelling(count: u32): bool {
  let sum: u64 = 0
  for (let row: u32 = 0; row < count; row++) sum += movingPrice(row, <u32>entry(list(EMITTING), row))
  return sum > ONE32
}

/** Writes each subnet's TAO, of `EMISSION_RAO`. */
export function shareByPrice(count: u32): void {
  const low = list(SHARE_LOW)
  const high = list(SHARE_HIGH)
  const weighedLow = list(WEIGHED_LOW)
  const weighedHigh = list(WEIGHED_HIGH)
  const burned = column(MINER_BURNED)
  let allEnabled = true
  for (let row: u32 = 0; row < count; row++) {
    const netuid = <u32>entry(list(EMITTING), row)
    setEntry(low, row, movingPrice(row, netuid))
    setEntry(high, row, 0)
    if ((entry(list(FLAGS), row) & HAS_EMISSION) == 0) allEnabled = false
  }
  normalise(low, high, count)
  let isAny = false
  for (let row: u32 = 0; row < count; row++) {
    const netuid = <u32>entry(list(EMITTING), row)
    keep(row, entry(burned, netuid))
    if ((entry(weighedLow, row) | entry(weighedHigh, row)) != 0) isAny = true
  }
  if (isAny) {
    normalise(weighedLow, weighedHigh, count)
    memory.copy(low, weighedLow, 8 * <usize>count)
    memory.copy(high, weighedHigh, 8 * <usize>count)
  }
  if (!allEnabled) {
    for (let row: u32 = 0; row < count; row++) {
      if ((entry(list(FLAGS), row) & HAS_EMISSION) != 0) continue
      setEntry(low, row, 0)
      setEntry(high, row, 0)
    }
    normalise(low, high, count)
  }
  const emission = param(EMISSION_RAO) << 32
  for (let row: u32 = 0; row < count; row++) {
    const bits = entry(high, row) != 0 ? emission : mulHigh(emission, entry(low, row))
    setEntry(list(TAO_BITS), row, bits)
  }
}

/** A share less what was burned of miners' pay, times 2^32. */
function keep(row: u32, burned: u64): void {
  const low = entry(list(SHARE_LOW), row)
  const high = entry(list(SHARE_HIGH), row)
  const kept: u64 = burned >= ONE32 ? 0 : ONE32 - burned
  const isWhole = kept == ONE32
  const part = high != 0 ? kept << 32 : (low >> 32) * kept + (((low & LOW) * kept) >> 32)
  setEntry(list(WEIGHED_LOW), row, isWhole ? low : part)
  setEntry(list(WEIGHED_HIGH), row, isWhole ? high : 0)
}

/** Divides each of some numbers by their sum, which is 2^64 at most; all stay 0 where it is 0. */
function normalise(low: usize, high: usize, count: u32): void {
  let sum: u64 = 0
  for (let row: u32 = 0; row < count; row++) {
    // One of 2^64, or a sum that is: to divide by it changes nothing.
    if (entry(high, row) != 0) return
    const value = entry(low, row)
    sum += value
    if (sum < value) return
  }
  if (sum == 0) return
  for (let row: u32 = 0; row < count; row++) {
    const value = entry(low, row)
    const isWhole = value == sum
    setEntry(low, row, isWhole ? 0 : div128(value, 0, sum))
    setEntry(high, row, u64(isWhole))
  }
}
