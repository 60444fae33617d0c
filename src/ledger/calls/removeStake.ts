import { REMOVING_REFUSALS, removeStakeFrom } from '../money/removeStakeFrom.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Turns stake back into TAO at whatever price the pool gives. More than the position holds means all of it; of a nomination, what would be left
 * too small goes as well. The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export const removeStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountAlpha: amountField },
  events: STAKE_EVENTS,
  refuses: REMOVING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountAlpha }) {
    const paid = removeStakeFrom(context, { netuid, hotkey, coldkey: signer }, amountAlpha)
    return typeof paid === 'bigint' ? null : paid
  },
})
