import { LOCKING_REFUSALS, lockAlpha } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Locks alpha that a coldkey has on a subnet, on whatever hotkeys, to one hotkey, for which it earns conviction; or locks more of it. A coldkey
 * signs it.
 *
 * @source spec: `spec/chain.md` 10.5
 */
export const lockStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountAlpha: amountField },
  refuses: LOCKING_REFUSALS,
  apply: (context, signer, { netuid, hotkey, amountAlpha }) =>
    lockAlpha(context, netuid, signer, { hotkey, amountAlpha }),
})
