import {
  LIMITED_REMOVING_REFUSALS,
  REMOVING_REFUSALS,
  removeStakeDownTo,
  removeStakeFrom,
} from '../money/removeStakeFrom.js'
import { positionValue } from '../money/stake.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField, orNull, priceField } from './fields.js'

/** @source spec: `spec/chain.md` 10.2 */
export const removeStakeFullLimit = defineCall({
  does: 'Turns all of a position back into TAO, unless that passes a price, if one is given.',
  signedBy: 'the coldkey that staked',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    limitRaoPerAlpha: described(
      orNull(priceField),
      'Lowest price the pool may come to; null takes any price.',
    ),
  },
  events: STAKE_EVENTS,
  refuses: [...LIMITED_REMOVING_REFUSALS, ...REMOVING_REFUSALS],
  apply(context, signer, { netuid, hotkey, limitRaoPerAlpha }) {
    const position = { netuid, hotkey, coldkey: signer }
    const heldAlpha = positionValue(context.state, position)
    const paid =
      limitRaoPerAlpha === null
        ? removeStakeFrom(context, position, heldAlpha)
        : removeStakeDownTo<never>(
            context,
            position,
            heldAlpha,
            { limitRaoPerAlpha, allowPartial: false },
            () => null,
          )
    return typeof paid === 'bigint' ? null : paid
  },
})
