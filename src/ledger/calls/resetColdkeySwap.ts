import { asColdkey } from '../../units/index.js'
import { holds } from '../events.js'
import { isRoot, refuseNotRoot } from '../rules/isRoot.js'
import { coldkeySwaps } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { coldkeyField, described } from './fields.js'

/** @source spec: `spec/chain.md` 10.7 */
export const resetColdkeySwap = defineCall({
  does: "Ends the announcement of a coldkey swap, and a dispute about it, also where it is about root's own.",
  signedBy: 'root',
  duringColdkeySwap: 'disputed',
  fields: {
    coldkey: described(coldkeyField, 'Coldkey that announced the swap.'),
  },
  events: { ColdkeySwapReset: { coldkey: holds.coldkey } },
  refuses: ['BadOrigin'],
  apply(context, signer, { coldkey }) {
    const { state } = context
    if (!isRoot(context, signer)) return refuseNotRoot(context, signer)
    state.delete(coldkeySwaps, coldkey)
    context.emit('ColdkeySwapReset', null, { coldkey: asColdkey(state.addressOf(coldkey)) })
    return null
  },
})
