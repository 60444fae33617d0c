import { asColdkey } from '../../units/index.js'
import { eventField, holds } from '../events.js'
import { setPerpetual } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { described, flagField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.5 */
export const setPerpetualLock = defineCall({
  does: "Makes a coldkey's lock on a subnet stay as it is, or lets it decay, as it does at first; a lock to come too. It is never refused, and asks for no subnet.",
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    enabled: described(flagField, 'True to have the lock stay, false to let it decay.'),
  },
  events: { PerpetualLockUpdated: { coldkey: holds.coldkey, enabled: eventField<boolean>('boolean') } },
  refuses: [],
  apply(context, signer, { netuid, enabled }) {
    setPerpetual(context, netuid, signer, enabled)
    context.emit('PerpetualLockUpdated', netuid, {
      coldkey: asColdkey(context.state.addressOf(signer)),
      enabled,
    })
    return null
  },
})
