import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'

const FRACTION_BITS = 32n

/** What a claim pays with: TAO staked on root, the alpha itself, or the alpha on some subnets, ascending, and TAO on the others. */
export type RootClaimMode = 'swap' | 'keep' | { readonly keepOn: Uint16Array }

/** What one coldkey may claim through one hotkey on one subnet depends on. */
export interface RootClaimFacts {
  /** Alpha per rao on root that the hotkey has earned here so far, raw I96F32. */
  readonly rateBits: bigint
  /** What the coldkey has on root with the hotkey. */
  readonly rootStakeRao: Rao
  /** Alpha of it that is not owed: claimed already, or earned before the stake came. */
  readonly claimedAlpha: Alpha
}

/**
 * Alpha that is owed, floored; 0 where more was claimed than was earned.
 *
 * @source subtensor `pallets/subtensor/src/staking/claim_root.rs`, `get_root_owed_for_hotkey_coldkey`
 */
export function rootOwedAlpha({ rateBits, rootStakeRao, claimedAlpha }: RootClaimFacts): Alpha {
  return saturatedU64(earnedAlpha(rateBits, rootStakeRao) - claimedAlpha)
}

/**
 * What a claim pays: all that is owed, or nothing below the threshold. It is counted as claimed afterwards; where TAO
 * is paid that becomes stake on root, and moves what was claimed on every subnet: {@link claimedAfterStake}.
 *
 * @source subtensor `pallets/subtensor/src/staking/claim_root.rs`, `root_claim_on_subnet`
 */
export function rootClaimAlpha(facts: RootClaimFacts, thresholdAlpha: Alpha): Alpha {
  const owed = rootOwedAlpha(facts)
  return owed < thresholdAlpha ? 0n : owed
}

/** Whether a claim on a subnet pays the alpha itself. PERF: 16 steps at most: a list names up to 65,536 subnets, and a claim asks for each. */
export function isKept(mode: RootClaimMode, netuid: Netuid): boolean {
  if (typeof mode === 'string') return mode === 'keep'
  const { keepOn } = mode
  let low = 0
  let high = keepOn.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keepOn[middle] ?? 0) < netuid) low = middle + 1
    else high = middle
  }
  return keepOn[low] === netuid
}

/**
 * What counts as claimed when stake on root comes: it has no part in what was earned before. To be done on every subnet
 * where the hotkey has a rate.
 *
 * @source subtensor `claim_root.rs`, `add_stake_adjust_root_claimed_for_hotkey_and_coldkey`
 */
export function claimedAfterStake(claimedAlpha: Alpha, rateBits: bigint, addedRao: Rao): Alpha {
  return claimedAlpha + earnedAlpha(rateBits, addedRao)
}

/**
 * The same when stake on root goes, down to 0: what it earned and did not claim is lost only where that is more.
 *
 * @source subtensor `claim_root.rs`, `remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`
 */
export function claimedAfterUnstake(claimedAlpha: Alpha, rateBits: bigint, removedRao: Rao): Alpha {
  const earned = earnedAlpha(rateBits, removedRao)
  return earned > claimedAlpha ? 0n : claimedAlpha - earned
}

const earnedAlpha = (rateBits: bigint, stakeRao: Rao): Alpha => (rateBits * stakeRao) >> FRACTION_BITS
