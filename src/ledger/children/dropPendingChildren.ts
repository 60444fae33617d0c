import type { BlockContext } from '../BlockContext.js'
import { stakeValueRao } from '../money/stakeValue.js'
import type { AccountId } from '../state/account.js'
import { pendingChildren } from '../state/tables.js'

/**
 * Forgets the children that a hotkey asked for on any subnet and that still wait, where its stake is worth less than the threshold. To be called
 * when a coldkey has taken stake out.
 *
 * PERF: nothing without a threshold, otherwise a look-up per subnet with stake, and one per subnet for a hotkey below it.
 * @source spec: `spec/chain.md` 7.4
 */
export function dropPendingChildren({ state, config }: BlockContext, hotkey: AccountId): void {
  if (config.stakeThresholdRao === 0n || stakeValueRao(state, hotkey) >= config.stakeThresholdRao) return
  for (const netuid of state.netuids()) state.delete(pendingChildren, netuid, hotkey)
}
