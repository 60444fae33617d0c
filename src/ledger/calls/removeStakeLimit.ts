import { LIMITED_REMOVING_REFUSALS, removeStakeDownTo } from '../money/removeStakeFrom.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { amountField, flagField, hotkeyField, u16Field } from './fields.js'

/**
 * Turns stake back into TAO down to a price: all of the amount, or with `allowPartial` what fits before. The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export const removeStakeLimit = defineCall({
  fields: {
    netuid: u16Field,
    hotkey: hotkeyField,
    amountAlpha: amountField,
    limitRaoPerAlpha: amountField,
    allowPartial: flagField,
  },
  events: STAKE_EVENTS,
  refuses: LIMITED_REMOVING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountAlpha, limitRaoPerAlpha, allowPartial }) {
    const limit = { limitRaoPerAlpha, allowPartial }
    const paid = removeStakeDownTo(context, { netuid, hotkey, coldkey: signer }, amountAlpha, limit)
    return typeof paid === 'bigint' ? null : paid
  },
})
