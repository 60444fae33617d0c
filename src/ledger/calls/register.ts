import { REGISTRATION_EVENTS, REGISTRATION_REFUSALS, registerHotkey } from '../neurons/registerHotkey.js'
import { defineCall } from './defineCall.js'
import { accountField, bytesField, hotkeyField, u16Field, wholeField } from './fields.js'

/** Of a hash of work. */
const WORK_BYTES = 32

/**
 * The reference's registration by work, which ignores the work and its coldkey: the signer pays the price of the day, as with the other one.
 *
 * @source spec: `spec/chain.md` 5.2
 */
export const register = defineCall({
  fields: {
    netuid: u16Field,
    blockNumber: wholeField(Number.MAX_SAFE_INTEGER),
    nonce: wholeField(Number.MAX_SAFE_INTEGER),
    work: bytesField(WORK_BYTES),
    hotkey: hotkeyField,
    coldkey: accountField,
  },
  events: REGISTRATION_EVENTS,
  refuses: REGISTRATION_REFUSALS,
  apply: (context, signer, { netuid, hotkey }) =>
    registerHotkey(context, signer, { netuid, hotkey, limitRao: null }),
})
