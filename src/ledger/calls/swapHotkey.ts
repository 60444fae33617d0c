import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { applyHotkeySwap } from '../keys/applyHotkeySwap.js'
import { HOTKEY_SWAP_REFUSALS } from '../keys/whyNotSwapHotkey.js'
import { defineCall } from './defineCall.js'
import { flagField, hotkeyField, optionalU16Field } from './fields.js'

/**
 * Puts a new hotkey in the place of an old one, on one subnet or, with `null`, on all: uid, axon, children and parents, pay that others have staked to it,
 * the subnet it stands for, locks, and stake unless `keepStake`. It costs TAO that leaves the issuance. Swapped on all subnets the old hotkey is nobody's
 * any more. The coldkey that owns it signs.
 *
 * @source spec: `spec/chain.md` 10.7
 */
export const swapHotkey = defineCall({
  fields: {
    oldHotkey: hotkeyField,
    newHotkey: hotkeyField,
    netuid: optionalU16Field,
    keepStake: flagField,
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
