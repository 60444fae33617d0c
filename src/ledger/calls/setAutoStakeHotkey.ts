import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { autoStakes } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const setAutoStakeHotkey = defineCall({
  does: "Has what the signer's miners earn on a subnet staked to one hotkey of the subnet instead of to each of them. It holds for whatever subnet has the number.",
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey with a uid there, to which it is staked.'),
  },
  events: { AutoStakeDestinationSet: { coldkey: holds.coldkey, hotkey: holds.hotkey } },
  refuses: ['SubnetNotExists', 'HotKeyNotRegisteredInSubNet', 'SameAutoStakeHotkeyAlreadySet'],
  apply({ state, emit }, signer, { netuid, hotkey }) {
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetNotExists', { netuid })
    }
    if (state.uidOf(netuid, hotkey) === undefined) {
      return refuse('HotKeyNotRegisteredInSubNet', { netuid, hotkey: asHotkey(state.addressOf(hotkey)) })
    }
    if (state.get(autoStakes, netuid, signer) === hotkey) {
      return refuse('SameAutoStakeHotkeyAlreadySet', { netuid, hotkey: asHotkey(state.addressOf(hotkey)) })
    }
    state.set(autoStakes, [netuid, signer], hotkey)
    emit('AutoStakeDestinationSet', netuid, {
      coldkey: asColdkey(state.addressOf(signer)),
      hotkey: asHotkey(state.addressOf(hotkey)),
    })
    return null
  },
})
