import { LIMITED_REMOVING_REFUSALS, removeStakeDownTo } from '../money/removeStakeFrom.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, flagField, hotkeyField, netuidField, priceField } from './fields.js'

/** @source spec: `spec/chain.md` 10.2 */
export const removeStakeLimit = defineCall({
  does: 'Turns stake back into TAO down to a price: all of the amount, or with `allowPartial` what fits before.',
  signedBy: 'the coldkey that staked',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    amountAlpha: described(alphaField, 'Alpha that is taken out. More than the position holds is refused.'),
    limitRaoPerAlpha: described(priceField, 'Lowest price the pool may come to.'),
    allowPartial: described(
      flagField,
      'True to trade what fits before the price is passed; false to refuse unless all of it does.',
    ),
  },
  events: STAKE_EVENTS,
  refuses: LIMITED_REMOVING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountAlpha, limitRaoPerAlpha, allowPartial }) {
    const limit = { limitRaoPerAlpha, allowPartial }
    const paid = removeStakeDownTo(context, { netuid, hotkey, coldkey: signer }, amountAlpha, limit)
    return typeof paid === 'bigint' ? null : paid
  },
})
