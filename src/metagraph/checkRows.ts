import type { SparseRows } from '../consensus/index.js'
import { InvalidArgumentError, ShapeError } from '../errors/index.js'

/** Checks that the parts of sparse rows describe n rows. @throws ShapeError, InvalidArgumentError */
export function checkRowStarts({ rowStart, column, value }: SparseRows, n: number, field: string): void {
  assertLength(`${field}.rowStart`, rowStart, n + 1)
  const entries = rowStart[n] ?? 0
  assertLength(`${field}.column`, column, entries)
  assertLength(`${field}.value`, value, entries)
  let last = 0
  for (let i = 0; i <= n; i++) {
    const start = rowStart[i] ?? 0
    if (start < last || (i === 0 && start > 0)) {
      throw new InvalidArgumentError({
        field: `${field}.rowStart[${i}]`,
        value: start,
        remedy: 'Pass row starts that begin with 0 and never fall.',
      })
    }
    last = start
  }
}

/**
 * Checks that every row names slots of the subnet, each at most once; in which order is free.
 *
 * @throws InvalidArgumentError naming row and entry (`columns.weights[3][0]`).
 * PERF: O(entries): one mark per slot says which row named it last.
 */
export function checkEntries({ rowStart, column }: SparseRows, n: number, field: string): void {
  const namedBy = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const start = rowStart[i] ?? 0
    const end = rowStart[i + 1] ?? start
    for (let at = start; at < end; at++) {
      const uid = column[at] ?? n
      if (uid < n && namedBy[uid] !== i + 1) {
        namedBy[uid] = i + 1
        continue
      }
      throw new InvalidArgumentError({
        field: `${field}[${i}][${at - start}]`,
        value: uid,
        remedy: uid < n ? 'Name each uid once in a row.' : `Pass a uid of this subnet, 0 to ${n - 1}.`,
      })
    }
  }
}

function assertLength(field: string, column: ArrayLike<unknown>, expectedLength: number): void {
  if (column.length === expectedLength) return
  throw new ShapeError({ field, expectedLength, actualLength: column.length })
}
