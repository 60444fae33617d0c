import { type Alpha, asColdkey, asHotkey } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { holds } from '../events.js'
import { type SPENDING_REFUSALS, spendAlpha } from './spendAlpha.js'
import type { Position } from './stake.js'

/** What is recorded of stake that somebody burned. */
export const BURN_EVENTS = {
  AlphaBurned: { hotkey: holds.hotkey, coldkey: holds.coldkey, amountAlpha: holds.alpha },
} as const

/**
 * Burns stake of a position: it counts as issued, and nobody owns it. More than the position is worth means all of it.
 *
 * @returns why not, or `null`.
 * @source spec: `spec/chain.md` 10.4
 */
export function burnStake(
  context: BlockContext<typeof BURN_EVENTS>,
  position: Position,
  wantedAlpha: Alpha,
): RefusalOf<(typeof SPENDING_REFUSALS)[number]> | null {
  const { state } = context
  const { netuid, hotkey, coldkey } = position
  const amountAlpha = spendAlpha(context, position, wantedAlpha)
  if (typeof amountAlpha !== 'bigint') return amountAlpha
  context.emit('AlphaBurned', netuid, {
    hotkey: asHotkey(state.addressOf(hotkey)),
    coldkey: asColdkey(state.addressOf(coldkey)),
    amountAlpha,
  })
  return null
}
