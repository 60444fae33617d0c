import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { eventField, holds } from '../events.js'
import { associateHotkey, ownerOf } from '../neurons/hotkeys.js'
import { isSystemAccount } from '../state/account.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const tryAssociateHotkey = defineCall({
  does: "Makes a hotkey that nobody owns the signer's, without a registration. Where somebody owns it nothing changes, and the call succeeds: `HotkeyAssociated` says whose it is.",
  signedBy: 'a coldkey',
  fields: {
    hotkey: described(hotkeyField, 'The hotkey.'),
  },
  events: {
    HotkeyAssociated: { hotkey: holds.hotkey, coldkey: holds.coldkey, isNew: eventField<boolean>('boolean') },
  },
  refuses: ['CannotUseSystemAccount'],
  apply(context, signer, { hotkey }) {
    const { state } = context
    const owner = ownerOf(state, hotkey)
    if (owner === undefined) {
      if (isSystemAccount(hotkey)) {
        return refuse('CannotUseSystemAccount', { because: 'asHotkey', account: state.addressOf(hotkey) })
      }
      associateHotkey(context, signer, hotkey)
    }
    context.emit('HotkeyAssociated', null, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(owner ?? signer)),
      isNew: owner === undefined,
    })
    return null
  },
})
