import type { SparseRows } from '../consensus/index.js'
import { MAX_ENTRIES } from './checks.js'

/** Rows of bonds with empty ones for neurons that have joined. What does not fit in any other way is left to the checks. */
export function grownRows(rows: SparseRows, n: number): SparseRows {
  if (!(rows?.rowStart instanceof Uint32Array) || !Number.isInteger(n)) return rows
  const length = rows.rowStart.length
  if (n < length || n > MAX_ENTRIES) return rows
  const rowStart = new Uint32Array(n + 1).fill(rows.rowStart.at(-1) ?? 0)
  rowStart.set(rows.rowStart)
  return { ...rows, rowStart }
}
