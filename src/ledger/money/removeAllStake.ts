import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { whyNotRemoveStake } from '../rules/whyNotRemoveStake.js'
import type { AccountId } from '../state/account.js'
import { sweepSmallNomination } from './smallNominations.js'
import { positionValue } from './stake.js'
import { type STAKE_EVENTS, unstakeFrom } from './stakeTrades.js'
import type { SaleRefusal } from './tradeRefusals.js'

/**
 * Sells all that a coldkey staked to a hotkey on some subnets, but for what may not be taken out.
 *
 * PERF: one step per subnet, and a sale per position.
 * @returns TAO that it was sold for, or why one of the sales failed; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 10.2
 */
export function removeAllStake(
  context: BlockContext<typeof STAKE_EVENTS>,
  { hotkey, coldkey }: { readonly hotkey: AccountId; readonly coldkey: AccountId },
  netuids: readonly Netuid[],
): Rao | RefusalOf<SaleRefusal> {
  const { state } = context
  let sumRao = 0n
  for (const netuid of netuids) {
    if (!state.subnet(netuid).subtokenEnabled) continue
    const position = { netuid, hotkey, coldkey }
    const offeredAlpha = positionValue(state, position)
    if (whyNotRemoveStake<never>(context, { position, offeredAlpha }, () => null) !== null) continue
    const amountRao = unstakeFrom(context, position, coldkey, offeredAlpha)
    if (typeof amountRao !== 'bigint') return amountRao
    sumRao += amountRao
    sweepSmallNomination(context, position)
  }
  return sumRao
}
