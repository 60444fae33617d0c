import { InvalidArgumentError } from '../errors/index.js'
import { at } from './columns.js'
import type { SparseRows } from './types.js'

const U16_MAX = 65_535

/**
 * Builds sparse rows from lists of `[target uid, value]` pairs, one list per uid, in the order given.
 *
 * @throws InvalidArgumentError naming the entry (`rows[2][0][1]`) when a target or value is not an integer from 0 to 65535.
 *
 * @example
 * ```ts
 * import { rowsOf, sparseRowsFrom } from 'subnetkit/consensus'
 *
 * const weights = sparseRowsFrom([[[1, 65535]], []]) // neuron 0 gives neuron 1 everything
 * rowsOf(weights) // [[[1, 65535]], []]
 * ```
 */
export function sparseRowsFrom(rows: readonly (readonly (readonly [number, number])[])[]): SparseRows {
  const rowStart = rowStartOf(rows.map(({ length }) => length))
  const column = new Uint16Array(at(rowStart, rows.length))
  const value = new Uint16Array(column.length)
  let end = 0
  for (const row of rows) {
    for (const [target, entry] of row) {
      if (!isU16(target) || !isU16(entry)) throw wrongEntry(rows)
      column[end] = target
      value[end++] = entry
    }
  }
  return { rowStart, column, value }
}

/** Where each row starts among the entries of all, and the end of the last: u32[rows + 1]. */
export function rowStartOf(lengths: ArrayLike<number>): Uint32Array {
  const rowStart = new Uint32Array(lengths.length + 1)
  for (let i = 0; i < lengths.length; i++) rowStart[i + 1] = at(rowStart, i) + at(lengths, i)
  return rowStart
}

/** The rows as lists of `[target uid, value]` pairs, in stored order. Cost: one small array per entry. */
export function rowsOf({ rowStart, column, value }: SparseRows): [number, number][][] {
  return Array.from(rowStart.subarray(1), (end, i) => {
    const start = at(rowStart, i)
    const values = value.subarray(start, end)
    return Array.from(column.subarray(start, end), (target, k): [number, number] => [target, at(values, k)])
  })
}

/** `n` rows without entries. */
export function emptySparseRows(n: number): SparseRows {
  return { rowStart: new Uint32Array(n + 1), column: new Uint16Array(0), value: new Uint16Array(0) }
}

function isU16(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= U16_MAX
}

/** Names the first entry that is wrong. */
function wrongEntry(rows: readonly (readonly (readonly [number, number])[])[]): InvalidArgumentError {
  const i = rows.findIndex((row) => row.some((entry) => !entry.every(isU16)))
  const k = at(rows, i).findIndex((entry) => !entry.every(isU16))
  const entry = at(at(rows, i), k)
  const part = isU16(entry[0]) ? 1 : 0
  return new InvalidArgumentError({
    field: `rows[${i}][${k}][${part}]`,
    value: entry[part],
    remedy: 'Pass an integer from 0 to 65535.',
  })
}
