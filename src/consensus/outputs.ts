import { ONE_RAW, wordsOf, writeWords } from '../math/index.js'
import type { EpochOutputBuffers } from './EpochBuffers.js'
import type { RawRows } from './rawRows.js'
import type { SparseRawRows, SparseRows } from './types.js'

const U16_MAX = 65_535
const U16_SCALE = U16_MAX / ONE_RAW

/** Raw shares as floored u16 proportions, into `out`. */
export function proportionsOf(out: Uint16Array, raw: Float64Array): Uint16Array {
  for (let i = 0; i < out.length; i++) out[i] = Math.min(raw[i]! * U16_SCALE, U16_MAX)
  return out
}

/** Raw shares as 64-bit elements, into `out`. */
export function rawColumn(out: BigInt64Array, raw: Float64Array): BigInt64Array {
  writeWords(wordsOf(out), raw, out.length)
  return out
}

/**
 * Bonds as they are stored: u16 rows of those who hold a permit for the next epoch, every other row empty.
 *
 * A bond too small for a u16 stays as an explicit zero.
 *
 * @param out - overwritten; the result are views of it.
 */
export function storedBonds(
  out: EpochOutputBuffers['stored'],
  bonds: RawRows,
  permits: Uint8Array,
): SparseRows {
  const { rowStart, column, value } = out
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < permits.length; i++) {
    const from = bonds.rowStart[i]!
    const to = permits[i] === 1 ? bonds.rowStart[i + 1]! : from
    for (let k = from; k < to; k++) {
      column[end] = bonds.column[k]!
      // Repeated targets may add up to more than 1; storing cuts off the fraction.
      value[end++] = Math.min(bonds.raw[k]! * U16_SCALE, U16_MAX)
    }
    rowStart[i + 1] = end
  }
  return { rowStart, column: column.subarray(0, end), value: value.subarray(0, end) }
}

/** Rows before the last rounding, in the public form; views of `bonds` and `out`. */
export function rawBonds(out: BigInt64Array, bonds: RawRows): SparseRawRows {
  const entries = bonds.rowStart[bonds.rowStart.length - 1]!
  writeWords(wordsOf(out), bonds.raw, entries)
  return {
    rowStart: bonds.rowStart,
    column: bonds.column.subarray(0, entries),
    raw: out.subarray(0, entries),
  }
}
