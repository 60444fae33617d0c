import {
  LIMITED_REMOVING_REFUSALS,
  REMOVING_REFUSALS,
  removeStakeDownTo,
  removeStakeFrom,
} from '../money/removeStakeFrom.js'
import { positionValue } from '../money/stake.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { hotkeyField, optionalAmountField, u16Field } from './fields.js'

/**
 * Turns all of a position back into TAO, unless that passes a price, if one is given. The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export const removeStakeFullLimit = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, limitRaoPerAlpha: optionalAmountField },
  events: STAKE_EVENTS,
  refuses: [...LIMITED_REMOVING_REFUSALS, ...REMOVING_REFUSALS],
  apply(context, signer, { netuid, hotkey, limitRaoPerAlpha }) {
    const position = { netuid, hotkey, coldkey: signer }
    const heldAlpha = positionValue(context.state, position)
    const paid =
      limitRaoPerAlpha === null
        ? removeStakeFrom(context, position, heldAlpha)
        : removeStakeDownTo(context, position, heldAlpha, { limitRaoPerAlpha, allowPartial: false })
    return typeof paid === 'bigint' ? null : paid
  },
})
