import { at } from './columns.js'
import type { EpochInput, EpochParams } from './types.js'

/** The permits in force during this epoch: those stored, and the owner's; u8[n], 0 or 1. */
export function permitsInForce(input: EpochInput): Uint8Array {
  return input.validatorPermit.map((permit, i) => (i === input.ownerUid ? 1 : permit))
}

/**
 * The permits for the next epoch: the `maxAllowedValidators` largest non-zero stakes, the higher uid first among
 * equals, and the owner on top of that; u8[n], 0 or 1.
 *
 * @param stake - raw shares of stake by uid.
 */
export function nextPermits(stake: Float64Array, input: EpochInput, params: EpochParams): Uint8Array {
  const permits = new Uint8Array(stake.length)
  const holders = [...stake.keys()].filter((i) => at(stake, i) > 0)
  const descending = holders.sort((a, b) => at(stake, b) - at(stake, a) || b - a)
  for (const i of descending.slice(0, params.maxAllowedValidators)) permits[i] = 1
  // An owner outside the subnet is written nowhere.
  if (input.ownerUid !== null) permits[input.ownerUid] = 1
  return permits
}
