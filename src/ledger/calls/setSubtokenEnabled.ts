import { isRoot, refuseNotRoot } from '../rules/isRoot.js'
import { whyFrozen } from '../rules/whyNotSet.js'
import { settingFacts } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { described, flagField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 6.7 */
export const setSubtokenEnabled = defineCall({
  does: 'Opens a subnet for staking and emission, or closes it: a subnet that was never started has no emission all the same.',
  signedBy: 'root',
  fields: {
    netuid: netuidField,
    enabled: described(flagField, 'Whether it is open.'),
  },
  refuses: ['BadOrigin', 'AdminActionProhibitedDuringWeightsWindow'],
  apply(context, signer, { netuid, enabled }) {
    const { state } = context
    if (!isRoot(context, signer)) return refuseNotRoot(context, signer)
    const facts = settingFacts(context, 'root', { netuid, name: 'subtokenEnabled' })
    const frozen = whyFrozen(facts)
    if (frozen !== null) return frozen
    // A new subnet is closed, whatever was said of its number before.
    if (facts.exists) state.setSubnet(netuid, { subtokenEnabled: enabled })
    return null
  },
})
