import { REGISTRATION_EVENTS, REGISTRATION_REFUSALS, registerHotkey } from '../neurons/registerHotkey.js'
import { defineCall } from './defineCall.js'
import { accountField, bytesField, described, hotkeyField, netuidField, wholeField } from './fields.js'

/** Of a hash of work. */
const WORK_BYTES = 32

/** @source spec: `spec/chain.md` 5.2 */
export const register = defineCall({
  does: "The reference's registration by work, which ignores the work and its coldkey: the signer pays the price of the day, as with the other one.",
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    blockNumber: described(wholeField(Number.MAX_SAFE_INTEGER), 'Block of the work; no rule reads it.'),
    nonce: described(wholeField(Number.MAX_SAFE_INTEGER), 'Nonce of the work; no rule reads it.'),
    work: described(bytesField(WORK_BYTES), 'The work; no rule reads it.'),
    hotkey: described(hotkeyField, "Hotkey to register; one that nobody owns becomes the signer's."),
    coldkey: described(accountField, 'No rule reads it: who signs is the coldkey.'),
  },
  events: REGISTRATION_EVENTS,
  refuses: REGISTRATION_REFUSALS,
  apply: (context, signer, { netuid, hotkey }) =>
    registerHotkey<never>(context, signer, { netuid, hotkey }, () => null),
})
