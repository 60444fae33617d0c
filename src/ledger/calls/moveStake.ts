import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { MOVING_REFUSALS, moveStakeTo } from '../money/moveStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Moves stake to another hotkey, on the same subnet or on another one. More than the position holds means all of it. The staking coldkey
 * signs it.
 *
 * @source spec: `spec/chain.md` 10.3
 */
export const moveStake = defineCall({
  fields: {
    fromHotkey: hotkeyField,
    toHotkey: hotkeyField,
    fromNetuid: u16Field,
    toNetuid: u16Field,
    amountAlpha: amountField,
  },
  events: {
    ...STAKE_EVENTS,
    StakeMoved: {
      coldkey: holds.coldkey,
      fromHotkey: holds.hotkey,
      toHotkey: holds.hotkey,
      toNetuid: holds.netuid,
      amountAlpha: holds.alpha,
      amountRao: holds.rao,
    },
  },
  refuses: MOVING_REFUSALS,
  apply(context, signer, { fromHotkey, toHotkey, fromNetuid, toNetuid, amountAlpha: offeredAlpha }) {
    const { state } = context
    const moved = moveStakeTo(context, {
      from: { netuid: fromNetuid, hotkey: fromHotkey, coldkey: signer },
      to: { netuid: toNetuid, hotkey: toHotkey, coldkey: signer },
      offeredAlpha,
    })
    if ('error' in moved) return moved
    const { amountAlpha, amountRao } = moved
    context.emit('StakeMoved', fromNetuid, {
      coldkey: asColdkey(state.addressOf(signer)),
      fromHotkey: asHotkey(state.addressOf(fromHotkey)),
      toHotkey: asHotkey(state.addressOf(toHotkey)),
      toNetuid,
      amountAlpha,
      amountRao,
    })
    return null
  },
})
