import { LOW_WORD, ONE_RAW, wordsOf, writeWords } from '../math/index.js'
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
 * Bonds in both public forms.
 *
 * Stored are u16 rows of those who hold a permit for the next epoch, every other row empty; a bond too small for a
 * u16 stays as an explicit zero. Raw are all rows, before the last rounding.
 *
 * @param out - overwritten; the result are views of it and of `bonds`.
 */
export function bondColumns(
  out: Pick<EpochOutputBuffers, 'stored' | 'rawBonds'>,
  bonds: RawRows,
  permits: Uint8Array,
): { readonly stored: SparseRows; readonly rawBonds: SparseRawRows } {
  const { rowStart, column, value } = out.stored
  const entries = bonds.rowStart[permits.length]!
  const words = wordsOf(out.rawBonds)
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < permits.length; i++) {
    const from = bonds.rowStart[i]!
    const to = bonds.rowStart[i + 1]!
    writeRow(words, value, bonds.raw, { from, to, end })
    if (permits[i] === 1) {
      column.set(bonds.column.subarray(from, to), end)
      end += to - from
    }
    rowStart[i + 1] = end
  }
  return {
    stored: { rowStart, column: column.subarray(0, end), value: value.subarray(0, end) },
    rawBonds: {
      rowStart: bonds.rowStart,
      column: bonds.column.subarray(0, entries),
      raw: out.rawBonds.subarray(0, entries),
    },
  }
}

/** Writes one row of raw bonds, and its u16 values from `end` on: the next row writes over those of no permit. */
function writeRow(
  words: Uint32Array,
  value: Uint16Array,
  raw: Float64Array,
  { from, to, end }: { readonly from: number; readonly to: number; readonly end: number },
): void {
  const low = LOW_WORD
  const high = 1 - LOW_WORD
  const shift = end - from
  for (let k = from; k < to; k++) {
    const bond = raw[k]!
    // Storing a double cuts off its fraction and keeps it modulo the element's range.
    words[2 * k + low] = bond
    words[2 * k + high] = bond * (1 / 0x1_0000_0000)
    // Repeated targets may add up to more than 1.
    value[k + shift] = bond < 0x1_0000_0000 ? bond * (65_535 / 0x1_0000_0000) : 65_535
  }
}
