import type { SparseRows } from './types.js'

/**
 * Sparse rows between two steps of an epoch: raw numbers (value times 2^32) as whole doubles.
 *
 * The arrays may be longer than the rows: only the first `rowStart[n]` entries count, and the slot behind them is
 * scratch. Entries keep the order, the repetitions and the explicit zeros of the step that made them.
 */
export interface RawRows {
  /** u32[n + 1], ascending, first 0, last the number of entries. */
  readonly rowStart: Uint32Array
  /** Target uid of each entry, below n. */
  readonly column: Uint16Array
  readonly raw: Float64Array
  /** Whether the targets of each row strictly ascend, as the chain stores them: no repetitions. */
  isAscending: boolean
}

/** Rows of n neurons with room for `capacity` entries. */
export function createRawRows(n: number, capacity: number): RawRows {
  return {
    rowStart: new Uint32Array(n + 1),
    // One slot more than entries: an entry is written first and then kept or not.
    column: new Uint16Array(capacity + 1),
    raw: new Float64Array(capacity + 1),
    isAscending: true,
  }
}

/** The same rows with other values: one for each entry. */
export function withRaw({ rowStart, column, isAscending }: RawRows, raw: Float64Array): RawRows {
  return { rowStart, column, raw, isAscending }
}

/** Whether the targets of each row strictly ascend and all lie below `n`. */
export function isAscendingBelow({ rowStart, column }: SparseRows, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const end = rowStart[i + 1]!
    let previous = -1
    for (let k = rowStart[i]!; k < end; k++) {
      const j = column[k]!
      if (j <= previous) return false
      previous = j
    }
    if (previous >= n) return false
  }
  return true
}

/**
 * The same rows in ascending order, without targets from n on; repeated targets stay in the order they had.
 *
 * @returns places in `rows`, and where each row's begin.
 * PERF: allocates; only rows that the chain would not store so need it.
 */
export function ascendingPlaces(
  rows: { readonly rowStart: Uint32Array; readonly column: Uint16Array },
  n: number,
): { readonly rowStart: Uint32Array; readonly places: Uint32Array } {
  const rowStart = new Uint32Array(n + 1)
  const places = new Uint32Array(rows.rowStart[n]!)
  for (let i = 0; i < n; i++) {
    let end = rowStart[i]!
    for (let k = rows.rowStart[i]!; k < rows.rowStart[i + 1]!; k++) if (rows.column[k]! < n) places[end++] = k
    places.subarray(rowStart[i], end).sort((a, b) => rows.column[a]! - rows.column[b]! || a - b)
    rowStart[i + 1] = end
  }
  return { rowStart, places }
}

/** Rows in ascending order, each repeated target with its last value only; the rows themselves if they are so. */
export function lastOfRepeats(rows: RawRows, n: number): RawRows {
  if (rows.isAscending) return rows
  const { rowStart, places } = ascendingPlaces(rows, n)
  const out = createRawRows(n, places.length)
  let end = 0
  for (let i = 0; i < n; i++) {
    for (let p = rowStart[i]!; p < rowStart[i + 1]!; p++) {
      const j = rows.column[places[p]!]!
      if (end > out.rowStart[i]! && out.column[end - 1] === j) end--
      out.column[end] = j
      out.raw[end++] = rows.raw[places[p]!]!
    }
    out.rowStart[i + 1] = end
  }
  return out
}

/** Rows in ascending order, repetitions included; the rows themselves if they are so. */
export function inAscendingOrder(rows: RawRows, n: number): RawRows {
  if (rows.isAscending) return rows
  const { rowStart, places } = ascendingPlaces(rows, n)
  const out = createRawRows(n, places.length)
  out.rowStart.set(rowStart)
  out.isAscending = false
  for (let p = 0; p < places.length; p++) {
    out.column[p] = rows.column[places[p]!]!
    out.raw[p] = rows.raw[places[p]!]!
  }
  return out
}

/** Adds up neighbours of one target within each row, in place. */
export function joinRepeats(rows: RawRows, n: number): void {
  const { rowStart, column, raw } = rows
  let end = 0
  let from = 0
  for (let i = 0; i < n; i++) {
    const start = end
    for (; from < rowStart[i + 1]!; from++) {
      const value = raw[from]!
      if (end > start && column[end - 1] === column[from]) {
        raw[end - 1]! += value
        continue
      }
      column[end] = column[from]!
      raw[end++] = value
    }
    rowStart[i + 1] = end
  }
  rows.isAscending = true
}

/** Sum of each column into `out`, f64[n]. */
export function columnSums(out: Float64Array, rows: RawRows): Float64Array {
  const { column, raw } = rows
  const entries = rows.rowStart[out.length]!
  out.fill(0)
  for (let k = 0; k < entries; k++) out[column[k]!]! += raw[k]!
  return out
}
