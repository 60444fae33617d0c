import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { eventField, holds } from '../events.js'
import { ownerOf, refuseStranger } from '../neurons/hotkeys.js'
import { ROOT } from '../state/account.js'
import { autoParents } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, flagField, hotkeyField } from './fields.js'

/** @source subtensor `pallets/subtensor/src/macros/dispatches.rs`, `set_auto_parent_delegation_enabled` */
export const setAutoParentDelegationEnabled = defineCall({
  does: "Says whether a root validator lends its stake to the owner's hotkey of each subnet that is registered from now on; without this call it does.",
  signedBy: 'the coldkey that owns the root validator',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey of the root validator.'),
    enabled: described(flagField, 'Whether it lends.'),
  },
  events: {
    AutoParentDelegationEnabledSet: { hotkey: holds.hotkey, enabled: eventField<boolean>('boolean') },
  },
  refuses: ['NonAssociatedColdKey', 'HotKeyNotRegisteredInSubNet'],
  apply(context, signer, { hotkey, enabled }) {
    const { state } = context
    if (ownerOf(state, hotkey) !== signer) {
      return refuseStranger(state, hotkey, signer)
    }
    if (state.uidOf(ROOT, hotkey) === undefined) {
      return refuse('HotKeyNotRegisteredInSubNet', {
        netuid: ROOT,
        hotkey: asHotkey(state.addressOf(hotkey)),
      })
    }
    state.set(autoParents, [hotkey], enabled)
    context.emit('AutoParentDelegationEnabledSet', null, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      enabled,
    })
    return null
  },
})
