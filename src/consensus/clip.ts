import { at } from './columns.js'
import { filterEntries, mapEntries, type RawRows } from './rawRows.js'

/**
 * Weights cut down to the consensus of their column.
 *
 * An entry above a consensus of 0 disappears; an explicit zero stays, even there.
 *
 * @param consensus - raw[n].
 */
export function clipToConsensus(weights: RawRows, consensus: Float64Array): RawRows {
  const kept = filterEntries(weights, (weight, _, j) => weight === 0 || at(consensus, j) > 0)
  return mapEntries(kept, (weight, _, j) => Math.min(weight, at(consensus, j)))
}
