import { InvalidArgumentError } from '../errors/index.js'
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
  const rowStart = new Uint32Array(rows.length + 1)
  rows.forEach((row, i) => {
    rowStart[i + 1] = rowStart[i]! + row.length
  })
  const column = new Uint16Array(rowStart[rows.length]!)
  const value = new Uint16Array(column.length)
  rows.forEach((row, i) => {
    row.forEach((entry, k) => {
      if (!isU16(entry[0]) || !isU16(entry[1])) throw misfit(entry, `rows[${i}][${k}]`)
      column[rowStart[i]! + k] = entry[0]
      value[rowStart[i]! + k] = entry[1]
    })
  })
  return { rowStart, column, value }
}

/** The rows as lists of `[target uid, value]` pairs, in stored order. Cost: one small array per entry. */
export function rowsOf(sparse: SparseRows): [number, number][][] {
  const rows: [number, number][][] = []
  for (let i = 0; i + 1 < sparse.rowStart.length; i++) {
    const row: [number, number][] = []
    for (let k = sparse.rowStart[i]!; k < sparse.rowStart[i + 1]!; k++) {
      row.push([sparse.column[k]!, sparse.value[k]!])
    }
    rows.push(row)
  }
  return rows
}

/** `n` rows without entries. */
export function emptySparseRows(n: number): SparseRows {
  return { rowStart: new Uint32Array(n + 1), column: new Uint16Array(0), value: new Uint16Array(0) }
}

function isU16(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= U16_MAX
}

function misfit(entry: readonly [number, number], path: string): InvalidArgumentError {
  const part = isU16(entry[0]) ? 1 : 0
  return new InvalidArgumentError({
    field: `${path}[${part}]`,
    value: entry[part],
    remedy: 'Pass an integer from 0 to 65535.',
  })
}
