import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { eventField, holds } from '../events.js'
import { joinAutoClaims } from '../money/autoClaims.js'
import { ROOT_CLAIMS, stakers } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { oneOfField, u16ListField } from './fields.js'

/**
 * Says what becomes of the signer's root dividends when they are claimed: `Swap` sells them for stake on root, `Keep` stakes the alpha itself,
 * `KeepSubnets` does so on the subnets that are named, and swaps on the others. Puts the signer on the list of those whose dividends are claimed
 * by themselves. A coldkey signs it.
 *
 * @source spec: `spec/chain.md` 10.6
 */
export const setRootClaimType = defineCall({
  fields: {
    rootClaim: oneOfField(ROOT_CLAIMS),
    /** Empty but for `KeepSubnets`. */
    keptNetuids: u16ListField,
  },
  events: {
    RootClaimTypeSet: {
      coldkey: holds.coldkey,
      rootClaim: eventField<(typeof ROOT_CLAIMS)[number]>('Swap, Keep or KeepSubnets'),
      keptNetuids: eventField<readonly number[]>('list of numbers'),
    },
  },
  refuses: ['InvalidSubnetNumber'],
  apply(context, signer, { rootClaim, keptNetuids: named }) {
    const { state } = context
    if ((rootClaim === 'KeepSubnets') !== named.length > 0) {
      return refuse('InvalidSubnetNumber', { because: 'kept', rootClaim, subnets: named.length })
    }
    joinAutoClaims(state, signer)
    const keptNetuids = Uint16Array.from(new Set(named)).sort()
    state.set(stakers, [signer], { ...state.getOrBlank(stakers, signer), rootClaim, keptNetuids })
    context.emit('RootClaimTypeSet', null, {
      coldkey: asColdkey(state.addressOf(signer)),
      rootClaim,
      keptNetuids: [...keptNetuids],
    })
    return null
  },
})
