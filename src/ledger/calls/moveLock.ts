import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { MOVING_LOCK_REFUSALS, moveLockTo } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.5 */
export const moveLock = defineCall({
  does: "Moves a coldkey's lock on a subnet to another hotkey. Its conviction begins anew unless one coldkey owns both.",
  signedBy: 'the coldkey of the lock',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey for which the lock earns conviction from now on.'),
  },
  events: { LockMoved: { coldkey: holds.coldkey, hotkey: holds.hotkey } },
  refuses: MOVING_LOCK_REFUSALS,
  apply(context, signer, { netuid, hotkey }) {
    const { state } = context
    const refused = moveLockTo(context, netuid, signer, hotkey)
    if (refused !== null) return refused
    context.emit('LockMoved', netuid, {
      coldkey: asColdkey(state.addressOf(signer)),
      hotkey: asHotkey(state.addressOf(hotkey)),
    })
    return null
  },
})
