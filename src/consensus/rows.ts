import { InvalidArgumentError } from '../errors/index.js'
import { at } from './columns.js'
import type { SparseRows } from './types.js'

const U16_MAX = 65_535

/**
 * Builds sparse rows from lists of `[target uid, value]` pairs, one list per uid, in the order given.
 *
 * @throws InvalidArgumentError naming the entry (`rows[2][0][1]`) when a target or value is not an integer from 0 to 65535, and the row or pair that is
 *   missing.
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
  // By place, since methods of lists pass over holes.
  const lengths = Array.from(rows, (row, i) =>
    Array.isArray(row) ? row.length : wrongList(`rows[${i}]`, row),
  )
  const rowStart = rowStartOf(lengths)
  const column = new Uint16Array(at(rowStart, rows.length))
  const value = new Uint16Array(column.length)
  let end = 0
  for (let i = 0; i < rows.length; i++) {
    const row = at(rows, i)
    for (let k = 0; k < row.length; k++) {
      const entry: unknown = row[k]
      if (!Array.isArray(entry)) wrongList(`rows[${i}][${k}]`, entry)
      const [target, given] = entry as unknown as readonly [number, number]
      if (!isU16(target)) wrongNumber(`rows[${i}][${k}][0]`, target)
      if (!isU16(given)) wrongNumber(`rows[${i}][${k}][1]`, given)
      column[end] = target
      value[end++] = given
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

function wrongList(field: string, value: unknown): never {
  throw new InvalidArgumentError({ field, value, remedy: 'Pass lists of [target uid, value] pairs.' })
}

function wrongNumber(field: string, value: unknown): never {
  throw new InvalidArgumentError({ field, value, remedy: 'Pass an integer from 0 to 65535.' })
}
