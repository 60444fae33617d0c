import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { childkeyTakeU16, leastChildkeyTakeU16 } from '../children/childkeyTake.js'
import { holds } from '../events.js'
import { ownerOf, refuseStranger } from '../neurons/hotkeys.js'
import { laterBlock } from '../rules/laterBlock.js'
import { childkeys } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField, netuidField, takeField } from './fields.js'

/** @source spec: `spec/chain.md` 7.4 */
export const setChildkeyTake = defineCall({
  does: "Sets what a hotkey keeps, as a child, of its parents' dividends on a subnet: more than now only once in a while. There need be no such subnet.",
  signedBy: 'the coldkey that owns the hotkey',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'The child.'),
    takeU16: described(
      takeField,
      "Part of its parents' dividends that it keeps, of 65535; within the chain's bounds.",
    ),
  },
  events: { ChildKeyTakeSet: { hotkey: holds.hotkey, takeU16: holds.count } },
  refuses: ['NonAssociatedColdKey', 'InvalidChildkeyTake', 'TxChildkeyTakeRateLimitExceeded'],
  apply(context, signer, { netuid, hotkey, takeU16 }) {
    const { state, config, block } = context
    if (ownerOf(state, hotkey) !== signer) {
      return refuseStranger(state, hotkey, signer)
    }
    const leastU16 = leastChildkeyTakeU16(state, config, netuid)
    const mostU16 = config.maxChildkeyTakeU16
    if (takeU16 < leastU16 || takeU16 > mostU16) {
      return refuse('InvalidChildkeyTake', { takeU16, leastU16, mostU16 })
    }
    const record = state.getOrBlank(childkeys, netuid, hotkey)
    const nextBlock = laterBlock(record.takeChangedAtBlock, config.childkeyTakeRateLimitBlocks)
    const raises = takeU16 > childkeyTakeU16(state, config, netuid, hotkey)
    if (raises && record.takeChangedAtBlock !== 0 && block < nextBlock) {
      const child = asHotkey(state.addressOf(hotkey))
      return refuse('TxChildkeyTakeRateLimitExceeded', { netuid, hotkey: child, nextBlock })
    }
    state.set(childkeys, [netuid, hotkey], { ...record, takeU16, takeChangedAtBlock: block })
    context.emit('ChildKeyTakeSet', netuid, { hotkey: asHotkey(state.addressOf(hotkey)), takeU16 })
    return null
  },
})
