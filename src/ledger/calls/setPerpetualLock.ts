import { asColdkey } from '../../units/index.js'
import { eventField, holds } from '../events.js'
import { setPerpetual } from '../money/changeLocks.js'
import { defineCall } from './defineCall.js'
import { flagField, u16Field } from './fields.js'

/**
 * Makes a coldkey's lock on a subnet stay as it is, or lets it decay, as it does at first; a lock to come too. The coldkey signs it. It is never
 * refused, and asks for no subnet.
 *
 * @source spec: `spec/chain.md` 10.5
 */
export const setPerpetualLock = defineCall({
  fields: { netuid: u16Field, enabled: flagField },
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
