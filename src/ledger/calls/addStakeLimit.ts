import { addStakeTo, LIMITED_ADDING_REFUSALS } from '../money/addStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { amountField, flagField, hotkeyField, u16Field } from './fields.js'

/**
 * Stakes TAO to a hotkey up to a price: all of the amount, or with `allowPartial` what fits before. A hotkey of somebody else has a stored
 * take from then on. A coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.1
 */
export const addStakeLimit = defineCall({
  fields: {
    netuid: u16Field,
    hotkey: hotkeyField,
    amountRao: amountField,
    limitRaoPerAlpha: amountField,
    allowPartial: flagField,
  },
  events: STAKE_EVENTS,
  refuses: LIMITED_ADDING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountRao, limitRaoPerAlpha, allowPartial }) {
    const limit = { limitRaoPerAlpha, allowPartial }
    const staked = addStakeTo(context, { netuid, hotkey, coldkey: signer }, amountRao, limit)
    return typeof staked === 'bigint' ? null : staked
  },
})
