import type { Alpha, Rao } from '../units/index.js'
import { divide, fromInteger } from './u96f32.js'

/**
 * How much a root dividend raises what each TAO staked on root through a hotkey may claim, raw I96F32, floored.
 *
 * @returns `null` when the dividend exceeds the stake: it is then staked for the hotkey's owner instead.
 * @source subtensor `pallets/subtensor/src/staking/claim_root.rs`
 */
export function rootClaimIncreaseBits(dividendAlpha: Alpha, rootStakeRao: Rao): bigint | null {
  return dividendAlpha > rootStakeRao ? null : divide(fromInteger(dividendAlpha), fromInteger(rootStakeRao))
}
