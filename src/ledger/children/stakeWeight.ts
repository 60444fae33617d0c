import { type HotkeyStake, InheritedStakeSum, proportionBits, taoWeightBits } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, parents } from '../state/tables.js'

/** How much stake a hotkey has where that is too little. */
export interface ShortStake {
  readonly stakeRao: Rao
  readonly leastRao: Rao
}

/**
 * What counts as a hotkey's stake on a subnet, alpha and weighted TAO on root, without what children have and with what parents lend, floored: where it
 * is less than the threshold of the chain. `null` where it is enough.
 *
 * PERF: two look-ups per parent until there is enough: anybody can lend to a hotkey.
 * @source spec: `spec/chain.md` 7.1
 */
export function shortOfStake(
  state: LedgerState,
  config: Pick<ChainConfig, 'taoWeightU64' | 'stakeThresholdRao'>,
  netuid: Netuid,
  hotkey: AccountId,
): ShortStake | null {
  const leastRao = config.stakeThresholdRao
  if (leastRao === 0n) return null
  const lent = [...state.getOrBlank(children, netuid, hotkey).proportionU64].map(proportionBits)
  const sum = new InheritedStakeSum(stakeOf(state, netuid, hotkey), lent, taoWeightBits(config.taoWeightU64))
  const weightRao = (): Rao => sum.inherited().stakeWeightBits >> 64n
  if (weightRao() >= leastRao) return null
  for (const [[, , parent], { proportionU64 }] of state.rangeFrom(parents, [netuid, hotkey])) {
    sum.borrow(stakeOf(state, netuid, parent), proportionBits(proportionU64))
    if (weightRao() >= leastRao) return null
  }
  return { stakeRao: weightRao(), leastRao }
}

function stakeOf(state: LedgerState, netuid: Netuid, hotkey: AccountId): HotkeyStake {
  return { alpha: hotkeyAlpha(state, netuid, hotkey), rootRao: hotkeyAlpha(state, ROOT, hotkey) }
}
