import { mulShare, ONE_RAW } from '../math/index.js'
import { RowAccumulator } from './RowAccumulator.js'
import { type RawRows, RawRowsBuilder } from './rawRows.js'

const MILLION = 1_000_000

/**
 * Moves old bonds towards new ones at one rate for all pairs.
 *
 * A pair in either row gets rate * new + (1 - rate) * old, each product floored; repeated targets add up. Only
 * positive results are kept, ascending by target.
 *
 * @param movingAveragePpm - share of old bonds kept, parts of 1,000,000.
 */
export function emaBonds(next: RawRows, old: RawRows, movingAveragePpm: number, n: number): RawRows {
  const kept = Math.floor((movingAveragePpm * ONE_RAW) / MILLION)
  const rate = ONE_RAW - kept
  const rows = new RawRowsBuilder(n, next.raw.length + old.raw.length)
  const row = new RowAccumulator(n)
  for (let i = 0; i < n; i++) {
    for (let k = next.rowStart[i]!; k < next.rowStart[i + 1]!; k++) {
      row.add(next.column[k]!, mulShare(next.raw[k]!, rate))
    }
    for (let k = old.rowStart[i]!; k < old.rowStart[i + 1]!; k++) {
      row.add(old.column[k]!, mulShare(old.raw[k]!, kept))
    }
    for (const j of row.columns()) if (row.get(j) > 0) rows.push(j, row.get(j))
    row.clear()
    rows.endRow()
  }
  return rows.build()
}
