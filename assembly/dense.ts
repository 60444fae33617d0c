// The dense layout: a matrix of u16 with one column per server and one lane per validator row. Rows are spelled out eight
// at a time and turned, in blocks of eight by eight, into columns; bonds take the same way back.
import {
  ENTRIES, GATHER, LANE_OF, LANE_UID, PLACE, STRIP, STRIPS, bondColumn, bondStart, bondValue, bonds32, bondsU16,
  columnStart, denseBonds, denseWeights, isTiny, storedColumn, storedValue, weightColumn, weightStart, weightValue,
} from './layout'
import { sum4 } from './median'
import { lastUpdate, nextPermit, ownerUid, permit, registered, storedStart } from './shared'
import { commitOf, findNewest, inside, isKept, isSettled, lastEpoch, markWhole, setRowSum, sumOf } from './rows'

/** Turns `count` lanes of weights into columns of `stride` lanes, and measures the rows. */
export function spreadWeights(n: u32, count: u32, stride: u32, isOrdered: bool): void {
  findNewest(n)
  const owner = ownerUid()
  for (let group: u32 = 0; group < stride; group += 8) {
    for (let k: u32 = 0; k < 8; k++) {
      const r = group + k
      const strip = STRIPS + <usize>k * STRIP
      const i = r < count ? load<u32>(LANE_UID + (<usize>r << 2)) : 0
      if (r >= count || load<u8>(permit + i) == 0) {
        clear(strip, 0, n)
        continue
      }
      const from = load<u32>(weightStart + (<usize>i << 2))
      let to = load<u32>(weightStart + (<usize>i << 2), 4)
      let sum: u32 = 0
      if (isOrdered && isSettled(i)) {
        to = inside(weightColumn, from, to, n)
        sum = spellOut(weightColumn, weightValue, from, to, strip, n)
        if (<i32>i != owner) {
          const own = strip + (<usize>i << 1)
          sum -= load<u16>(own)
          store<u16>(own, 0)
        }
      } else {
        clear(strip, 0, n)
        const updated = load<f64>(lastUpdate + (<usize>i << 3))
        const commit = commitOf(i)
        for (let at = from; at < to; at++) {
          const j: u32 = load<u16>(weightColumn + (<usize>at << 1))
          if (!isKept(i, j, n, updated, commit, owner)) continue
          const value: u32 = load<u16>(weightValue + (<usize>at << 1))
          store<u16>(strip + (<usize>j << 1), <u16>value)
          sum += value
        }
      }
      setRowSum(r, sum)
      if (sum > 0 && sum <= 65535) markWhole(from, to, n, sum)
    }
    turnIn(denseWeights + (<usize>group << 1), n, stride)
  }
}

/** The same for the stored bonds; those on servers registered since the last epoch are gone. */
export function spreadBonds(n: u32, count: u32, stride: u32, isOrdered: bool): void {
  for (let group: u32 = 0; group < stride; group += 8) {
    for (let k: u32 = 0; k < 8; k++) {
      const r = group + k
      const strip = STRIPS + <usize>k * STRIP
      if (r >= count) {
        clear(strip, 0, n)
        continue
      }
      const i = load<u32>(LANE_UID + (<usize>r << 2))
      const from = load<u32>(bondStart + (<usize>i << 2))
      const to = load<u32>(bondStart + (<usize>i << 2), 4)
      if (isOrdered) {
        spellOut(bondColumn, bondValue, from, inside(bondColumn, from, to, n), strip, n)
        continue
      }
      clear(strip, 0, n)
      for (let at = from; at < to; at++) {
        const j: u32 = load<u16>(bondColumn + (<usize>at << 1))
        if (j < n) store<u16>(strip + (<usize>j << 1), load<u16>(bondValue + (<usize>at << 1)))
      }
    }
    turnIn(denseBonds + (<usize>group << 1), n, stride)
  }
  forgetReplaced(n, stride)
}

/** Takes away the bonds on servers that were registered since the last epoch. */
function forgetReplaced(n: u32, stride: u32): void {
  const since = lastEpoch()
  for (let j: u32 = 0; j < n; j++) {
    if (since <= load<f64>(registered + (<usize>j << 3))) {
      memory.fill(denseBonds + ((<usize>j * stride) << 1), 0, <usize>stride << 1)
    }
  }
}

/** Columns of the dense matrix start at multiples of its stride. */
export function startDenseColumns(n: u32, stride: u32): void {
  for (let j: u32 = 0; j <= n; j++) store<u32>(columnStart + (<usize>j << 2), j * stride)
}

/** Zeros from server `from` to before `to`, and up to seven more. */
// @ts-ignore: decorator
@inline function clear(strip: usize, from: u32, to: u32): void {
  const zero = i64x2.splat(0)
  for (let at = strip + (<usize>from << 1), end = strip + (<usize>to << 1); at < end; at += 16) v128.store(at, zero)
}

/** Spells out an ascending row whose targets all lie inside the subnet; returns its sum. */
function spellOut(columns: usize, values: usize, from: u32, to: u32, strip: usize, n: u32): u32 {
  const count = to - from
  if (count == 0) {
    clear(strip, 0, n)
    return 0
  }
  const start = <u32>load<u16>(columns + (<usize>from << 1))
  const end = <u32>load<u16>(columns + (<usize>to << 1) - 2) + 1
  if (end - start == count) {
    clear(strip, 0, start)
    const sum = copied(values + (<usize>from << 1), count, strip + (<usize>start << 1))
    clear(strip, end, n)
    return sum
  }
  clear(strip, 0, n)
  for (let k = <usize>from << 1, stop = <usize>to << 1; k < stop; k += 2) {
    store<u16>(strip + (<usize>load<u16>(columns + k) << 1), load<u16>(values + k))
  }
  return sumOf(values + (<usize>from << 1), count)
}

/** Copies `count` values and returns their sum. */
// @ts-ignore: decorator
@inline function copied(from: usize, count: u32, to: usize): u32 {
  const whole = (<usize>count << 1) & ~15
  const end = <usize>count << 1
  let sums = i32x4.splat(0)
  let at: usize = 0
  if (whole != 0) {
    do {
      const eight = v128.load(from + at)
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(eight))
      v128.store(to + at, eight)
    } while ((at += 16) < whole)
  }
  let sum = <u32>sum4(sums)
  for (; at < end; at += 2) {
    const one = load<u16>(from + at)
    sum += one
    store<u16>(to + at, one)
  }
  return sum
}

/** Turns eight strips into eight lanes of the matrix at `to`. */
function turnIn(to: usize, n: u32, stride: u32): void {
  const step = <usize>stride << 1
  for (let at = STRIPS, end = STRIPS + (<usize>n << 1); at < end; at += 16, to += step << 3) turn(at, STRIP, to, step)
}

/** Turns eight lanes of the matrix at `from` into strips. */
function turnOut(from: usize, n: u32, stride: u32): void {
  const step = <usize>stride << 1
  for (let at = STRIPS, end = STRIPS + (<usize>n << 1); at < end; at += 16, from += step << 3) turn(from, step, at, STRIP)
}

/** Turns eight rows of eight u16 into eight columns. */
// @ts-ignore: decorator
@inline function turn(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const from4 = from + (fromStep << 2)
  const fromStep3 = fromStep * 3
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromStep)
  const r2 = v128.load(from + (fromStep << 1))
  const r3 = v128.load(from + fromStep3)
  const r4 = v128.load(from4)
  const r5 = v128.load(from4 + fromStep)
  const r6 = v128.load(from4 + (fromStep << 1))
  const r7 = v128.load(from4 + fromStep3)
  const a0 = v128.shuffle<i16>(r0, r1, 0, 8, 1, 9, 2, 10, 3, 11)
  const a1 = v128.shuffle<i16>(r0, r1, 4, 12, 5, 13, 6, 14, 7, 15)
  const a2 = v128.shuffle<i16>(r2, r3, 0, 8, 1, 9, 2, 10, 3, 11)
  const a3 = v128.shuffle<i16>(r2, r3, 4, 12, 5, 13, 6, 14, 7, 15)
  const a4 = v128.shuffle<i16>(r4, r5, 0, 8, 1, 9, 2, 10, 3, 11)
  const a5 = v128.shuffle<i16>(r4, r5, 4, 12, 5, 13, 6, 14, 7, 15)
  const a6 = v128.shuffle<i16>(r6, r7, 0, 8, 1, 9, 2, 10, 3, 11)
  const a7 = v128.shuffle<i16>(r6, r7, 4, 12, 5, 13, 6, 14, 7, 15)
  const b0 = v128.shuffle<i32>(a0, a2, 0, 4, 1, 5)
  const b1 = v128.shuffle<i32>(a0, a2, 2, 6, 3, 7)
  const b2 = v128.shuffle<i32>(a1, a3, 0, 4, 1, 5)
  const b3 = v128.shuffle<i32>(a1, a3, 2, 6, 3, 7)
  const b4 = v128.shuffle<i32>(a4, a6, 0, 4, 1, 5)
  const b5 = v128.shuffle<i32>(a4, a6, 2, 6, 3, 7)
  const b6 = v128.shuffle<i32>(a5, a7, 0, 4, 1, 5)
  const b7 = v128.shuffle<i32>(a5, a7, 2, 6, 3, 7)
  const to4 = to + (toStep << 2)
  const toStep3 = toStep * 3
  v128.store(to, v128.shuffle<i64>(b0, b4, 0, 2))
  v128.store(to + toStep, v128.shuffle<i64>(b0, b4, 1, 3))
  v128.store(to + (toStep << 1), v128.shuffle<i64>(b1, b5, 0, 2))
  v128.store(to + toStep3, v128.shuffle<i64>(b1, b5, 1, 3))
  v128.store(to4, v128.shuffle<i64>(b2, b6, 0, 2))
  v128.store(to4 + toStep, v128.shuffle<i64>(b2, b6, 1, 3))
  v128.store(to4 + (toStep << 1), v128.shuffle<i64>(b3, b7, 0, 2))
  v128.store(to4 + toStep3, v128.shuffle<i64>(b3, b7, 1, 3))
}

/** Counts the bonds of every lane into ENTRIES. */
function countEntries(n: u32, stride: u32): void {
  const zero = i16x8.splat(0)
  const step = <usize>stride << 1
  for (let group: u32 = 0; group < stride; group += 8) {
    // Minus the number of zeros; below 2^16 in each lane.
    let missing = i16x8.splat(0)
    let at = bondsU16 + (<usize>group << 1)
    for (let j: u32 = 0; j < n; j++, at += step) {
      missing = i16x8.add(missing, load<u8>(isTiny + j) == 0 ? i16x8.eq(v128.load(at), zero) : isMissing(group, j, stride))
    }
    const counts = i16x8.add(i16x8.splat(<i16>n), missing)
    const out = ENTRIES + (<usize>group << 2)
    v128.store(out, i32x4.extend_low_i16x8_u(counts))
    v128.store(out, i32x4.extend_high_i16x8_u(counts), 16)
  }
}

/** Which of eight lanes hold no bond at all on server j, tiny ones included. */
// @ts-ignore: decorator
@inline function isMissing(group: u32, j: u32, stride: u32): v128 {
  const zero = i32x4.splat(0)
  const at = bonds32 + (<usize>(j * stride + group) << 2)
  return i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at), zero), i32x4.eq(v128.load(at, 16), zero))
}

/** Writes the rows to store, of those who hold a permit for the next epoch. */
export function storeBonds(n: u32, count: u32): void {
  const stride = (count + 7) & ~7
  countEntries(n, stride)
  let place: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(storedStart + (<usize>i << 2), place)
    const lane = load<u32>(LANE_OF + (<usize>i << 2))
    if (lane == 0 || load<u8>(nextPermit + i) == 0) continue
    store<u32>(PLACE + (<usize>(lane - 1) << 2), place)
    place += load<u32>(ENTRIES + (<usize>(lane - 1) << 2))
  }
  store<u32>(storedStart + (<usize>n << 2), place)
  writeRows(n, count, stride)
}

/** Writes every lane that has a place (its first entry) out as a row. */
function writeRows(n: u32, count: u32, stride: u32): void {
  prepareGather()
  for (let group: u32 = 0; group < count; group += 8) {
    turnOut(bondsU16 + (<usize>group << 1), n, stride)
    for (let k: u32 = 0; k < 8 && group + k < count; k++) {
      if (load<u8>(nextPermit + load<u32>(LANE_UID + (<usize>(group + k) << 2))) == 0) continue
      const place = load<u32>(PLACE + (<usize>(group + k) << 2))
      const entries = load<u32>(ENTRIES + (<usize>(group + k) << 2))
      const strip = STRIPS + <usize>k * STRIP
      const from = <usize>place << 1
      if (entries == n) copyRow(strip, n, from)
      else gatherRow(strip, n, from, from + (<usize>entries << 1), group + k, stride)
    }
  }
}

/** A row without gaps. */
// @ts-ignore: decorator
@inline function copyRow(strip: usize, n: u32, at: usize): void {
  let column = i16x8.add(i16x8.splat(-8), FIRST_EIGHT)
  const eight = i16x8.splat(8)
  const columns = storedColumn + at
  const values = storedValue + at
  const whole = (<usize>n << 1) & ~15
  let k: usize = 0
  for (; k < whole; k += 16) {
    column = i16x8.add(column, eight)
    v128.store(columns + k, column)
    v128.store(values + k, v128.load(strip + k))
  }
  for (; k < <usize>n << 1; k += 2) {
    store<u16>(columns + k, <u16>(k >> 1))
    store<u16>(values + k, load<u16>(strip + k))
  }
}

const FIRST_EIGHT: v128 = i16x8(0, 1, 2, 3, 4, 5, 6, 7)

/** A row with gaps, whose entries go from `place` to before `end`. */
function gatherRow(strip: usize, n: u32, place: usize, end: usize, lane: u32, stride: u32): void {
  const zero = i16x8.splat(0)
  const eight = i16x8.splat(8)
  // What is read in every turn is kept in registers: it stays what it is.
  const columns = storedColumn
  const values = storedValue
  const tiny = isTiny
  let column = FIRST_EIGHT
  for (let j: u32 = 0; j < n; j += 8, strip += 16, column = i16x8.add(column, eight)) {
    const value = v128.load(strip)
    let held: u32 = ~i16x8.bitmask(i16x8.eq(value, zero)) & 0xff
    if (held != 0xff && load<u64>(tiny + j) != 0) held = tinyHeld(j, n, lane, stride)
    if (j + 8 > n) held &= 0xff >> (j + 8 - n)
    if (held == 0) continue
    if (held == 0xff) {
      v128.store(columns + place, column)
      v128.store(values + place, value)
      place += 16
      continue
    }
    if (place + 16 <= end) {
      const mask = v128.load(GATHER + (<usize>held << 4))
      v128.store(columns + place, i8x16.swizzle(column, mask))
      v128.store(values + place, i8x16.swizzle(value, mask))
      place += <usize>popcnt<u32>(held) << 1
      continue
    }
    // The next row may stand there already.
    for (let k = j; held != 0; held >>= 1, k++) {
      if ((held & 1) == 0) continue
      store<u16>(columns + place, <u16>k)
      store<u16>(values + place, load<u16>(strip + (<usize>(k - j) << 1)))
      place += 2
    }
  }
}

function tinyHeld(j: u32, n: u32, lane: u32, stride: u32): u32 {
  let held: u32 = 0
  let at = bonds32 + (<usize>(j * stride + lane) << 2)
  for (let k: u32 = 0; k < 8 && j + k < n; k++, at += <usize>stride << 2) held |= u32(load<u32>(at) != 0) << k
  return held
}

function prepareGather(): void {
  if (load<u8>(GATHER, 16) == 0 && load<u8>(GATHER, 17) == 1) return
  for (let held: u32 = 0; held < 256; held++) {
    let at = GATHER + (<usize>held << 4)
    for (let k: u32 = 0; k < 8; k++) {
      if (((held >> k) & 1) == 0) continue
      store<u8>(at, <u8>(2 * k))
      store<u8>(at, <u8>(2 * k + 1), 1)
      at += 2
    }
  }
}
