import type { EpochInput, EpochParams } from './types.js'

/** The permits in force during this epoch: those stored, and the owner's. u8[n], 0 or 1. */
export function permitsInForce(input: EpochInput): Uint8Array {
  const permits = input.validatorPermit.slice()
  if (input.ownerUid !== null && input.ownerUid < input.n) permits[input.ownerUid] = 1
  return permits
}

/**
 * The permits for the next epoch: the `maxAllowedValidators` largest non-zero stakes, the higher uid first among
 * equals, and the owner on top of that.
 *
 * @param stake - raw shares of stake by uid.
 * @returns u8[n], 0 or 1.
 */
export function nextPermits(stake: Float64Array, input: EpochInput, params: EpochParams): Uint8Array {
  const permits = Uint8Array.from(stake, (share) => (share === 0 ? 0 : 1))
  const losers = Math.max(0, input.n - params.maxAllowedValidators)
  const ascending = Array.from(stake.keys()).sort((a, b) => stake[a]! - stake[b]! || a - b)
  for (const uid of ascending.slice(0, losers)) permits[uid] = 0
  if (input.ownerUid !== null && input.ownerUid < input.n) permits[input.ownerUid] = 1
  return permits
}
