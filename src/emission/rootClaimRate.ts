import type { Alpha, Rao } from '../units/index.js'
import { assertU64 } from './checks.js'
import { divide, fromInteger } from './u96f32.js'

/**
 * How much a root dividend raises what each TAO staked on root through a hotkey may claim, raw I96F32, floored.
 *
 * @returns `null` when the dividend exceeds the stake: it is then staked for the hotkey's owner instead.
 * @throws InvalidArgumentError for what is no amount.
 * @source subtensor `pallets/subtensor/src/staking/claim_root.rs`
 *
 * @example
 * ```ts
 * import { rootClaimIncreaseBits } from 'subnetkit/emission'
 *
 * rootClaimIncreaseBits(1n, 4n) // 1073741824n, a quarter
 * ```
 */
export function rootClaimIncreaseBits(dividendAlpha: Alpha, rootStakeRao: Rao): bigint | null {
  assertU64(dividendAlpha, 'dividendAlpha')
  assertU64(rootStakeRao, 'rootStakeRao')
  return dividendAlpha > rootStakeRao ? null : divide(fromInteger(dividendAlpha), fromInteger(rootStakeRao))
}
