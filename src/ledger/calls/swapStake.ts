import { MOVING_REFUSALS } from '../money/moveStakeTo.js'
import { SWAP_EVENTS, swapStakeTo } from '../money/swapStakeTo.js'
import { defineCall } from './defineCall.js'
import { amountField, hotkeyField, u16Field } from './fields.js'

/**
 * Swaps stake on a hotkey for stake on it on another subnet, at whatever prices the pools give. More than the position holds means all of it.
 * The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.3
 */
export const swapStake = defineCall({
  fields: { hotkey: hotkeyField, fromNetuid: u16Field, toNetuid: u16Field, amountAlpha: amountField },
  events: SWAP_EVENTS,
  refuses: MOVING_REFUSALS,
  apply: (context, signer, args) => swapStakeTo(context, signer, args, null),
})
