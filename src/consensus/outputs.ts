import { u16OfShare } from '../math/index.js'
import { at } from './columns.js'
import { filterEntries, type RawRows } from './rawRows.js'
import type { SparseRawRows, SparseRows } from './types.js'

/** Raw shares as u16 proportions, rounded down. */
export function proportionsOf(raw: Float64Array): Uint16Array {
  return new Uint16Array(raw.map(u16OfShare))
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
  const { rowStart, column, raw } = filterEntries(bonds, (_, i) => at(permits, i) === 1)
  return { rowStart, column, value: proportionsOf(raw) }
}

/** All rows of bonds before the last rounding. */
export function rawBonds({ rowStart, column, raw }: RawRows): SparseRawRows {
  return { rowStart, column, raw: rawColumn(raw) }
}
