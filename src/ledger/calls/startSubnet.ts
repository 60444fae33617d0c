import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { laterBlock } from '../rules/laterBlock.js'
import { defineCall } from './defineCall.js'
import { netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 6.5 */
export const startSubnet = defineCall({
  does: 'Opens a subnet for staking and, from the next block on, for emission.',
  signedBy: "the subnet's owner",
  fields: {
    netuid: netuidField,
  },
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
    if (subnet === undefined) return refuse('SubnetNotExists', { netuid })
    if (subnet.owner !== signer) {
      const stranger = asColdkey(state.addressOf(signer))
      return refuse('BadOrigin', { because: 'notOwner', netuid, signer: stranger })
    }
    const { firstEmissionBlock } = subnet
    if (firstEmissionBlock !== null) {
      return refuse('FirstEmissionBlockNumberAlreadySet', { netuid, firstEmissionBlock })
    }
    const nextBlock = laterBlock(subnet.registeredAtBlock, config.startCallDelayBlocks)
    if (block < nextBlock) return refuse('NeedWaitingMoreBlocksToStarCall', { netuid, nextBlock })
    state.setSubnet(netuid, { firstEmissionBlock: block + 1, subtokenEnabled: true })
    context.emit('FirstEmissionBlockNumberSet', netuid, { block: block + 1 })
    return null
  },
})
