import { at, normalised } from './columns.js'

/**
 * Stake of the validators that decide: active, and with a permit in force; normalised again.
 *
 * @param stake - raw shares of all stake by uid.
 * @returns raw[n]; the sum is 1, less a few units, or 0 when nobody qualifies.
 */
export function activeStakeFrom(stake: Float64Array, active: Uint8Array, permits: Uint8Array): Float64Array {
  return normalised(stake.map((share, i) => (at(active, i) === 1 && at(permits, i) === 1 ? share : 0)))
}
