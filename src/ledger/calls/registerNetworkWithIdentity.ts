import { holds } from '../events.js'
import { whyNotSubnetIdentity } from '../identities/identityTexts.js'
import { subnetIdentities } from '../state/tables.js'
import { FOUNDING_EVENTS, FOUNDING_REFUSALS, foundSubnet } from '../subnets/foundSubnet.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'
import { SUBNET_IDENTITY_FIELDS } from './identityFields.js'

/** @source spec: `spec/chain.md` 6.1, 9.3 */
export const registerNetworkWithIdentity = defineCall({
  does: 'Founds a subnet and says what it is for. The time since the last subnet is asked in its turn here, also of signed calls.',
  signedBy: 'a coldkey',
  fields: {
    hotkey: described(
      hotkeyField,
      "Hotkey of the subnet's owner; one that nobody owns becomes the signer's.",
    ),
    ...SUBNET_IDENTITY_FIELDS,
  },
  events: { ...FOUNDING_EVENTS, SubnetIdentitySet: { subnetName: holds.text } },
  refuses: [...FOUNDING_REFUSALS, 'InvalidIdentity'],
  apply(context, signer, { hotkey, ...identity }) {
    const founded = foundSubnet(context, signer, hotkey, false)
    if (typeof founded !== 'number') return founded
    const refused = whyNotSubnetIdentity(identity)
    if (refused !== null) return refused
    context.state.set(subnetIdentities, [founded], identity)
    context.emit('SubnetIdentitySet', founded, { subnetName: identity.subnetName })
    return null
  },
})
