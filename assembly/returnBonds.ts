// From the columns of the sparse layout back to rows: what bonds earn, and what is stored of them.
import { mul } from './exact'
import {
  INCOME, LANE_OF, PLACE, bonds32, bondsU16, columnStart, isSlow, laneOfEntry, returned, returnedRows, shares32,
  shares64, storedColumn, storedValue,
} from './layout'
import { nextPermit, storedStart } from './shared'
import { sum4 } from './median'
import { count, endReturns, entries, tileEnd, tileNumber } from './sparse'

/** Sends the new bonds of the column at hand, `width` entries from `first` on, back to their rows. */
export function returnBonds(j: u32, first: u32, width: u32): void {
  const lanes = laneOfEntry + (<usize>first << 1)
  const values = bondsU16 + (<usize>first << 1)
  const held = bonds32 + (<usize>first << 2)
  if (areAllHeld(held, width)) {
    // The lane of the padding has a place of its own.
    store<u32>(PLACE + (<usize>count << 2), <u32>returned)
    for (let k: usize = 0, end = <usize>width << 1; k < end; k += 8) {
      const four = load<u64>(lanes + k)
      const bonds = load<u64>(values + k)
      append(<usize>(four & 0xffff), j | (<u32>(bonds & 0xffff) << 16))
      append(<usize>((four >> 16) & 0xffff), j | (<u32>bonds & 0xffff0000))
      append(<usize>((four >> 32) & 0xffff), j | (<u32>((bonds >> 32) & 0xffff) << 16))
      append(<usize>(four >> 48), j | (<u32>(bonds >> 32) & 0xffff0000))
    }
    return
  }
  for (let k: usize = 0; k < <usize>entries; k++) {
    const lane = <usize>load<u16>(lanes + (k << 1)) << 2
    const at = load<u32>(lane, PLACE)
    // Every entry is written; the next one overwrites it unless it counts.
    store<u32>(at, j | (<u32>load<u16>(values + (k << 1)) << 16))
    store<u32>(lane, at + (u32(load<u32>(held + (k << 2)) != 0) << 2), PLACE)
  }
}

// @ts-ignore: decorator
@inline function append(lane: usize, entry: u32): void {
  const at = load<u32>(lane << 2, PLACE)
  store<u32>(at, entry)
  store<u32>(lane << 2, at + 4, PLACE)
}

/** Whether no entry but the padding is 0. */
function areAllHeld(held: usize, width: u32): bool {
  const zero = i32x4.splat(0)
  let zeros = zero
  for (let k: usize = 0, end = <usize>width << 2; k < end; k += 16) {
    zeros = i32x4.sub(zeros, i32x4.eq(v128.load(held + k), zero))
  }
  return sum4(zeros) == width - entries
}

/** Adds what the bonds on server j earn. */
export function earnList(j: u32, incentive: u64): void {
  if (incentive == 0) return
  const first = load<u32>(columnStart + (<usize>j << 2))
  const length = load<u32>(columnStart + (<usize>j << 2), 4) - first
  const lanes = laneOfEntry + (<usize>first << 1)
  if (load<u8>(isSlow + j)) {
    for (let k: usize = 0; k < <usize>length; k++) {
      const at = INCOME + (<usize>load<u16>(lanes + (k << 1)) << 3)
      store<u64>(at, load<u64>(at) + mul(load<u64>(shares64 + ((<usize>first + k) << 3)), incentive))
    }
    return
  }
  const shares = shares32 + (<usize>first << 2)
  for (let k: usize = 0; k < <usize>length; k++) {
    const lane = <usize>load<u16>(lanes + (k << 1)) << 3
    // Below 2^64: the share is below 2^32, the incentive at most that.
    store<u64>(lane, load<u64>(lane, INCOME) + ((<u64>load<u32>(shares + (k << 2)) * incentive) >> 32), INCOME)
  }
}

/** Writes the rows to store, of those who hold a permit for the next epoch. */
export function storeRows(n: u32): void {
  if (tileEnd != 0) endReturns()
  let place: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(storedStart + (<usize>i << 2), place)
    const lane = load<u32>(LANE_OF + (<usize>i << 2))
    if (lane == 0 || load<u8>(nextPermit + i) == 0) continue
    for (let t: u32 = 0; t < tileNumber; t++) {
      const segment = returnedRows + ((<usize>t * count + lane - 1) << 3)
      const from = <usize>load<u32>(segment)
      const length = (load<u32>(segment, 4) - <u32>from) >> 2
      storePart(from, length, <usize>place << 1)
      place += length
    }
  }
  store<u32>(storedStart + (<usize>n << 2), place)
}

/** Writes columns and bonds side by side; up to seven more than there are, which what comes next overwrites. */
// @ts-ignore: decorator
@inline function storePart(from: usize, length: u32, at: usize): void {
  const columns = storedColumn + at
  const values = storedValue + at
  for (let k: usize = 0; k < <usize>length; k += 8) {
    const a = v128.load(from + (k << 2))
    const b = v128.load(from + (k << 2), 16)
    v128.store(columns + (k << 1), v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14))
    v128.store(values + (k << 1), v128.shuffle<i16>(a, b, 1, 3, 5, 7, 9, 11, 13, 15))
  }
}
