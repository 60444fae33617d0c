import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { applyHotkeySwap } from '../keys/applyHotkeySwap.js'
import { HOTKEY_SWAP_REFUSALS } from '../keys/whyNotSwapHotkey.js'
import { defineCall } from './defineCall.js'
import { described, flagField, hotkeyField, orNull, u16Field } from './fields.js'

/** @source spec: `spec/chain.md` 10.7 */
export const swapHotkey = defineCall({
  does: "Puts a new hotkey in the place of an old one: uid, axon, children and parents, pay that others have staked to it, the subnet it stands for, locks, and stake unless `keepStake`. It costs TAO that leaves the issuance. Swapped on all subnets the old hotkey is nobody's any more.",
  signedBy: 'the coldkey that owns the hotkey',
  fields: {
    oldHotkey: described(hotkeyField, 'Hotkey to be replaced.'),
    newHotkey: described(hotkeyField, 'Hotkey that takes its place.'),
    netuid: described(orNull(u16Field), 'Number of the subnet on which it is replaced; null is all of them.'),
    keepStake: described(flagField, 'Whether stake stays on the old hotkey.'),
  },
  events: {
    HotkeySwapped: { coldkey: holds.coldkey, oldHotkey: holds.hotkey, newHotkey: holds.hotkey },
    HotkeySwappedOnSubnet: { coldkey: holds.coldkey, oldHotkey: holds.hotkey, newHotkey: holds.hotkey },
  },
  refuses: HOTKEY_SWAP_REFUSALS,
  apply(context, coldkey, args) {
    const refused = applyHotkeySwap(context, { coldkey, ...args })
    if (refused !== null) return refused
    const { state } = context
    context.emit(args.netuid === null ? 'HotkeySwapped' : 'HotkeySwappedOnSubnet', args.netuid, {
      coldkey: asColdkey(state.addressOf(coldkey)),
      oldHotkey: asHotkey(state.addressOf(args.oldHotkey)),
      newHotkey: asHotkey(state.addressOf(args.newHotkey)),
    })
    return null
  },
})
