import { normalised } from './columns.js'
import { columnSums, type RawRows, stakeTimesWeight } from './rawRows.js'

/**
 * Incentive of each server: its share of all ranks, which are the sums of stake times clipped weight.
 *
 * @param activeStake - raw[n].
 * @returns raw[n]; the sum is 1, less a few units, or 0.
 */
export function incentiveFrom(clipped: RawRows, activeStake: Float64Array): Float64Array {
  return normalised(columnSums(stakeTimesWeight(clipped, activeStake)))
}
