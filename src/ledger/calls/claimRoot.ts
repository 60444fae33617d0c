import { refuse } from '../BlockContext.js'
import { joinAutoClaims } from '../money/autoClaims.js'
import { CLAIM_EVENTS, claimByCall } from '../money/claimByCall.js'
import { SALE_REFUSALS } from '../money/tradeRefusals.js'
import { defineCall } from './defineCall.js'
import { described, u16ListField } from './fields.js'

/** Subnets that one call claims on at most. */
const MAX_SUBNETS = 5

/** @source spec: `spec/chain.md` 10.6 */
export const claimRoot = defineCall({
  does: 'Claims what the signer is owed of root dividends on some subnets, and puts it on the list of those for whom that is done by itself. A sale that its pool refuses undoes the whole claim; where nothing is owed, or too little, `NothingClaimed` says so and the call succeeds.',
  signedBy: 'a coldkey',
  fields: {
    netuids: described(u16ListField, 'Subnets to claim on: one to five.'),
  },
  events: CLAIM_EVENTS,
  refuses: ['InvalidSubnetNumber', ...SALE_REFUSALS],
  apply(context, signer, args) {
    const netuids = new Set(args.netuids)
    if (netuids.size === 0 || netuids.size > MAX_SUBNETS) {
      return refuse('InvalidSubnetNumber', { because: 'claims', subnets: netuids.size, most: MAX_SUBNETS })
    }
    joinAutoClaims(context.state, signer)
    return claimByCall(context, signer, netuids)
  },
})
