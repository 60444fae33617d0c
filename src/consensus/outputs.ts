import { u16OfShare } from '../math/index.js'
import { at } from './columns.js'
import type { RawRows } from './rawRows.js'
import { rowStartOf, sparseRowsFrom } from './rows.js'
import type { SparseRawRows, SparseRows } from './types.js'

/** Raw shares as u16 proportions, rounded down. */
export function proportionsOf(raw: Float64Array): Uint16Array {
  return Uint16Array.from(raw, u16OfShare)
}

/** Raw shares as 64-bit integers. */
export function rawColumn(raw: Float64Array): BigInt64Array {
  return BigInt64Array.from(raw, BigInt)
}

/**
 * Bonds as they are stored: u16 rows of those who hold a permit for the next epoch, every other row empty; a bond too small for a
 * u16 stays as an explicit zero, and one above 1 (of a target named twice) counts as 1.
 */
export function storedBonds(bonds: RawRows, permits: Uint8Array): SparseRows {
  return sparseRowsFrom(
    bonds.map((row, i) =>
      at(permits, i) === 1 ? row.map(([j, bond]) => [j, u16OfShare(bond)] as const) : [],
    ),
  )
}

/** All rows of bonds before the last rounding. */
export function rawBonds(bonds: RawRows): SparseRawRows {
  const rowStart = rowStartOf(bonds)
  const column = new Uint16Array(at(rowStart, bonds.length))
  const raw = new BigInt64Array(column.length)
  let end = 0
  for (const row of bonds) {
    for (const [j, bond] of row) {
      column[end] = j
      raw[end++] = BigInt(bond)
    }
  }
  return { rowStart, column, raw }
}
