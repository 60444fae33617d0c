import { LOW_WORD, ONE_RAW, wordsOf, writeWords } from '../math/index.js'
import { type BondOutput, createBondOutput } from './EpochBuffers.js'
import type { RawRows } from './rawRows.js'

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
 * @param out - overwritten: the result are views of it; new ones without it.
 */
export function bondColumns(out: BondOutput | null, bonds: RawRows, permits: Uint8Array): BondOutput {
  const entries = bonds.rowStart[permits.length]!
  const { stored, raw } = out ?? createBondOutput(permits.length, entries)
  raw.rowStart.set(bonds.rowStart)
  raw.column.set(bonds.column.subarray(0, entries))
  writeBonds(wordsOf(raw.raw), stored.value, bonds.raw, entries)
  const end = storeRows(stored, bonds, permits)
  return {
    stored: {
      rowStart: stored.rowStart,
      column: stored.column.subarray(0, end),
      value: stored.value.subarray(0, end),
    },
    raw: {
      rowStart: raw.rowStart,
      column: raw.column.subarray(0, entries),
      raw: raw.raw.subarray(0, entries),
    },
  }
}

/** Writes every bond as a 64-bit element and as a u16. */
function writeBonds(words: Uint32Array, value: Uint16Array, raw: Float64Array, entries: number): void {
  const low = LOW_WORD
  const high = 1 - LOW_WORD
  for (let k = 0; k < entries; k++) {
    const bond = raw[k]!
    // Storing a double cuts off its fraction and keeps it modulo the element's range.
    words[2 * k + low] = bond
    words[2 * k + high] = bond * (1 / 0x1_0000_0000)
    // Repeated targets may add up to more than 1.
    value[k] = bond < 0x1_0000_0000 ? bond * (65_535 / 0x1_0000_0000) : 65_535
  }
}

/** Copies targets, and closes the gaps that rows without a permit leave among the values; returns how many bonds stay. */
export function storeRows(
  { rowStart, column, value }: BondOutput['stored'],
  bonds: Pick<RawRows, 'rowStart' | 'column'>,
  permits: Uint8Array,
): number {
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < permits.length; i++) {
    const from = bonds.rowStart[i]!
    const to = bonds.rowStart[i + 1]!
    if (permits[i] === 1 && to > from) {
      column.set(bonds.column.subarray(from, to), end)
      if (end < from) value.copyWithin(end, from, to)
      end += to - from
    }
    rowStart[i + 1] = end
  }
  return end
}
