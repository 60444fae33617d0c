import { highHalf, lesserOf, ONE_RAW, shareOfU16 } from '../math/index.js'
import { lastOfRepeats, type RawRows } from './rawRows.js'

const TWO_POW_16 = 65_536
const INVERSE_POW_16 = 1 / 65_536

/**
 * One of the weights that form bonds.
 *
 * @param weight - raw; `consensus` of its column likewise.
 * @param penalty - raw, 0 to 2^32.
 */
export function bondWeight(weight: number, consensus: number, penalty: number): number {
  const excess = weight - lesserOf(weight, consensus)
  const high = highHalf(penalty)
  const low = penalty - high * TWO_POW_16
  // The reference adds a negative product rounded towards minus infinity: what is taken off is rounded up.
  return weight - Math.ceil((excess * high + Math.ceil(excess * low * INVERSE_POW_16)) * INVERSE_POW_16)
}

/**
 * The weights that form bonds: between the weights as given (penalty 0) and as clipped (penalty 65535).
 *
 * At both ends the rows are passed on as they are. In between a row is rewritten in ascending order of its targets,
 * a repeated target counts with its last value, and zeros, explicit ones included, disappear.
 *
 * @param out - overwritten in between the two ends only.
 * @param consensus - raw[n]: what `weights` were clipped to.
 */
export function bondWeights(
  out: RawRows,
  { weights, clipped }: { readonly weights: RawRows; readonly clipped: RawRows },
  consensus: Float64Array,
  bondsPenaltyU16: number,
): RawRows {
  const penalty = shareOfU16(bondsPenaltyU16)
  if (penalty === 0) return weights
  if (penalty === ONE_RAW) return clipped
  const n = consensus.length
  const { rowStart, column, raw } = lastOfRepeats(weights, n)
  let end = 0
  out.rowStart[0] = 0
  for (let i = 0; i < n; i++) {
    const rowEnd = rowStart[i + 1]!
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      const weight = raw[k]!
      const mixed = bondWeight(weight, consensus[j]!, penalty)
      out.column[end] = j
      out.raw[end] = mixed
      end += Number(mixed > 0)
    }
    out.rowStart[i + 1] = end
  }
  out.isAscending = true
  return out
}
