import { addStakeUpTo, LIMITED_ADDING_REFUSALS } from '../money/addStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { described, flagField, hotkeyField, netuidField, priceField, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 10.1 */
export const addStakeLimit = defineCall({
  does: 'Stakes TAO to a hotkey up to a price: all of the amount, or with `allowPartial` what fits before. A hotkey of somebody else has a stored take from then on.',
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey to which it is staked.'),
    amountRao: described(raoField, 'TAO to stake, which the signer pays.'),
    limitRaoPerAlpha: described(priceField, 'Highest price the pool may come to.'),
    allowPartial: described(
      flagField,
      'True to trade what fits before the price is passed; false to refuse unless all of it does.',
    ),
  },
  events: STAKE_EVENTS,
  refuses: LIMITED_ADDING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountRao, limitRaoPerAlpha, allowPartial }) {
    const limit = { limitRaoPerAlpha, allowPartial }
    const staked = addStakeUpTo(context, { netuid, hotkey, coldkey: signer }, amountRao, limit)
    return typeof staked === 'bigint' ? null : staked
  },
})
