import { mulFloor, ONE_RAW, shareOfU16 } from '../math/index.js'
import { at } from './columns.js'
import { ascendingRows, byTarget, filterEntries, mapEntries, type RawRows } from './rawRows.js'

/**
 * The weights that form bonds: between the weights as given (penalty 0) and as clipped (penalty 65535).
 *
 * At both ends the rows are passed on as they are. In between a row comes out in ascending order of its targets,
 * a repeated target counts with its last value, and zeros, explicit ones included, disappear.
 *
 * @param rows - the weights, and the same ones clipped to `consensus`, raw[n].
 */
export function bondWeights(
  { weights, clipped }: { readonly weights: RawRows; readonly clipped: RawRows },
  consensus: Float64Array,
  bondsPenaltyU16: number,
): RawRows {
  const penalty = shareOfU16(bondsPenaltyU16)
  if (penalty === 0) return weights
  if (penalty === ONE_RAW) return clipped
  const mixed = mapEntries(ascendingRows(byTarget(weights)), (weight, _, j) =>
    bondWeight(weight, at(consensus, j), penalty),
  )
  return filterEntries(mixed, (weight) => weight > 0)
}

/** The product is of a number below 0, and rounded towards minus infinity: what is taken off is rounded up. */
function bondWeight(weight: number, consensus: number, penalty: number): number {
  return weight + mulFloor(penalty, Math.min(weight, consensus) - weight)
}
