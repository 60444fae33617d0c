import { divFloor, mulShare } from '../math/index.js'
import { at } from './columns.js'
import { rowStartOf } from './rows.js'
import type { SparseRows } from './types.js'

/**
 * Sparse rows between two steps of an epoch, one for each uid: raw numbers (value times 2^32) as whole doubles.
 *
 * Entries keep the order, the repetitions and the explicit zeros of the step that made them: an entry of 0 is not the same as
 * a missing one.
 */
export interface RawRows {
  /** u32[n + 1], ascending, first 0, last the number of entries. */
  readonly rowStart: Uint32Array
  /** Target uid of each entry. */
  readonly column: Uint16Array
  readonly raw: Float64Array
}

/** One entry of a row. */
export type RawEntry = readonly [target: number, raw: number]

/** Looks at one entry: its number, its row and its target. */
type Visit<T> = (raw: number, i: number, j: number) => T

/** Stored rows, their u16 as they are. */
export function rawRowsOf({ rowStart, column, value }: SparseRows): RawRows {
  return { rowStart, column, raw: new Float64Array(value) }
}

/** Rows from lists of entries. */
export function rawRowsFrom(rows: readonly (readonly RawEntry[])[]): RawRows {
  const rowStart = rowStartOf(rows.map(({ length }) => length))
  const column = new Uint16Array(at(rowStart, rows.length))
  const raw = new Float64Array(column.length)
  let end = 0
  for (const row of rows) {
    for (const [j, value] of row) {
      column[end] = j
      raw[end++] = value
    }
  }
  return { rowStart, column, raw }
}

/** Visits every entry, row by row. */
export function forEachEntry({ rowStart, column, raw }: RawRows, visit: Visit<void>): void {
  for (let i = 0; i + 1 < rowStart.length; i++) {
    const end = at(rowStart, i + 1)
    for (let k = at(rowStart, i); k < end; k++) visit(at(raw, k), i, at(column, k))
  }
}

/** The same entries with other numbers. */
export function mapEntries(rows: RawRows, change: Visit<number>): RawRows {
  const raw = new Float64Array(rows.raw.length)
  let end = 0
  forEachEntry(rows, (value, i, j) => {
    raw[end++] = change(value, i, j)
  })
  return { ...rows, raw }
}

/** Those entries that are kept, in the same order. */
export function filterEntries(rows: RawRows, isKept: Visit<boolean>): RawRows {
  const kept = new Uint32Array(rows.rowStart.length - 1)
  const column = new Uint16Array(rows.column.length)
  const raw = new Float64Array(rows.raw.length)
  let end = 0
  forEachEntry(rows, (value, i, j) => {
    if (!isKept(value, i, j)) return
    kept[i] = at(kept, i) + 1
    column[end] = j
    raw[end++] = value
  })
  return { rowStart: rowStartOf(kept), column: column.slice(0, end), raw: raw.slice(0, end) }
}

/** Each row by target; of a repeated target the last entry. */
export function byTarget(rows: RawRows): Map<number, number>[] {
  const maps = Array.from({ length: rows.rowStart.length - 1 }, () => new Map<number, number>())
  forEachEntry(rows, (value, i, j) => void at(maps, i).set(j, value))
  return maps
}

/** Rows in ascending order of their targets. */
export function ascendingRows(rows: readonly Map<number, number>[]): RawRows {
  return rawRowsFrom(rows.map((row) => [...row].sort(([a], [b]) => a - b)))
}

/** Sum of each row. */
export function rowSums(rows: RawRows): Float64Array {
  const sums = new Float64Array(rows.rowStart.length - 1)
  forEachEntry(rows, (value, i) => {
    sums[i] = at(sums, i) + value
  })
  return sums
}

/** Sum of each column; every target must be a uid of the rows. */
export function columnSums(rows: RawRows): Float64Array {
  const sums = new Float64Array(rows.rowStart.length - 1)
  forEachEntry(rows, (value, _, j) => {
    sums[j] = at(sums, j) + value
  })
  return sums
}

/** Largest entry of each column, 0 for none. */
export function columnMaxima(rows: RawRows): Float64Array {
  const maxima = new Float64Array(rows.rowStart.length - 1)
  forEachEntry(rows, (value, _, j) => {
    maxima[j] = Math.max(at(maxima, j), value)
  })
  return maxima
}

/** Each entry as a raw share of its column's `whole`, rounded down; 0 where that is 0. */
export function columnShares(rows: RawRows, whole: Float64Array): RawRows {
  return mapEntries(rows, (value, _, j) => divFloor(value, at(whole, j)))
}

/** Each entry times the stake of its row's validator, rounded down. */
export function stakeTimesWeight(rows: RawRows, activeStake: Float64Array): RawRows {
  return mapEntries(rows, (weight, i) => mulShare(weight, at(activeStake, i)))
}
