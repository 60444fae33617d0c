import { refuse } from '../BlockContext.js'
import { LIMITED_MOVING_REFUSALS } from '../money/moveStakeTo.js'
import { SWAP_EVENTS, swapStakeTo } from '../money/swapStakeTo.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, flagField, hotkeyField, priceE9Field, u16Field } from './fields.js'

/** @source spec: `spec/chain.md` 10.3 */
export const swapStakeLimit = defineCall({
  does: 'Swaps stake on a hotkey for stake on it on another subnet down to a price: all of the amount, or with `allowPartial` what fits before, if only nothing.',
  signedBy: 'the coldkey that staked',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    fromNetuid: described(u16Field, 'Subnet on which the stake lies; 0 is root.'),
    toNetuid: described(u16Field, 'Another subnet, on which it is to lie; 0 is root.'),
    amountAlpha: described(
      alphaField,
      'Alpha of the first subnet that is swapped. More than the position holds means all of it.',
    ),
    limitE9: described(
      priceE9Field,
      "Lowest price of the first subnet's alpha in the second's that the pools may come to.",
    ),
    allowPartial: described(
      flagField,
      'True to trade what fits before the price is passed; false to refuse unless all of it does.',
    ),
  },
  events: SWAP_EVENTS,
  refuses: LIMITED_MOVING_REFUSALS,
  apply: (context, signer, { limitE9, allowPartial, ...args }) =>
    swapStakeTo(context, signer, args, {
      limitE9,
      whyPast: (offeredAlpha, mostAlpha) =>
        !allowPartial && offeredAlpha > mostAlpha
          ? refuse('SlippageTooHigh', { because: 'selling', offeredAlpha, mostAlpha })
          : null,
    }),
})
