import { LIMITED_MOVING_REFUSALS } from '../money/moveStakeTo.js'
import { SWAP_EVENTS, swapStakeTo } from '../money/swapStakeTo.js'
import { defineCall } from './defineCall.js'
import { amountField, flagField, hotkeyField, u16Field } from './fields.js'

/**
 * Swaps stake on a hotkey for stake on it on another subnet down to a price, the first subnet's in the second's, in billionths: all of the
 * amount, or with `allowPartial` what fits before, if only nothing. The staking coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.3
 */
export const swapStakeLimit = defineCall({
  fields: {
    hotkey: hotkeyField,
    fromNetuid: u16Field,
    toNetuid: u16Field,
    amountAlpha: amountField,
    limitE9: amountField,
    allowPartial: flagField,
  },
  events: SWAP_EVENTS,
  refuses: LIMITED_MOVING_REFUSALS,
  apply: (context, signer, { limitE9, allowPartial, ...args }) =>
    swapStakeTo(context, signer, args, { limitE9, allowPartial }),
})
