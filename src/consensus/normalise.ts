import { divFloor } from '../math/index.js'
import type { RawRows } from './rawRows.js'

/** The values as shares of their sum, floored; unchanged when the sum is 0. */
export function normalised(values: Float64Array): Float64Array {
  return sharesOf(values, sumOf(values))
}

/** The values as shares of `total`, floored; unchanged when `total` is 0. */
export function sharesOf(values: Float64Array, total: number): Float64Array {
  if (total === 0) return values.slice()
  return values.map((value) => divFloor(value, total))
}

/** The entries as shares of their column's `divisor`, floored; unchanged in a column whose divisor is 0. */
export function columnShares(rows: RawRows, divisor: Float64Array): RawRows {
  const raw = new Float64Array(rows.raw.length)
  for (let k = 0; k < raw.length; k++) {
    const by = divisor[rows.column[k]!]!
    raw[k] = by === 0 ? rows.raw[k]! : divFloor(rows.raw[k]!, by)
  }
  return { rowStart: rows.rowStart, column: rows.column, raw }
}

/** Plain sum of whole numbers: exact, so its order does not matter. */
export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]!
  return sum
}
