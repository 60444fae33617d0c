import { asColdkey, asHotkey, describeRao } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { creditStake, isStakePrecise } from '../money/stake.js'
import { buyAlpha, payableRao } from '../money/trades.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Stakes TAO to a hotkey at price 1, without a fee; the signer keeps at least the existential deposit. A coldkey
 * signs it.
 *
 * @source spec: `spec/chain.md` 10.1, in the form of a subnet of mechanism 0
 */
export const addStake = defineCall({
  fields: { netuid: u16Field, hotkey: hotkeyField, amountRao: amountField },
  events: {
    StakeAdded: {
      hotkey: holds.hotkey,
      coldkey: holds.coldkey,
      amountRao: holds.rao,
      amountAlpha: holds.alpha,
    },
  },
  refuses: [
    'SubnetNotExists',
    'SubtokenDisabled',
    'AmountTooLow',
    'NotEnoughBalanceToStake',
    'HotKeyAccountNotExists',
    'InsufficientLiquidity',
  ],
  apply(context, signer, { netuid, hotkey, amountRao }) {
    const { state, config } = context
    const subnet = state.findSubnet(netuid)
    if (subnet === undefined && netuid !== 0) {
      return refuse('SubnetNotExists', `There is no subnet ${netuid}.`)
    }
    if (subnet === undefined || !subnet.subtokenEnabled) {
      return refuse('SubtokenDisabled', 'The subnet has no open stake.')
    }
    if (amountRao < config.minStakeRao) {
      return refuse('AmountTooLow', `Stake at least ${describeRao(config.minStakeRao)}.`)
    }
    if (state.balanceRao(signer) < amountRao) {
      return refuse('NotEnoughBalanceToStake', 'The balance is smaller than the amount.')
    }
    if (ownerOf(state, hotkey) === undefined) {
      return refuse('HotKeyAccountNotExists', 'Nobody has used this hotkey.')
    }
    const stakedRao = payableRao(context, signer, amountRao)
    const position = { netuid, hotkey, coldkey: signer }
    if (!isStakePrecise(state, position, stakedRao)) {
      return refuse('InsufficientLiquidity', 'The amount is lost beside the stake that is there.')
    }
    const amountAlpha = buyAlpha(context, netuid, signer, stakedRao)
    creditStake(state, position, amountAlpha)
    context.emit('StakeAdded', netuid, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(signer)),
      amountRao: stakedRao,
      amountAlpha,
    })
    return null
  },
})
