import type { Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, type LinksRecord } from '../state/tables.js'
import { isParentOf, removeParent, setParent, sortParents } from './parents.js'

/**
 * Gives a hotkey these children in place of those it has, on both sides. `false`, and nothing happens, where one of them is its parent.
 *
 * PERF: a few look-ups per child that comes, stays or goes, however many parents each has.
 * @source subtensor `pallets/subtensor/src/staking/set_children.rs`, `persist_child_parent_relations`
 */
export function linkChildren(
  state: LedgerState,
  netuid: Netuid,
  parent: AccountId,
  wanted: LinksRecord,
): boolean {
  if (wanted.hotkey.some((child) => isParentOf(state, netuid, child, parent))) return false
  const after = ascending(wanted)
  for (const child of state.getOrBlank(children, netuid, parent).hotkey) {
    if (!after.hotkey.includes(child)) removeParent(state, netuid, child, parent)
  }
  // No record stands for no children.
  if (after.hotkey.length === 0) state.delete(children, netuid, parent)
  else state.set(children, [netuid, parent], after)
  after.hotkey.forEach((child, at) => {
    setParent(state, netuid, child, { hotkey: parent, proportionU64: after.proportionU64[at] ?? 0n })
  })
  sortParents(state, netuid, parent)
  return true
}

function ascending({ hotkey, proportionU64 }: LinksRecord): LinksRecord {
  const order = [...hotkey.keys()].sort((a, b) => (hotkey[a]! < hotkey[b]! ? -1 : 1))
  return {
    hotkey: order.map((at) => hotkey[at]!),
    proportionU64: BigUint64Array.from(order, (at) => proportionU64[at]!),
  }
}
