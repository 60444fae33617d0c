import { refuse } from '../BlockContext.js'
import { associateHotkey, ownerOf } from '../neurons/hotkeys.js'
import { isSystemAccount } from '../state/account.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const tryAssociateHotkey = defineCall({
  does: "Makes a hotkey that nobody owns the signer's, without a registration. Where somebody owns it nothing happens.",
  signedBy: 'a coldkey',
  fields: {
    hotkey: described(hotkeyField, 'The hotkey.'),
  },
  refuses: ['CannotUseSystemAccount'],
  apply(context, signer, { hotkey }) {
    const { state } = context
    if (ownerOf(state, hotkey) !== undefined) return null
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', { because: 'asHotkey', account: state.addressOf(hotkey) })
    }
    associateHotkey(context, signer, hotkey)
    return null
  },
})
