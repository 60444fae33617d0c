import { toBigInt64Array, u16OfShare } from '../math/index.js'
import type { RawRows } from './rawRows.js'
import type { SparseRawRows, SparseRows } from './types.js'

/** Raw shares as floored u16 proportions. */
export function proportionsOf(raw: Float64Array): Uint16Array {
  return Uint16Array.from(raw, u16OfShare)
}

/**
 * Bonds as they are stored: u16 rows of those who hold a permit for the next epoch, every other row empty.
 *
 * A bond too small for a u16 stays as an explicit zero.
 */
export function storedBonds(bonds: RawRows, permits: Uint8Array): SparseRows {
  const n = permits.length
  const rowStart = new Uint32Array(n + 1)
  for (let i = 0; i < n; i++) {
    const entries = permits[i] === 1 ? bonds.rowStart[i + 1]! - bonds.rowStart[i]! : 0
    rowStart[i + 1] = rowStart[i]! + entries
  }
  const column = new Uint16Array(rowStart[n]!)
  const value = new Uint16Array(rowStart[n]!)
  for (let i = 0; i < n; i++) {
    const from = bonds.rowStart[i]! - rowStart[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      column[k] = bonds.column[from + k]!
      value[k] = u16OfShare(bonds.raw[from + k]!)
    }
  }
  return { rowStart, column, value }
}

/** Rows before the last rounding, in the public form. */
export function rawBonds(bonds: RawRows): SparseRawRows {
  return {
    rowStart: bonds.rowStart.slice(),
    column: bonds.column.slice(),
    raw: toBigInt64Array(bonds.raw),
  }
}
