import { BURN_EVENTS, burnStake } from '../money/burnStake.js'
import { SPENDING_REFUSALS } from '../money/spendAlpha.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const burnAlpha = defineCall({
  does: 'Gives up stake: it counts as issued, and nobody owns it.',
  signedBy: 'the coldkey that staked',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    amountAlpha: described(
      alphaField,
      'Alpha that is given up. More than the position holds means all of it.',
    ),
  },
  events: BURN_EVENTS,
  refuses: SPENDING_REFUSALS,
  apply: (context, signer, { netuid, hotkey, amountAlpha }) =>
    burnStake(context, { netuid, hotkey, coldkey: signer }, amountAlpha),
})
