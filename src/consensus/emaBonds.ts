import { mulShare, ONE_RAW } from '../math/index.js'
import { at } from './columns.js'
import { ascendingRows, filterEntries, forEachEntry, type RawRows } from './rawRows.js'

const MILLION = 1_000_000

/**
 * Moves old bonds towards new ones at one rate for all pairs.
 *
 * A pair in either row gets rate * new + (1 - rate) * old, each product rounded down; repeated targets add up. Only
 * positive results on targets of the subnet are kept, ascending by target.
 *
 * @param next - raw shares or levels of the new bonds; `old` those of the old ones.
 * @param movingAveragePpm - share of old bonds kept, parts of 1,000,000.
 * PERF: both rows together are put in order, which takes as many steps as they have entries where each is in order itself.
 */
export function emaBonds(next: RawRows, old: RawRows, movingAveragePpm: number): RawRows {
  const kept = Math.floor((movingAveragePpm * ONE_RAW) / MILLION)
  const n = next.rowStart.length - 1
  const bonds = Array.from({ length: n }, () => new Map<number, number>())
  const add = (i: number, j: number, part: number): void => {
    const row = at(bonds, i)
    row.set(j, (row.get(j) ?? 0) + part)
  }
  forEachEntry(next, (bond, i, j) => add(i, j, mulShare(bond, ONE_RAW - kept)))
  forEachEntry(old, (bond, i, j) => {
    if (j < n) add(i, j, mulShare(bond, kept))
  })
  return filterEntries(ascendingRows(bonds), (bond) => bond > 0)
}
