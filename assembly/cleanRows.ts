// Rows of the input as the sparse layout reads them: in place, in order, without the entries that do not count.
import {
  KEYS, SEGMENT, STAMP, bondColumn, bondStart, bondValue, weightColumn, weightStart, weightValue,
} from './layout'
import { lastUpdate, ownerUid, registered } from './shared'
import { commitOf, inside, isAscending, isKept, isSettled, lastEpoch, newestBlock } from './rows'

/** Removes from weight row i, in place, what does not count; returns its end. */
export function cleanWeights(i: u32, n: u32, isOrdered: bool): u32 {
  const from = load<u32>(weightStart + (<usize>i << 2))
  let to = load<u32>(weightStart + (<usize>i << 2), 4)
  if (!isOrdered) sortRow(weightColumn, weightValue, from, to)
  to = inside(weightColumn, from, to, n)
  const owner = ownerUid()
  if (isSettled(i)) return <i32>i == owner ? to : withoutOwn(i, from, to)
  const updated = load<f64>(lastUpdate + (<usize>i << 3))
  const commit = commitOf(i)
  let end = from
  for (let k = from; k < to; k++) {
    const j = load<u16>(weightColumn + (<usize>k << 1))
    store<u16>(weightColumn + (<usize>end << 1), j)
    store<u16>(weightValue + (<usize>end << 1), load<u16>(weightValue + (<usize>k << 1)))
    end += u32(isKept(i, j, n, updated, commit, owner))
  }
  return end
}

function withoutOwn(i: u32, from: u32, to: u32): u32 {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (load<u16>(weightColumn + (<usize>middle << 1)) < i) low = middle + 1
    else high = middle
  }
  if (low == to || load<u16>(weightColumn + (<usize>low << 1)) != i) return to
  const at = <usize>low << 1
  const rest = <usize>(to - low - 1) << 1
  memory.copy(weightColumn + at, weightColumn + at + 2, rest)
  memory.copy(weightValue + at, weightValue + at + 2, rest)
  return to - 1
}

/** The same for the stored bonds. */
export function cleanBonds(i: u32, n: u32, isOrdered: bool): u32 {
  const from = load<u32>(bondStart + (<usize>i << 2))
  let to = load<u32>(bondStart + (<usize>i << 2), 4)
  if (!isOrdered) sortRow(bondColumn, bondValue, from, to)
  to = inside(bondColumn, from, to, n)
  const since = lastEpoch()
  if (since > newestBlock()) return to
  let end = from
  for (let k = from; k < to; k++) {
    const j = load<u16>(bondColumn + (<usize>k << 1))
    store<u16>(bondColumn + (<usize>end << 1), j)
    store<u16>(bondValue + (<usize>end << 1), load<u16>(bondValue + (<usize>k << 1)))
    end += u32(since > load<f64>(registered + (<usize>j << 3)))
  }
  return end
}

/** Sorts the entries of a row by their targets, a byte at a time. */
function sortRow(columns: usize, values: usize, from: u32, to: u32): void {
  columns += <usize>from << 1
  values += <usize>from << 1
  const length = to - from
  if (length < 2 || isAscending(columns, length)) return
  for (let k: usize = 0; k < <usize>length; k++) {
    store<u32>(KEYS + (k << 2), <u32>load<u16>(values + (k << 1)) | (<u32>load<u16>(columns + (k << 1)) << 16))
  }
  sortByte(KEYS, STAMP, length, 16)
  sortByte(STAMP, KEYS, length, 24)
  for (let k: usize = 0; k < <usize>length; k++) {
    const key = load<u32>(KEYS + (k << 2))
    store<u16>(columns + (k << 1), <u16>(key >> 16))
    store<u16>(values + (k << 1), <u16>key)
  }
}

function sortByte(from: usize, to: usize, length: u32, shift: u32): void {
  memory.fill(SEGMENT, 0, 1024)
  for (let k: u32 = 0; k < length; k++) {
    const at = SEGMENT + (<usize>((load<u32>(from + (<usize>k << 2)) >> shift) & 255) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  let sum: u32 = 0
  for (let b: usize = 0; b < 256; b++) {
    const here = load<u32>(SEGMENT + (b << 2))
    store<u32>(SEGMENT + (b << 2), sum)
    sum += here
  }
  for (let k: u32 = 0; k < length; k++) {
    const key = load<u32>(from + (<usize>k << 2))
    const at = SEGMENT + (<usize>((key >> shift) & 255) << 2)
    const place = load<u32>(at)
    store<u32>(to + (<usize>place << 2), key)
    store<u32>(at, place + 1)
  }
}
