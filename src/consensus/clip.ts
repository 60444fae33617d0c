import { at } from './columns.js'
import type { RawRows } from './rawRows.js'

/**
 * Weights cut down to the consensus of their column.
 *
 * An entry above a consensus of 0 disappears; an explicit zero stays, even there.
 *
 * @param consensus - raw[n].
 */
export function clipToConsensus(weights: RawRows, consensus: Float64Array): RawRows {
  return weights.map((row) =>
    row
      .filter(([j, weight]) => weight === 0 || at(consensus, j) > 0)
      .map(([j, weight]) => [j, Math.min(weight, at(consensus, j))] as const),
  )
}
