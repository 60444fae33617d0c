import { refuse } from '../BlockContext.js'
import { isRoot, refuseNotRoot } from '../rules/isRoot.js'
import { defineCall } from './defineCall.js'
import { described, flagField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 6.7 */
export const setEmissionEnabled = defineCall({
  does: 'Lets a subnet take part in emission, or not. A subnet that is not started waits for its owner too.',
  signedBy: 'root',
  fields: {
    netuid: netuidField,
    enabled: described(flagField, 'Whether it takes part.'),
  },
  refuses: ['BadOrigin', 'NotPermittedOnRootSubnet', 'SubnetDoesNotExist'],
  apply(context, signer, { netuid, enabled }) {
    const { state } = context
    if (!isRoot(context, signer)) return refuseNotRoot(context, signer)
    if (netuid === 0) return refuse('NotPermittedOnRootSubnet', { because: 'emission' })
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', { netuid })
    }
    state.setSubnet(netuid, { emissionEnabled: enabled })
    return null
  },
})
