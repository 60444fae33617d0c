import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { KEPT, MOVING_REFUSALS, moveStakeTo } from '../money/moveStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, u16Field } from './fields.js'

/** @source spec: `spec/chain.md` 10.3 */
export const moveStake = defineCall({
  does: 'Moves stake to another hotkey, on the same subnet or on another one.',
  signedBy: 'the coldkey that staked',
  fields: {
    fromHotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    toHotkey: described(hotkeyField, 'Hotkey on which it is to lie.'),
    fromNetuid: described(u16Field, 'Subnet on which the stake lies; 0 is root.'),
    toNetuid: described(u16Field, 'Subnet on which it is to lie; 0 is root. It may be the same one.'),
    amountAlpha: described(alphaField, 'Alpha that is moved. More than the position holds means all of it.'),
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
    const moved = moveStakeTo<never, never>(context, {
      from: { netuid: fromNetuid, hotkey: fromHotkey, coldkey: signer },
      to: { netuid: toNetuid, hotkey: toHotkey, coldkey: signer },
      offeredAlpha,
      limit: null,
      handOver: KEPT,
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
