import { refuse } from '../BlockContext.js'
import { isRoot, refuseNotRoot } from '../rules/isRoot.js'
import { tallies } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, raoField } from './fields.js'

/** @source spec: `spec/chain.md` 6.7 */
export const setRecycledRao = defineCall({
  does: "Sets the counter of what a subnet's registrations were to cost, which no rule reads.",
  signedBy: 'root',
  fields: {
    netuid: netuidField,
    recycledRao: described(raoField, 'What the counter is from now on.'),
  },
  refuses: ['BadOrigin', 'SubnetDoesNotExist'],
  apply(context, signer, { netuid, recycledRao }) {
    const { state } = context
    if (!isRoot(context, signer)) return refuseNotRoot(context, signer)
    if (state.findSubnet(netuid) === undefined) {
      return refuse('SubnetDoesNotExist', { netuid })
    }
    state.setRow(tallies, netuid, { recycledRao })
    return null
  },
})
