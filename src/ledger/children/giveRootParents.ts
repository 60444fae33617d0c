import { type Netuid, U64_MAX } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { ROOT } from '../state/account.js'
import { autoParents } from '../state/tables.js'
import { scheduleChildren } from './scheduleChildren.js'

/**
 * Lends the whole stake of every root validator, in the order of their uids, to the owner's hotkey of a new subnet. One that opted out, or whose
 * call to set children would be refused, is passed over; the others have made that call.
 *
 * @source spec: `spec/chain.md` 6.1
 */
export function giveRootParents(context: BlockContext, netuid: Netuid): void {
  const { state } = context
  const { ownerHotkey } = state.subnet(netuid)
  for (const validator of state.hotkeys(ROOT)) {
    const coldkey = ownerOf(state, validator)
    if (validator === ownerHotkey || coldkey === undefined) continue
    if (state.get(autoParents, validator) === false) continue
    scheduleChildren(
      context,
      coldkey,
      { netuid, hotkey: validator },
      { hotkey: [ownerHotkey], proportionU64: BigUint64Array.of(U64_MAX) },
    )
  }
}
