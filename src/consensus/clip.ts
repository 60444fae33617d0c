import { type RawRows, RawRowsBuilder } from './rawRows.js'

/**
 * Weights cut down to the consensus of their column.
 *
 * An entry above a consensus of 0 disappears; an explicit zero stays, even there.
 */
export function clipToConsensus(weights: RawRows, consensus: Float64Array): RawRows {
  const rows = new RawRowsBuilder(consensus.length, weights.raw.length)
  for (let i = 0; i < consensus.length; i++) {
    for (let k = weights.rowStart[i]!; k < weights.rowStart[i + 1]!; k++) {
      const j = weights.column[k]!
      const limit = consensus[j]!
      const weight = weights.raw[k]!
      if (weight <= limit) rows.push(j, weight)
      else if (limit > 0) rows.push(j, limit)
    }
    rows.endRow()
  }
  return rows.build()
}
