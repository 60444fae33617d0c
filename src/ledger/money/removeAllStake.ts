import { asColdkey, asHotkey, type Netuid, type Rao } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { holds } from '../events.js'
import { whyNotRemoveStake } from '../rules/whyNotRemoveStake.js'
import type { AccountId } from '../state/account.js'
import { sweepSmallNomination } from './smallNominations.js'
import { positionValue } from './stake.js'
import { STAKE_EVENTS, unstakeFrom } from './stakeTrades.js'
import type { SaleRefusal } from './tradeRefusals.js'

/** What is told where all stake is to be taken out. */
export const UNSTAKING_EVENTS = {
  ...STAKE_EVENTS,
  /** Stake that may not be taken out stayed whole: why a call for it alone would be refused. */
  StakeKept: {
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    amountAlpha: holds.alpha,
    error: holds.text,
  },
} as const

/**
 * Sells all that a coldkey staked to a hotkey on some subnets, but for what may not be taken out, and says what that is.
 *
 * PERF: one step per subnet, and a sale per position.
 * @returns TAO that it was sold for, or why one of the sales failed; then the caller undoes what came before.
 * @source spec: `spec/chain.md` 10.2
 */
export function removeAllStake(
  context: BlockContext<typeof UNSTAKING_EVENTS>,
  { hotkey, coldkey }: { readonly hotkey: AccountId; readonly coldkey: AccountId },
  netuids: readonly Netuid[],
): Rao | RefusalOf<SaleRefusal> {
  const { state } = context
  const keys = { hotkey: asHotkey(state.addressOf(hotkey)), coldkey: asColdkey(state.addressOf(coldkey)) }
  let sumRao = 0n
  for (const netuid of netuids) {
    const position = { netuid, hotkey, coldkey }
    const offeredAlpha = positionValue(state, position)
    const error = state.subnet(netuid).subtokenEnabled
      ? whyNotRemoveStake<never>(context, { position, offeredAlpha }, () => null)?.error
      : 'SubtokenDisabled'
    if (error !== undefined) {
      if (offeredAlpha > 0n) context.emit('StakeKept', netuid, { ...keys, amountAlpha: offeredAlpha, error })
      continue
    }
    const amountRao = unstakeFrom(context, position, coldkey, offeredAlpha)
    if (typeof amountRao !== 'bigint') return amountRao
    sumRao += amountRao
    sweepSmallNomination(context, position)
  }
  return sumRao
}
