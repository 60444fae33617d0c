import { refuse } from '../BlockContext.js'
import { lockAlpha } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

const WHY = {
  AmountTooLow: 'There is nothing to lock.',
  HotKeyAccountNotExists: 'Nobody has used this hotkey.',
  LockHotkeyMismatch: 'The lock on this subnet is to another hotkey: move it first.',
  InsufficientStakeForLock: 'The coldkey has less alpha on the subnet than would be locked.',
} as const

/**
 * Locks alpha that a coldkey has on a subnet, on whatever hotkeys, to one hotkey, for which it earns conviction; or locks more of it. A coldkey
 * signs it.
 *
 * @source spec: `spec/chain.md` 10.5
 */
export const lockStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountAlpha: amountField },
  refuses: ['AmountTooLow', 'HotKeyAccountNotExists', 'LockHotkeyMismatch', 'InsufficientStakeForLock'],
  apply(context, signer, { netuid, hotkey, amountAlpha }) {
    const error = lockAlpha(context, netuid, signer, { hotkey, amountAlpha })
    return error === null ? null : refuse(error, WHY[error])
  },
})
