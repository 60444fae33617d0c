import { REGISTRATION_EVENTS, REGISTRATION_REFUSALS, registerHotkey } from '../neurons/registerHotkey.js'
import { defineCall } from './defineCall.js'
import { hotkeyField, optionalAmountField, u16Field } from './fields.js'

/**
 * Registers a hotkey for the price of the day. The TAO stays in the subnet, the pool's fee beside the pool, and the alpha it buys is recycled. A
 * coldkey signs it and keeps what its account needs to live; the price is at most `limitRao`, when given.
 *
 * @source spec: `spec/chain.md` 5.2, 5.3
 */
export const registerNeuron = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, limitRao: optionalAmountField },
  events: REGISTRATION_EVENTS,
  refuses: REGISTRATION_REFUSALS,
  apply: registerHotkey,
})
