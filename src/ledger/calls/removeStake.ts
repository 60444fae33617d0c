import { assert } from '../../errors/index.js'
import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { debitStake, positionValue } from '../money/stake.js'
import { sellAlpha } from '../money/trades.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Turns stake back into TAO at price 1. More than the position holds means all of it. The staking
 * coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.2, in the form of a subnet of mechanism 0
 */
export const removeStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountAlpha: amountField },
  events: {
    StakeRemoved: {
      hotkey: holds.hotkey,
      coldkey: holds.coldkey,
      amountRao: holds.rao,
      amountAlpha: holds.alpha,
    },
  },
  refuses: ['SubtokenDisabled', 'AmountTooLow', 'HotKeyAccountNotExists', 'BelowMinimum'],
  apply(context, signer, { netuid, hotkey, amountAlpha }) {
    const { state, config } = context
    const subnet = state.findSubnet(netuid)
    // An unknown netuid has no subtoken: the reference chain notices that first.
    if (subnet === undefined || !subnet.subtokenEnabled) {
      return refuse('SubtokenDisabled', 'The subnet has no open stake.')
    }
    const position = { netuid, hotkey, coldkey: signer }
    const heldAlpha = positionValue(state, position)
    const soldAlpha = amountAlpha < heldAlpha ? amountAlpha : heldAlpha
    if (soldAlpha === 0n) return refuse('AmountTooLow', 'There is nothing to take out.')
    if (soldAlpha < config.minStakeRao && soldAlpha < heldAlpha) {
      return refuse('AmountTooLow', `Take out at least ${config.minStakeRao}, or everything.`)
    }
    if (ownerOf(state, hotkey) === undefined) {
      return refuse('HotKeyAccountNotExists', 'Nobody has used this hotkey.')
    }
    if (state.balanceRao(signer) + soldAlpha < config.existentialDepositRao) {
      return refuse('BelowMinimum', 'The account would hold less than the existential deposit.')
    }
    assert(debitStake(state, position, soldAlpha), 'a position is worth less than its value')
    const amountRao = sellAlpha(context, netuid, signer, soldAlpha)
    context.emit('StakeRemoved', netuid, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(signer)),
      amountRao,
      amountAlpha: soldAlpha,
    })
    return null
  },
})
