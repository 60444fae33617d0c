import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { removeAllStake, UNSTAKING_EVENTS } from '../money/removeAllStake.js'
import { SALE_REFUSALS } from '../money/tradeRefusals.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { ROOT } from '../state/account.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** @source spec: `spec/chain.md` 10.2 */
export const unstakeAll = defineCall({
  does: 'Turns all stake on a hotkey back into TAO, on all subnets and on root. What may not be taken out stays whole, which `StakeKept` says; `NothingUnstaked`, where that is all or there is none.',
  signedBy: 'the coldkey that staked',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
  },
  events: { ...UNSTAKING_EVENTS, NothingUnstaked: { hotkey: holds.hotkey, coldkey: holds.coldkey } },
  refuses: ['HotKeyAccountNotExists', ...SALE_REFUSALS],
  apply(context, signer, { hotkey }) {
    const { state } = context
    if (ownerOf(state, hotkey) === undefined) {
      return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
    }
    const paid = removeAllStake(context, { hotkey, coldkey: signer }, [ROOT, ...state.netuids()])
    if (typeof paid !== 'bigint') return paid
    // Whatever is sold brings something.
    if (paid === 0n) {
      context.emit('NothingUnstaked', null, {
        hotkey: asHotkey(state.addressOf(hotkey)),
        coldkey: asColdkey(state.addressOf(signer)),
      })
    }
    return null
  },
})
