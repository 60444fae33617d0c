import type { SparseRows } from '../consensus/index.js'
import { U16_MAX } from '../units/index.js'
import type { MatrixEntry } from './types.js'

/** Entries of one row, in stored order. */
export function entriesOf(rows: SparseRows, uid: number): MatrixEntry[] {
  const { column, value } = rowOf(rows, uid)
  const entries: MatrixEntry[] = []
  // Typed arrays are slow to iterate, and each row of a large subnet comes through here.
  column.forEach((target, k) => {
    entries.push([target, value[k] ?? 0])
  })
  return entries
}

/** Packs rows of (uid, value) pairs. */
export function packRows(rows: readonly (readonly MatrixEntry[])[]): SparseRows {
  const rowStart = new Uint32Array(rows.length + 1)
  let entries = 0
  for (const [i, row] of rows.entries()) {
    entries += row.length
    rowStart[i + 1] = entries
  }
  const column = new Uint16Array(entries)
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
  const [one, other] = [rowOf(a, uid), rowOf(b, uid)]
  return sameNumbers(one.column, other.column) && sameNumbers(one.value, other.value)
}

function sameNumbers(a: Uint16Array, b: Uint16Array): boolean {
  if (a.length !== b.length) return false
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false
  return true
}

/** Views of one row; empty for a uid that is no slot. */
function rowOf({ rowStart, column, value }: SparseRows, uid: number): Pick<SparseRows, 'column' | 'value'> {
  const start = rowStart[uid] ?? 0
  const end = rowStart[uid + 1] ?? start
  return { column: column.subarray(start, end), value: value.subarray(start, end) }
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
