import { refuse } from '../BlockContext.js'
import { isRoot, refuseNotRoot } from '../rules/isRoot.js'
import { ROOT } from '../state/account.js'
import { dissolveSubnet } from '../subnets/dissolveSubnet.js'
import { defineCall } from './defineCall.js'
import { netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 6.4 */
export const dissolveNetwork = defineCall({
  does: 'Ends a subnet and pays out those who have stake on it.',
  signedBy: 'root',
  fields: {
    netuid: netuidField,
  },
  refuses: ['BadOrigin', 'SubnetNotExists'],
  apply(context, signer, { netuid }) {
    if (!isRoot(context, signer)) return refuseNotRoot(context, signer)
    if (netuid === ROOT || context.state.findSubnet(netuid) === undefined) {
      return refuse('SubnetNotExists', { netuid })
    }
    dissolveSubnet(context, netuid)
    return null
  },
})
