import { refuse } from '../BlockContext.js'
import { joinAutoClaims } from '../money/autoClaims.js'
import { claimRootDividends } from '../money/claimRootDividends.js'
import { SALE_REFUSALS } from '../money/tradeRefusals.js'
import { defineCall } from './defineCall.js'
import { u16ListField } from './fields.js'

/** Subnets that one call claims on at most. */
const MAX_SUBNETS = 5

/**
 * Claims what the signer is owed of root dividends on some subnets, and puts it on the list of those for whom that is done by itself. A
 * coldkey signs it. A sale that its pool refuses undoes the whole claim.
 *
 * @source spec: `spec/chain.md` 10.6
 */
export const claimRoot = defineCall({
  fields: { netuids: u16ListField },
  refuses: ['InvalidSubnetNumber', ...SALE_REFUSALS],
  apply(context, signer, args) {
    const netuids = new Set(args.netuids)
    if (netuids.size === 0 || netuids.size > MAX_SUBNETS) {
      return refuse('InvalidSubnetNumber', { because: 'claims', subnets: netuids.size, most: MAX_SUBNETS })
    }
    joinAutoClaims(context.state, signer)
    return claimRootDividends(context, signer, netuids)
  },
})
