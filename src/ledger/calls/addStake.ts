import { ADDING_REFUSALS, addStakeTo } from '../money/addStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 10.1 */
export const addStake = defineCall({
  does: 'Stakes TAO to a hotkey at whatever price the pool gives; the signer keeps at least the existential deposit.',
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey to which it is staked.'),
    amountRao: described(raoField, 'TAO to stake, which the signer pays.'),
  },
  events: STAKE_EVENTS,
  refuses: ADDING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountRao }) {
    const staked = addStakeTo(context, { netuid, hotkey, coldkey: signer }, amountRao)
    return typeof staked === 'bigint' ? null : staked
  },
})
