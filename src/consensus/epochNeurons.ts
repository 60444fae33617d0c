import { activeStakeFrom } from './activeStake.js'
import { activityFrom } from './activity.js'
import { lastEpochBlock } from './oldBonds.js'
import { nextPermits, permitsInForce } from './permits.js'
import { stakeFrom } from './stake.js'
import type { EpochInput, EpochParams } from './types.js'

/** What an epoch knows of each neuron before it looks at any weight; columns by uid, raw numbers are value times 2^32. */
export interface EpochNeurons {
  /** u8[n], 0 or 1. */
  readonly active: Uint8Array
  /** u8[n]: the permits in force, the owner's included. */
  readonly permits: Uint8Array
  /** u8[n]: the permits for the next epoch. */
  readonly validatorPermit: Uint8Array
  /** raw[n]: shares of the stake of active validators with a permit. */
  readonly activeStake: Float64Array
  /** u8[n]: 1 where bonds on this server were formed before it registered, and are gone. */
  readonly isBondGone: Uint8Array
}

/**
 * The steps of an epoch that come before the weights, exact: for engines that take it from there.
 *
 * @param input - as for `runEpoch`.
 *
 * @example
 * ```ts
 * import { type EpochInput, type EpochParams, epochNeurons } from 'subnetkit/consensus'
 *
 * function voters(input: EpochInput, params: EpochParams): number {
 *   return epochNeurons(input, params).activeStake.filter((share) => share > 0).length
 * }
 * ```
 */
export function epochNeurons(input: EpochInput, params: EpochParams): EpochNeurons {
  const { stake } = stakeFrom(input, params)
  const active = activityFrom(input, params)
  const permits = permitsInForce(input)
  const lastEpoch = lastEpochBlock(input, params)
  return {
    active,
    permits,
    validatorPermit: nextPermits(stake, input, params),
    activeStake: activeStakeFrom(stake, active, permits),
    isBondGone: new Uint8Array(input.blockAtRegistration.map((block) => (lastEpoch > block ? 0 : 1))),
  }
}
