import { LOCKING_REFUSALS, lockAlpha } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.5 */
export const lockStake = defineCall({
  does: 'Locks alpha that a coldkey has on a subnet, on whatever hotkeys, to one hotkey, for which it earns conviction; or locks more of it.',
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey for which the lock earns conviction.'),
    amountAlpha: described(alphaField, 'Alpha to lock, besides what is locked.'),
  },
  refuses: LOCKING_REFUSALS,
  apply: (context, signer, { netuid, hotkey, amountAlpha }) =>
    lockAlpha(context, netuid, signer, { hotkey, amountAlpha }),
})
