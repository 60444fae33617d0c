import { ADDING_REFUSALS, addStakeTo } from '../money/addStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Stakes TAO to a hotkey at whatever price the pool gives; the signer keeps at least the existential deposit. A coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.1
 */
export const addStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountRao: amountField },
  events: STAKE_EVENTS,
  refuses: ADDING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountRao }) {
    const staked = addStakeTo(context, { netuid, hotkey, coldkey: signer }, amountRao, null)
    return typeof staked === 'bigint' ? null : staked
  },
})
