import { REMOVING_REFUSALS, removeStakeFrom } from '../money/removeStakeFrom.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.2 */
export const removeStake = defineCall({
  does: 'Turns stake back into TAO at whatever price the pool gives. Of a nomination, what would be left too small goes as well.',
  signedBy: 'the coldkey that staked',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    amountAlpha: described(
      alphaField,
      'Alpha that is taken out. More than the position holds means all of it.',
    ),
  },
  events: STAKE_EVENTS,
  refuses: REMOVING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountAlpha }) {
    const paid = removeStakeFrom(context, { netuid, hotkey, coldkey: signer }, amountAlpha)
    return typeof paid === 'bigint' ? null : paid
  },
})
