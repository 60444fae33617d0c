import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { removeAllStake, UNSTAKING_EVENTS } from '../money/removeAllStake.js'
import { STAKING_REFUSALS, stakeInto } from '../money/stakeTrades.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { ROOT } from '../state/account.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** @source spec: `spec/chain.md` 10.2 */
export const unstakeAllAlpha = defineCall({
  does: 'Turns all alpha on a hotkey into stake on root. What may not be taken out stays whole, which `StakeKept` says.',
  signedBy: 'the coldkey that staked',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
  },
  events: UNSTAKING_EVENTS,
  refuses: ['HotKeyAccountNotExists', ...STAKING_REFUSALS],
  apply(context, signer, { hotkey }) {
    const { state } = context
    if (ownerOf(state, hotkey) === undefined) {
      return refuse('HotKeyAccountNotExists', { hotkey: asHotkey(state.addressOf(hotkey)) })
    }
    const paidRao = removeAllStake(context, { hotkey, coldkey: signer }, state.netuids())
    if (typeof paidRao !== 'bigint') return paidRao
    const staked = stakeInto(context, { netuid: ROOT, hotkey, coldkey: signer }, paidRao)
    return typeof staked === 'bigint' ? null : staked
  },
})
