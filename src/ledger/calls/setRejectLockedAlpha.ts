import { asColdkey } from '../../units/index.js'
import { eventField, holds } from '../events.js'
import { stakers } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, flagField } from './fields.js'

/** @source spec: `spec/chain.md` 10.5 */
export const setRejectLockedAlpha = defineCall({
  does: 'Says whether a coldkey refuses stake whose lock comes along, as it does at first. It is never refused.',
  signedBy: 'a coldkey',
  fields: {
    enabled: described(flagField, 'True to refuse such stake, false to take it.'),
  },
  events: { RejectLockedAlphaUpdated: { coldkey: holds.coldkey, enabled: eventField<boolean>('boolean') } },
  refuses: [],
  apply(context, signer, { enabled }) {
    const { state } = context
    state.set(stakers, [signer], { ...state.getOrBlank(stakers, signer), acceptsLockedAlpha: !enabled })
    context.emit('RejectLockedAlphaUpdated', null, { coldkey: asColdkey(state.addressOf(signer)), enabled })
    return null
  },
})
