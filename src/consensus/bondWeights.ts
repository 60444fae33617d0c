import { mulFloor, ONE_RAW, shareOfU16 } from '../math/index.js'
import { RowAccumulator } from './RowAccumulator.js'
import { type RawRows, RawRowsBuilder } from './rawRows.js'

/**
 * The weights that form bonds: between the weights as given (penalty 0) and as clipped (penalty 65535).
 *
 * At both ends the rows are passed on as they are. In between a row is rewritten in ascending order of its targets,
 * a repeated target counts with its last value, and zeros, explicit ones included, disappear.
 *
 * @param consensus - raw[n]: what `weights` were clipped to.
 */
export function bondWeights(
  weights: RawRows,
  clipped: RawRows,
  consensus: Float64Array,
  bondsPenaltyU16: number,
): RawRows {
  const penalty = shareOfU16(bondsPenaltyU16)
  if (penalty === 0) return weights
  if (penalty === ONE_RAW) return clipped
  const n = consensus.length
  const rows = new RawRowsBuilder(n, weights.raw.length)
  const row = new RowAccumulator(n)
  for (let i = 0; i < n; i++) {
    for (let k = weights.rowStart[i]!; k < weights.rowStart[i + 1]!; k++) {
      row.set(weights.column[k]!, weights.raw[k]!)
    }
    for (const j of row.columns()) {
      const weight = row.get(j)
      // The excess is taken as a negative number: its product is floored, away from zero.
      const kept = weight + mulFloor(penalty, Math.min(weight, consensus[j]!) - weight)
      if (kept > 0) rows.push(j, kept)
    }
    row.clear()
    rows.endRow()
  }
  return rows.build()
}
