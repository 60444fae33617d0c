import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { moveLockTo } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { hotkeyField, u16Field } from './fields.js'

const WHY = {
  HotKeyAccountNotExists: 'Nobody has used this hotkey.',
  NoExistingLock: 'The coldkey has no lock on this subnet.',
} as const

/**
 * Moves a coldkey's lock on a subnet to another hotkey. Its conviction begins anew unless one coldkey owns both. The coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.5
 */
export const moveLock = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField },
  events: { LockMoved: { coldkey: holds.coldkey, hotkey: holds.hotkey } },
  refuses: ['HotKeyAccountNotExists', 'NoExistingLock'],
  apply(context, signer, { netuid, hotkey }) {
    const { state } = context
    const error = moveLockTo(context, netuid, signer, hotkey)
    if (error !== null) return refuse(error, WHY[error])
    context.emit('LockMoved', netuid, {
      coldkey: asColdkey(state.addressOf(signer)),
      hotkey: asHotkey(state.addressOf(hotkey)),
    })
    return null
  },
})
