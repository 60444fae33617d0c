import { BURN_EVENTS, burnStake } from '../money/burnStake.js'
import { SPENDING_REFUSALS } from '../money/spendAlpha.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Gives up stake: it counts as issued, and nobody owns it. More than the position holds means all of it. The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.4
 */
export const burnAlpha = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountAlpha: amountField },
  events: BURN_EVENTS,
  refuses: SPENDING_REFUSALS,
  apply: (context, signer, { netuid, hotkey, amountAlpha }) =>
    burnStake(context, { netuid, hotkey, coldkey: signer }, amountAlpha),
})
