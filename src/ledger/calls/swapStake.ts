import { MOVING_REFUSALS } from '../money/moveStakeTo.js'
import { SWAP_EVENTS, swapStakeTo } from '../money/swapStakeTo.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, u16Field } from './fields.js'

/** @source spec: `spec/chain.md` 10.3 */
export const swapStake = defineCall({
  does: 'Swaps stake on a hotkey for stake on it on another subnet, at whatever prices the pools give.',
  signedBy: 'the coldkey that staked',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    fromNetuid: described(u16Field, 'Subnet on which the stake lies; 0 is root.'),
    toNetuid: described(u16Field, 'Another subnet, on which it is to lie; 0 is root.'),
    amountAlpha: described(
      alphaField,
      'Alpha that is swapped. More than the position holds means all of it.',
    ),
  },
  events: SWAP_EVENTS,
  refuses: MOVING_REFUSALS,
  apply: (context, signer, args) => swapStakeTo<never>(context, signer, args, null),
})
