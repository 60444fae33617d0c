import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { applyColdkeySwap } from '../keys/applyColdkeySwap.js'
import { coldkeyHash } from '../keys/coldkeyHash.js'
import { COLDKEY_LOCK_REFUSALS } from '../keys/moveColdkeyLocks.js'
import { isSystemAccount } from '../state/account.js'
import { coldkeySwaps, hotkeys, stakingHotkeys } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { coldkeyField, described } from './fields.js'

/** @source spec: `spec/chain.md` 10.7 */
export const swapColdkeyAnnounced = defineCall({
  does: "Gives all that is the signer's to the coldkey that it announced: subnets, stake, hotkeys, locks and money.",
  signedBy: 'the old coldkey',
  duringColdkeySwap: 'announced',
  fields: {
    newColdkey: described(
      coldkeyField,
      'The coldkey that was announced, which has neither staked nor owned a hotkey before, and is none.',
    ),
  },
  events: { ColdkeySwapped: { oldColdkey: holds.coldkey, newColdkey: holds.coldkey } },
  refuses: [
    'ColdkeySwapAnnouncementNotFound',
    'AnnouncedColdkeyHashDoesNotMatch',
    'ColdkeySwapTooEarly',
    'ColdKeyAlreadyAssociated',
    'NewColdKeyIsHotkey',
    'CannotUseSystemAccount',
    ...COLDKEY_LOCK_REFUSALS,
  ],
  apply(context, signer, { newColdkey: id }) {
    const { state, block } = context
    const coldkey = asColdkey(state.addressOf(signer))
    const newColdkey = asColdkey(state.addressOf(id))
    const announced = state.get(coldkeySwaps, signer)
    if (announced === undefined) return refuse('ColdkeySwapAnnouncementNotFound', { coldkey })
    const { newColdkeyHash, readyAtBlock } = announced
    if (coldkeyHash(newColdkey) !== newColdkeyHash) {
      return refuse('AnnouncedColdkeyHashDoesNotMatch', { newColdkey, newColdkeyHash })
    }
    if (block < readyAtBlock) return refuse('ColdkeySwapTooEarly', { readyAtBlock })
    if (state.hasAny(stakingHotkeys, id)) return refuse('ColdKeyAlreadyAssociated', { newColdkey })
    if (state.get(hotkeys, id) !== undefined) return refuse('NewColdKeyIsHotkey', { newColdkey })
    if (isSystemAccount(id)) {
      return refuse('CannotUseSystemAccount', { because: 'asColdkey', account: newColdkey })
    }
    state.delete(coldkeySwaps, signer)
    const refused = applyColdkeySwap(context, signer, id)
    if (refused !== null) return refused
    context.emit('ColdkeySwapped', null, { oldColdkey: coldkey, newColdkey })
    return null
  },
})
