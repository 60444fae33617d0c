import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AccountId } from '../state/account.js'
import { ROOT } from '../state/account.js'
import { hashCommits } from '../state/commitTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { autoStakes, autoStakesByHotkey, childkeys, neurons, uids } from '../state/tables.js'
import { moveLinks } from './moveLinks.js'
import { moveLocks } from './moveLocks.js'
import { moveRootDividends, moveStakes } from './moveStakes.js'
import type { HotkeySwap } from './whyNotSwapHotkey.js'

/**
 * Puts a hotkey in the place of another on one subnet, with all that is the old one's there: its uid and what hangs on that, its children and parents,
 * who has pay staked to it, the subnet itself, locks, and stake unless that is to stay. `false`, half done, where the new one is among its children or
 * parents: the caller undoes it.
 *
 * @source spec: `spec/chain.md` 10.7
 * PERF: a step per link, lock, position and coldkey that names the old hotkey.
 */
export function swapHotkeyOn(
  context: BlockContext,
  netuid: Netuid,
  { oldHotkey, newHotkey, keepStake }: HotkeySwap,
): boolean {
  const { state } = context
  moveUid(state, netuid, oldHotkey, newHotkey)
  moveChildkeyTake(state, netuid, oldHotkey, newHotkey)
  if (!moveLinks(state, netuid, oldHotkey, newHotkey)) return false
  for (const [[, , coldkey]] of state.range(autoStakesByHotkey, netuid, oldHotkey)) {
    state.set(autoStakes, [netuid, coldkey], newHotkey)
  }
  moveLocks(context, netuid, oldHotkey, newHotkey)
  if (state.findSubnet(netuid)?.ownerHotkey === oldHotkey) state.setSubnet(netuid, { ownerHotkey: newHotkey })
  if (keepStake) return true
  moveStakes(state, netuid, oldHotkey, newHotkey)
  if (netuid === ROOT) moveRootDividends(state, oldHotkey, newHotkey)
  return true
}

/** What is kept by uid, as an axon, a certificate, weights and bonds, stays where it is; commits to weights come along. */
function moveUid(state: LedgerState, netuid: Netuid, oldHotkey: AccountId, newHotkey: AccountId): void {
  const uid = state.uidOf(netuid, oldHotkey)
  if (uid === undefined) return
  const before = state.required(neurons, netuid)
  state.delete(uids, netuid, oldHotkey)
  state.set(uids, [netuid, newHotkey], uid)
  state.set(neurons, [netuid], { ...before, hotkey: before.hotkey.with(uid, newHotkey) })
  // Nobody can reveal them any more: the hash holds the old account.
  const { mechanismCount } = state.hyperparameters(netuid)
  for (let mechanism = 0; mechanism < mechanismCount; mechanism++) {
    const commits = state.get(hashCommits, netuid, mechanism, oldHotkey)
    if (commits === undefined) continue
    state.delete(hashCommits, netuid, mechanism, oldHotkey)
    state.set(hashCommits, [netuid, mechanism, newHotkey], commits)
  }
}

/** The clocks of children and their take stay with the old hotkey. */
function moveChildkeyTake(
  state: LedgerState,
  netuid: Netuid,
  oldHotkey: AccountId,
  newHotkey: AccountId,
): void {
  const old = state.get(childkeys, netuid, oldHotkey)
  if (old === undefined || old.takeU16 === null) return
  state.set(childkeys, [netuid, oldHotkey], { ...old, takeU16: null })
  const before = state.getOrBlank(childkeys, netuid, newHotkey)
  state.set(childkeys, [netuid, newHotkey], { ...before, takeU16: old.takeU16 })
}
