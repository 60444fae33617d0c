import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { defineCall } from './defineCall.js'
import { u16Field } from './fields.js'

/**
 * Opens a subnet for staking and, from the next block on, for emission. Its owner signs it.
 *
 * @source spec: `spec/chain.md` 6.5
 */
export const startSubnet = defineCall({
  fields: { netuid: u16Field },
  events: { FirstEmissionBlockNumberSet: { block: holds.block } },
  refuses: [
    'SubnetNotExists',
    'BadOrigin',
    'FirstEmissionBlockNumberAlreadySet',
    'NeedWaitingMoreBlocksToStarCall',
  ],
  apply(context, signer, { netuid }) {
    const { state, config, block } = context
    const subnet = state.findSubnet(netuid)
    if (subnet === undefined) return refuse('SubnetNotExists', `There is no subnet ${netuid}.`)
    if (subnet.owner !== signer) return refuse('BadOrigin', 'Only the owner of the subnet may start it.')
    if (subnet.firstEmissionBlock !== null) {
      return refuse('FirstEmissionBlockNumberAlreadySet', 'The subnet was started before.')
    }
    if (block < subnet.registeredAtBlock + config.startCallDelayBlocks) {
      return refuse('NeedWaitingMoreBlocksToStarCall', 'The subnet was registered a short while ago.')
    }
    state.setSubnet(netuid, { firstEmissionBlock: block + 1, subtokenEnabled: true })
    context.emit('FirstEmissionBlockNumberSet', netuid, { block: block + 1 })
    return null
  },
})
