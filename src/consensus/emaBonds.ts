import { mulShare, ONE_RAW } from '../math/index.js'
import { at } from './columns.js'
import { byTarget, type RawRows } from './rawRows.js'

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
  return next.map((row, i) => {
    const bonds = new Map<number, number>()
    const add = (j: number, part: number): void => void bonds.set(j, (bonds.get(j) ?? 0) + part)
    for (const [j, bond] of row) add(j, mulShare(bond, ONE_RAW - kept))
    for (const [j, bond] of at(old, i)) if (j < next.length) add(j, mulShare(bond, kept))
    return [...bonds].filter(([, bond]) => bond > 0).sort(byTarget)
  })
}
