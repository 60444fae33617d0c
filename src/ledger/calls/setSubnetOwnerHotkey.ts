import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { laterBlock } from '../rules/laterBlock.js'
import { noteOwnerChange, ownerChangedAt } from '../state/ownerChange.js'
import { changeOwnerHotkey } from '../subnets/changeOwnerHotkey.js'
import { refuseSetter, setterOf } from '../subnets/settingFacts.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 6.5, 6.7 */
export const setSubnetOwnerHotkey = defineCall({
  does: "Names the hotkey of a subnet's owner: its pay is withheld, it sets weights without stake, and it is the last to be replaced. Owner and root wait for the same clock.",
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'The hotkey, registered or not.'),
  },
  events: { SubnetOwnerHotkeySet: { hotkey: holds.hotkey } },
  refuses: ['BadOrigin', 'SubnetNotExists', 'TxRateLimitExceeded'],
  apply(context, signer, { netuid, hotkey }) {
    const { state, config, block } = context
    if (setterOf(context, netuid, signer) === null) return refuseSetter(context, netuid, signer)
    if (state.findSubnet(netuid) === undefined) return refuse('SubnetNotExists', { netuid })
    const clock = { netuid, name: 'ownerHotkey' }
    const changedAtBlock = ownerChangedAt(state, clock)
    const nextBlock =
      changedAtBlock === undefined ? 0 : laterBlock(changedAtBlock, config.ownerHotkeyRateLimitBlocks)
    if (block < nextBlock) {
      return refuse('TxRateLimitExceeded', {
        because: 'ownerChange',
        name: 'the hotkey of the owner',
        nextBlock,
      })
    }
    changeOwnerHotkey(context, netuid, hotkey)
    noteOwnerChange(state, clock, block)
    context.emit('SubnetOwnerHotkeySet', netuid, { hotkey: asHotkey(state.addressOf(hotkey)) })
    return null
  },
})
