import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { laterBlock } from '../rules/laterBlock.js'
import { coldkeySwaps } from '../state/tables.js'
import { defineCall } from './defineCall.js'

/** @source spec: `spec/chain.md` 10.7 */
export const clearColdkeySwapAnnouncement = defineCall({
  does: "Takes the signer's announcement of a coldkey swap back, a wait after the swap became possible.",
  signedBy: 'a coldkey',
  duringColdkeySwap: 'announced',
  fields: {},
  events: { ColdkeySwapCleared: { coldkey: holds.coldkey } },
  refuses: ['ColdkeySwapAnnouncementNotFound', 'ColdkeySwapClearTooEarly'],
  apply({ state, config, block, emit }, signer) {
    const coldkey = asColdkey(state.addressOf(signer))
    const announced = state.get(coldkeySwaps, signer)
    if (announced === undefined) return refuse('ColdkeySwapAnnouncementNotFound', { coldkey })
    const nextBlock = laterBlock(announced.readyAtBlock, config.coldkeySwapReannouncementDelayBlocks)
    if (block < nextBlock) return refuse('ColdkeySwapClearTooEarly', { nextBlock })
    state.delete(coldkeySwaps, signer)
    emit('ColdkeySwapCleared', null, { coldkey })
    return null
  },
})
