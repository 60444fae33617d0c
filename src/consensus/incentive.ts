import { mulShare } from '../math/index.js'
import { normalised } from './normalise.js'
import type { RawRows } from './rawRows.js'

/**
 * Incentive of each server: its stake-weighted clipped score as a share of all of them.
 *
 * @param clipped - clipped weight rows.
 * @param activeStake - raw[n].
 * @returns raw[n]; the sum is 1, less a few units, or 0.
 */
export function incentiveFrom(clipped: RawRows, activeStake: Float64Array): Float64Array {
  const rank = new Float64Array(activeStake.length)
  for (let i = 0; i < rank.length; i++) {
    const stake = activeStake[i]!
    if (stake === 0) continue
    for (let k = clipped.rowStart[i]!; k < clipped.rowStart[i + 1]!; k++) {
      rank[clipped.column[k]!]! += mulShare(clipped.raw[k]!, stake)
    }
  }
  return normalised(rank)
}
