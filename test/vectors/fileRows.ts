import type { SparseRows } from '../../src/consensus/index.js'

/** Rows of a matrix as files have them. */
export type FileRows = readonly (readonly (readonly [column: number, value: number])[])[]

/** Rows as the ledger has them. */
export function sparseOfFile(rows: FileRows): SparseRows {
  const rowStart = new Uint32Array(rows.length + 1)
  for (const [row, { length }] of rows.entries()) rowStart[row + 1] = (rowStart[row] ?? 0) + length
  return {
    rowStart,
    column: Uint16Array.from(rows.flatMap((row) => row.map(([column]) => column))),
    value: Uint16Array.from(rows.flatMap((row) => row.map(([, value]) => value))),
  }
}

/** Rows as files have them. */
export function rowsOfFile({ rowStart, column, value }: SparseRows): FileRows {
  return Array.from({ length: rowStart.length - 1 }, (_, row) => {
    const from = rowStart[row] ?? 0
    const entries = column.subarray(from, rowStart[row + 1])
    return [...entries].map((target, at) => [target, value[from + at] ?? 0] as const)
  })
}
