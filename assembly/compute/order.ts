// Orders within rows: largest first, ties by column.
//
// A key holds the value in its upper half, in a form that grows as the value falls, and the column in its lower half.
import { strideOf } from './lanes'

/** Rows up to this length are sorted by insertion. */
const SHORT: u32 = 40

/** The k best of each row: u32[rows * k] to `indices`, f32[rows * k] to `values`; two times u64[columns] for the keys. */
export function topKRows(
  m: usize, keys: usize, indices: usize, values: usize, rows: u32, columns: u32, k: u32,
): void {
  const stride = strideOf(columns)
  for (let i: u32 = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    const sorted = k * 16 <= columns ? best(row, keys, columns, k) : sort(row, keys, columns)
    for (let place: u32 = 0; place < k; place++) {
      const j = load<u32>(sorted + (<usize>place << 3))
      const to = (<usize>i * k + place) << 2
      store<u32>(indices + to, j)
      store<u32>(values + to, load<u32>(row + (<usize>j << 2)))
    }
  }
}

/** The rank of each entry in its row, in place: 1 for the largest, equal entries share the mean of their places. */
export function rankRows(m: usize, keys: usize, rows: u32, columns: u32): void {
  const stride = strideOf(columns)
  for (let i: u32 = 0; i < rows; i++) {
    const row = m + <usize>i * stride
    const sorted = sort(row, keys, columns)
    for (let first: u32 = 0; first < columns; ) {
      const value = load<u32>(sorted + (<usize>first << 3), 4)
      let next = first + 1
      while (next < columns && load<u32>(sorted + (<usize>next << 3), 4) == value) next++
      const rank = <f32>(<f64>(first + 1 + next) / 2)
      for (let place = first; place < next; place++) {
        f32.store(row + (<usize>load<u32>(sorted + (<usize>place << 3)) << 2), rank)
      }
      first = next
    }
  }
}

// @ts-ignore: decorator
@inline function keyOf(row: usize, j: u32): u64 {
  let bits = load<u32>(row + (<usize>j << 2))
  // Both zeros are equal.
  if (bits == 0x80000000) bits = 0
  const falling = bits & 0x80000000 ? bits : ~(bits | 0x80000000)
  return (<u64>falling << 32) | <u64>j
}

/** The k smallest keys, ascending, by one look at each entry: most are behind the last one kept. */
function best(row: usize, kept: usize, columns: u32, k: u32): usize {
  let count: u32 = 0
  let last: u64 = u64.MAX_VALUE
  for (let j: u32 = 0; j < columns; j++) {
    const key = keyOf(row, j)
    if (count == k && key > last) continue
    insert(kept, key, count < k ? count : k - 1)
    if (count < k) count++
    last = load<u64>(kept + (<usize>(count - 1) << 3))
  }
  return kept
}

/** Puts a key into its place among the first `count`; what it pushes out of the last place is lost. */
// @ts-ignore: decorator
@inline function insert(keys: usize, key: u64, count: u32): void {
  let at = keys + (<usize>count << 3)
  for (; at > keys && load<u64>(at - 8) > key; at -= 8) store<u64>(at, load<u64>(at - 8))
  store<u64>(at, key)
}

/** All keys of a row in ascending order; returns where they lie. */
function sort(row: usize, keys: usize, columns: u32): usize {
  if (columns > SHORT) return sortByDigits(row, keys, columns)
  for (let j: u32 = 0; j < columns; j++) insert(keys, keyOf(row, j), j)
  return keys
}

/** How often each byte of the upper halves has each value: four tables. */
const counts = memory.data(4 * 256 * 4)

/** Four rounds, one per byte of the value; each keeps the order of the one before, so columns stay ascending. */
function sortByDigits(row: usize, keys: usize, columns: u32): usize {
  memory.fill(counts, 0, 4 * 256 * 4)
  for (let j: u32 = 0; j < columns; j++) {
    const key = keyOf(row, j)
    store<u64>(keys + (<usize>j << 3), key)
    for (let digit: u32 = 0; digit < 4; digit++) {
      const at = slot(key, digit)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
  let from = keys
  let to = keys + (<usize>columns << 3)
  for (let digit: u32 = 0; digit < 4; digit++) {
    // All entries share this byte.
    if (load<u32>(slot(load<u64>(from), digit)) == columns) continue
    let start: u32 = 0
    const table = counts + (<usize>digit << 10)
    for (let value: usize = 0; value < 1024; value += 4) {
      const count = load<u32>(table + value)
      store<u32>(table + value, start)
      start += count
    }
    for (let j: u32 = 0; j < columns; j++) {
      const key = load<u64>(from + (<usize>j << 3))
      const at = slot(key, digit)
      const place = load<u32>(at)
      store<u32>(at, place + 1)
      store<u64>(to + (<usize>place << 3), key)
    }
    const swap = from
    from = to
    to = swap
  }
  return from
}

// @ts-ignore: decorator
@inline function slot(key: u64, digit: u32): usize {
  return counts + (((<usize>digit << 8) | (<usize>(key >> (32 + (digit << 3))) & 0xff)) << 2)
}
