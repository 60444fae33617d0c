import type { SparseRows } from '../consensus/index.js'
import { U16_MAX } from '../units/index.js'
import type { MatrixEntry } from './types.js'

/** Entries of one row, in stored order. */
export function entriesOf(rows: SparseRows, uid: number): MatrixEntry[] {
  const entries: MatrixEntry[] = []
  for (let at = rows.rowStart[uid] ?? 0; at < (rows.rowStart[uid + 1] ?? 0); at++) {
    entries.push([rows.column[at]!, rows.value[at]!])
  }
  return entries
}

/** Packs rows of (uid, value) pairs. */
export function packRows(rows: readonly (readonly MatrixEntry[])[]): SparseRows {
  const rowStart = new Uint32Array(rows.length + 1)
  for (let i = 0; i < rows.length; i++) rowStart[i + 1] = rowStart[i]! + rows[i]!.length
  const column = new Uint16Array(rowStart[rows.length]!)
  const value = new Uint16Array(column.length)
  let at = 0
  for (const row of rows) {
    for (const [uid, weight] of row) {
      column[at] = uid
      value[at++] = weight
    }
  }
  return { rowStart, column, value }
}

/** A copy of rows. */
export function copyRows({ rowStart, column, value }: SparseRows): SparseRows {
  return { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() }
}

/** Whether a row holds the same entries in the same order in both. */
export function sameRow(a: SparseRows, b: SparseRows, uid: number): boolean {
  const start = a.rowStart[uid]!
  const other = b.rowStart[uid]!
  const length = a.rowStart[uid + 1]! - start
  if (b.rowStart[uid + 1]! - other !== length) return false
  for (let k = 0; k < length; k++) {
    if (a.column[start + k] !== b.column[other + k] || a.value[start + k] !== b.value[other + k]) return false
  }
  return true
}

/**
 * Scales a row of non-negative finite numbers to u16 so that its largest entry is 65535 (half rounds up);
 * a row of zeros stays zeros.
 */
export function scaleRowToU16(row: readonly (readonly [uid: number, weight: number])[]): MatrixEntry[] {
  let largest = 0
  for (const [, weight] of row) largest = Math.max(largest, weight)
  if (largest === 0) return row.map(([uid]) => [uid, 0])
  return row.map(([uid, weight]) => [uid, Math.round((weight / largest) * U16_MAX)])
}
