import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import {
  HANDED_OVER,
  HANDING_OVER_REFUSALS,
  type HandOverRefusal,
  moveStakeTo,
} from '../money/moveStakeTo.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { accountField, alphaField, described, hotkeyField, u16Field } from './fields.js'

/** @source spec: `spec/chain.md` 10.3 */
export const transferStake = defineCall({
  does: 'Hands stake on a hotkey over to another coldkey, on the same subnet or on another one.',
  signedBy: 'the coldkey that staked',
  fields: {
    toColdkey: described(
      accountField,
      "Whose it is to be. A subnet's account may be it, for which nobody can sign.",
    ),
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    fromNetuid: described(u16Field, 'Subnet on which the stake lies; 0 is root.'),
    toNetuid: described(u16Field, 'Subnet on which it is to lie; 0 is root. It may be the same one.'),
    amountAlpha: described(
      alphaField,
      'Alpha that is handed over. More than the position holds means all of it.',
    ),
  },
  events: {
    ...STAKE_EVENTS,
    StakeTransferred: {
      coldkey: holds.coldkey,
      toColdkey: holds.coldkey,
      hotkey: holds.hotkey,
      toNetuid: holds.netuid,
      amountAlpha: holds.alpha,
      amountRao: holds.rao,
    },
  },
  refuses: HANDING_OVER_REFUSALS,
  apply(context, signer, { toColdkey, hotkey, fromNetuid, toNetuid, amountAlpha: offeredAlpha }) {
    const { state } = context
    const moved = moveStakeTo<never, HandOverRefusal>(context, {
      from: { netuid: fromNetuid, hotkey, coldkey: signer },
      to: { netuid: toNetuid, hotkey, coldkey: toColdkey },
      offeredAlpha,
      limit: null,
      handOver: HANDED_OVER,
    })
    if ('error' in moved) return moved
    const { amountAlpha, amountRao } = moved
    context.emit('StakeTransferred', fromNetuid, {
      coldkey: asColdkey(state.addressOf(signer)),
      toColdkey: asColdkey(state.addressOf(toColdkey)),
      hotkey: asHotkey(state.addressOf(hotkey)),
      toNetuid,
      amountAlpha,
      amountRao,
    })
    return null
  },
})
