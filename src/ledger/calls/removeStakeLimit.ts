import { LIMITED_REMOVING_REFUSALS, removeStakeDownTo, whyMoreThanHeld } from '../money/removeStakeFrom.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { TRADE_REFUSALS } from '../money/tradeRefusals.js'
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
  refuses: [...TRADE_REFUSALS, 'SubnetNotExists', 'NotEnoughStakeToWithdraw', ...LIMITED_REMOVING_REFUSALS],
  apply(context, signer, { netuid, hotkey, amountAlpha, limitRaoPerAlpha, allowPartial }) {
    const limit = { limitRaoPerAlpha, allowPartial }
    const position = { netuid, hotkey, coldkey: signer }
    const paid = removeStakeDownTo(context, position, amountAlpha, limit, () =>
      whyMoreThanHeld(context.state, position, amountAlpha),
    )
    return typeof paid === 'bigint' ? null : paid
  },
})
