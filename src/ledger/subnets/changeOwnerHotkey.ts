import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { hotkeySums, lockClock, ownerSums, setHotkeySums, setOwnerSums } from '../money/lockSums.js'
import { handOver } from '../rules/locks/ownerByConviction.js'
import type { AccountId } from '../state/account.js'

/**
 * Makes a hotkey the one of a subnet's owner: locks to it ripen at once from now on, those to the former one with time.
 *
 * @source spec: `spec/chain.md` 6.5, 10.5
 */
export function changeOwnerHotkey(context: BlockContext, netuid: Netuid, hotkey: AccountId): void {
  const { state } = context
  const { ownerHotkey } = state.subnet(netuid)
  if (hotkey === ownerHotkey) return
  const before = {
    owner: ownerSums(state, netuid),
    oldHotkey: hotkeySums(state, netuid, ownerHotkey),
    newHotkey: hotkeySums(state, netuid, hotkey),
  }
  const after = handOver(before, lockClock(context))
  setHotkeySums(state, netuid, hotkey)
  setHotkeySums(state, netuid, ownerHotkey, after.oldHotkey)
  setOwnerSums(state, netuid, after.owner)
  state.setSubnet(netuid, { ownerHotkey: hotkey })
}
