import { divFloor, reciprocalOf, shareOf } from '../math/index.js'
import type { RawRows } from './rawRows.js'

/**
 * The values as shares of their sum, floored; unchanged when the sum is 0.
 *
 * @param out - f64[n]; may be `values`.
 */
export function normalised(out: Float64Array, values: Float64Array): Float64Array {
  return sharesOf(out, values, sumOf(values))
}

/** The values as shares of `total`, floored; unchanged when `total` is 0. */
export function sharesOf(out: Float64Array, values: Float64Array, total: number): Float64Array {
  if (total === 0) {
    if (out !== values) out.set(values)
    return out
  }
  const reciprocal = reciprocalOf(total)
  for (let k = 0; k < out.length; k++) out[k] = shareOf(values[k]!, total, reciprocal)
  return out
}

/**
 * The entries as shares of their column's `whole`, floored.
 *
 * @param raw - f64[entries], overwritten; may be those of `rows`.
 * @param whole - f64[n], not below any entry of its column.
 * @param reciprocal - f64[n], overwritten.
 */
export function columnShares(
  raw: Float64Array,
  rows: RawRows,
  whole: Float64Array,
  reciprocal: Float64Array,
): void {
  const { column, raw: part } = rows
  const entries = rows.rowStart[whole.length]!
  for (let j = 0; j < whole.length; j++) reciprocal[j] = reciprocalOf(whole[j]!)
  for (let k = 0; k < entries; k++) {
    // As `shareOf`. PERF: the inner loop leaves before the rare call, because V8 checks every array anew in each
    // round of a loop that calls a function: that doubles its time.
    for (; k < entries; k++) {
      const estimate = part[k]! * reciprocal[column[k]!]!
      const share = Math.floor(estimate)
      if (estimate - share >= 1 - 1 / 0x2_0000) break
      raw[k] = share
    }
    if (k < entries) raw[k] = divFloor(part[k]!, whole[column[k]!]!)
  }
}

/** Plain sum of whole numbers: exact, so its order does not matter. */
export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]!
  return sum
}
