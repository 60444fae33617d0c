import type { SparseRows } from '../consensus/index.js'

/** One row of a sparse matrix: its targets, and their values, as views. */
export interface SparseRow {
  readonly column: Uint16Array
  readonly value: Uint16Array
}

export function rowAt({ rowStart, column, value }: SparseRows, i: number): SparseRow {
  const from = rowStart[i] ?? 0
  const to = rowStart[i + 1] ?? from
  return { column: column.subarray(from, to), value: value.subarray(from, to) }
}
