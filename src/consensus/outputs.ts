import { ONE_RAW, toBigInt64Array, wordsOf, writeWords } from '../math/index.js'
import { createStoredBonds } from './EpochBuffers.js'
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

/** The bonds of an epoch in both public forms. */
export interface BondOutput {
  readonly stored: SparseRows
  /** The same ones each time. */
  readonly raw: () => SparseRawRows
}

/** Makes a value when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/**
 * Bonds in both public forms.
 *
 * Stored are u16 rows of those who hold a permit for the next epoch, every other row empty; a bond too small for a
 * u16 stays as an explicit zero. Raw are all rows, before the last rounding; where the output is overwritten as `bonds` are,
 * they are put together when they are first read.
 *
 * @param out - overwritten: the stored bonds are views of it; new ones without it.
 */
export function bondColumns(out: SparseRows | null, bonds: RawRows, permits: Uint8Array): BondOutput {
  const entries = bonds.rowStart[permits.length]!
  const stored = out ?? createStoredBonds(permits.length, entries)
  writeValues(stored.value, bonds.raw, entries)
  const end = storeRows(stored, bonds, permits)
  const raw = once(() => rawRowsOf(bonds, permits.length))
  if (out === null) raw()
  return {
    stored: {
      rowStart: stored.rowStart,
      column: stored.column.subarray(0, end),
      value: stored.value.subarray(0, end),
    },
    raw,
  }
}

/** Writes every bond as a u16. */
function writeValues(value: Uint16Array, raw: Float64Array, entries: number): void {
  for (let k = 0; k < entries; k++) {
    // Repeated targets may add up to more than 1. Storing a double cuts off its fraction.
    value[k] = Math.min(raw[k]! * U16_SCALE, U16_MAX)
  }
}

/** Copies targets, and closes the gaps that rows without a permit leave among the values; returns how many bonds stay. */
function storeRows(
  { rowStart, column, value }: SparseRows,
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

function rawRowsOf({ rowStart, column, raw }: RawRows, n: number): SparseRawRows {
  const entries = rowStart[n]!
  return {
    rowStart: rowStart.slice(),
    column: column.slice(0, entries),
    raw: toBigInt64Array(raw.subarray(0, entries)),
  }
}
