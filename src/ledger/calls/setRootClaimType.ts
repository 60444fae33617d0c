import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { eventField, holds } from '../events.js'
import { joinAutoClaims } from '../money/autoClaims.js'
import { ROOT_CLAIMS, stakers } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, oneOfField, u16ListOf } from './fields.js'

/** Most netuids that a coldkey may name. They are kept for ever and for free, and there need be no subnet of the number. */
const MOST_KEPT = 1_024

/** @source spec: `spec/chain.md` 10.6 */
export const setRootClaimType = defineCall({
  does: "Says what becomes of the signer's root dividends when they are claimed. Puts the signer on the list of those whose dividends are claimed by themselves.",
  signedBy: 'a coldkey',
  fields: {
    rootClaim: described(
      oneOfField(ROOT_CLAIMS),
      '`Swap` sells them for stake on root, `Keep` stakes the alpha itself, `KeepSubnets` does so on the subnets that are named, and swaps on the others.',
    ),
    keptNetuids: described(
      u16ListOf(MOST_KEPT),
      'Subnets on which alpha is kept: at least one for `KeepSubnets`, otherwise the empty list.',
    ),
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
