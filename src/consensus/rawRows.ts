import { divFloor, mulShare } from '../math/index.js'
import { at, sumOf } from './columns.js'

/** One entry of a row: its target uid, and a raw number (value times 2^32) as a whole double. */
export type RawEntry = readonly [target: number, raw: number]

/**
 * Sparse rows between two steps of an epoch, one for each uid.
 *
 * Entries keep the order, the repetitions and the explicit zeros of the step that made them: an entry of 0 is not the same as
 * a missing one.
 */
export type RawRows = readonly (readonly RawEntry[])[]

/** Sum of each row. */
export function rowSums(rows: RawRows): Float64Array {
  return Float64Array.from(rows, (row) => sumOf(row.map(([, raw]) => raw)))
}

/** Sum of each column; every target must be a uid of the rows. */
export function columnSums(rows: RawRows): Float64Array {
  const sums = new Float64Array(rows.length)
  for (const row of rows) for (const [j, raw] of row) sums[j] = at(sums, j) + raw
  return sums
}

/** Largest entry of each column, 0 for none. */
export function columnMaxima(rows: RawRows): Float64Array {
  const maxima = new Float64Array(rows.length)
  for (const row of rows) for (const [j, raw] of row) maxima[j] = Math.max(at(maxima, j), raw)
  return maxima
}

/** Each entry as a raw share of its column's `whole`, rounded down; 0 where that is 0. */
export function columnShares(rows: RawRows, whole: Float64Array): RawRows {
  return rows.map((row) => row.map(([j, raw]) => [j, divFloor(raw, at(whole, j))] as const))
}

/** Each entry times the stake of its row's validator, rounded down. */
export function stakeTimesWeight(rows: RawRows, activeStake: Float64Array): RawRows {
  return rows.map((row, i) => {
    const stake = at(activeStake, i)
    return row.map(([j, weight]) => [j, mulShare(weight, stake)] as const)
  })
}

/** A row in ascending order, each repeated target with its last value only. */
export function lastOfRepeats(row: readonly RawEntry[]): RawEntry[] {
  return [...new Map(row)].sort(byTarget)
}

/** Orders entries by their targets. */
export function byTarget([a]: RawEntry, [b]: RawEntry): number {
  return a - b
}
