import { type Alpha, asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { holds } from '../events.js'
import type { AccountId } from '../state/account.js'
import { KEPT, type MOVING_REFUSALS, moveStakeTo, type SwapLimit } from './moveStakeTo.js'
import { STAKE_EVENTS } from './stakeTrades.js'

/** What is recorded of stake that went to another subnet. */
export const SWAP_EVENTS = {
  ...STAKE_EVENTS,
  StakeSwapped: {
    coldkey: holds.coldkey,
    hotkey: holds.hotkey,
    toNetuid: holds.netuid,
    amountAlpha: holds.alpha,
    amountRao: holds.rao,
  },
} as const

/**
 * Swaps stake of a coldkey on a hotkey for stake on it on another subnet, with a limit as much as that lets out.
 *
 * @returns why not, or `null`.
 * @source spec: `spec/chain.md` 10.3
 */
export function swapStakeTo<P extends { readonly error: string }>(
  context: BlockContext<typeof SWAP_EVENTS>,
  coldkey: AccountId,
  args: {
    readonly hotkey: AccountId
    readonly fromNetuid: Netuid
    readonly toNetuid: Netuid
    readonly amountAlpha: Alpha
  },
  limit: SwapLimit<P> | null,
): RefusalOf<(typeof MOVING_REFUSALS)[number]> | P | null {
  const { state } = context
  const { hotkey, fromNetuid, toNetuid } = args
  const moved = moveStakeTo<P, never>(context, {
    from: { netuid: fromNetuid, hotkey, coldkey },
    to: { netuid: toNetuid, hotkey, coldkey },
    offeredAlpha: args.amountAlpha,
    limit,
    handOver: KEPT,
  })
  if ('error' in moved) return moved
  const { amountAlpha, amountRao } = moved
  context.emit('StakeSwapped', fromNetuid, {
    coldkey: asColdkey(state.addressOf(coldkey)),
    hotkey: asHotkey(state.addressOf(hotkey)),
    toNetuid,
    amountAlpha,
    amountRao,
  })
  return null
}
