import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { coldkeySwaps } from '../state/tables.js'
import { defineCall } from './defineCall.js'

/** @source spec: `spec/chain.md` 10.7 */
export const disputeColdkeySwap = defineCall({
  does: "Says that the signer's announced coldkey swap is not its own doing, as where somebody stole the key: from now on the account signs nothing at all, until root resets the swap.",
  signedBy: 'the old coldkey',
  duringColdkeySwap: 'announced',
  fields: {},
  events: { ColdkeySwapDisputed: { coldkey: holds.coldkey } },
  refuses: ['ColdkeySwapAnnouncementNotFound', 'ColdkeySwapAlreadyDisputed'],
  apply({ state, block, emit }, signer) {
    const coldkey = asColdkey(state.addressOf(signer))
    const announced = state.get(coldkeySwaps, signer)
    if (announced === undefined) return refuse('ColdkeySwapAnnouncementNotFound', { coldkey })
    if (announced.disputedAtBlock !== null) return refuse('ColdkeySwapAlreadyDisputed', { coldkey })
    state.set(coldkeySwaps, [signer], { ...announced, disputedAtBlock: block })
    emit('ColdkeySwapDisputed', null, { coldkey })
    return null
  },
})
