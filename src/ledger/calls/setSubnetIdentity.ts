import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { whyNotSubnetIdentity } from '../identities/identityTexts.js'
import { subnetIdentities } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { netuidField } from './fields.js'
import { SUBNET_IDENTITY_FIELDS } from './identityFields.js'

/** @source spec: `spec/chain.md` 9.3 */
export const setSubnetIdentity = defineCall({
  does: 'Says what a subnet is for.',
  signedBy: "the subnet's owner",
  fields: {
    netuid: netuidField,
    ...SUBNET_IDENTITY_FIELDS,
  },
  events: { SubnetIdentitySet: { subnetName: holds.text } },
  refuses: ['NotSubnetOwner', 'InvalidIdentity'],
  apply({ state, emit }, signer, { netuid, ...identity }) {
    if (state.findSubnet(netuid)?.owner !== signer) {
      return refuse('NotSubnetOwner', { netuid, signer: asColdkey(state.addressOf(signer)) })
    }
    const refused = whyNotSubnetIdentity(identity)
    if (refused !== null) return refused
    state.set(subnetIdentities, [netuid], identity)
    emit('SubnetIdentitySet', netuid, { subnetName: identity.subnetName })
    return null
  },
})
