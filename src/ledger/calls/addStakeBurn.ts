import { ADDING_REFUSALS, addStakeTo, addStakeUpTo, LIMITED_ADDING_REFUSALS } from '../money/addStakeTo.js'
import { BURN_EVENTS, burnStake } from '../money/burnStake.js'
import { SPENDING_REFUSALS } from '../money/spendAlpha.js'
import { STAKE_EVENTS } from '../money/stakeTrades.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField, orNull, priceField, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const addStakeBurn = defineCall({
  does: "Stakes TAO and burns what it buys, both or neither: a subnet's supply is bought back.",
  signedBy: 'a coldkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey by which it is bought.'),
    amountRao: described(raoField, 'TAO to buy alpha for, which the signer pays.'),
    limitRaoPerAlpha: described(
      orNull(priceField),
      'Highest price the pool may come to, before which all of the amount must fit; null takes any price.',
    ),
  },
  events: { ...STAKE_EVENTS, ...BURN_EVENTS },
  refuses: [...LIMITED_ADDING_REFUSALS, ...ADDING_REFUSALS, ...SPENDING_REFUSALS],
  apply(context, signer, { netuid, hotkey, amountRao, limitRaoPerAlpha }) {
    const position = { netuid, hotkey, coldkey: signer }
    const stakedAlpha =
      limitRaoPerAlpha === null
        ? addStakeTo(context, position, amountRao)
        : addStakeUpTo(context, position, amountRao, { limitRaoPerAlpha, allowPartial: false })
    return typeof stakedAlpha === 'bigint' ? burnStake(context, position, stakedAlpha) : stakedAlpha
  },
})
