import type { Netuid } from '../../units/index.js'
import { removeParent, setParent, sortParents } from '../children/parents.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, type LinksRecord, parents, pendingChildren, pendingParents } from '../state/tables.js'

/**
 * Gives a hotkey the children and parents of another, in place of those it has itself, and what waits to become children. `false`, and nothing has
 * changed, where it is one of these.
 *
 * @source subtensor `pallets/subtensor/src/staking/set_children.rs`, `parent_child_swap_hotkey`
 * PERF: a few look-ups per child and parent of both, and per waiting set that names the old one.
 */
export function moveLinks(
  state: LedgerState,
  netuid: Netuid,
  oldHotkey: AccountId,
  newHotkey: AccountId,
): boolean {
  const below = state.getOrBlank(children, netuid, oldHotkey)
  const isRelated =
    below.hotkey.includes(newHotkey) ||
    state.get(parents, netuid, oldHotkey, newHotkey) !== undefined ||
    state.get(pendingChildren, netuid, oldHotkey)?.hotkey.includes(newHotkey) === true
  if (isRelated) return false
  dropLinks(state, netuid, oldHotkey, newHotkey)
  const above = state.range(parents, netuid, oldHotkey)
  for (const child of below.hotkey) removeParent(state, netuid, child, oldHotkey)
  storeChildren(state, netuid, oldHotkey, children.blank())
  storeChildren(state, netuid, newHotkey, below)
  below.hotkey.forEach((child, at) => {
    setParent(state, netuid, child, { hotkey: newHotkey, proportionU64: below.proportionU64[at] ?? 0n })
  })
  // Ascending, as the reference writes the new hotkey's list.
  for (const [[, , parent], { proportionU64 }] of above) {
    removeParent(state, netuid, oldHotkey, parent)
    setParent(state, netuid, newHotkey, { hotkey: parent, proportionU64 })
    const theirs = without(state.getOrBlank(children, netuid, parent), oldHotkey)
    storeChildren(state, netuid, parent, withLink(theirs, newHotkey, proportionU64))
  }
  sortParents(state, netuid, newHotkey)
  movePending(state, netuid, oldHotkey, newHotkey)
  return true
}

/** Ends what the new hotkey lends and is lent. In lists in which the old one stands as well it keeps its place. */
function dropLinks(state: LedgerState, netuid: Netuid, oldHotkey: AccountId, newHotkey: AccountId): void {
  const kept = state.getOrBlank(children, netuid, oldHotkey).hotkey
  for (const child of state.getOrBlank(children, netuid, newHotkey).hotkey) {
    if (!kept.includes(child)) removeParent(state, netuid, child, newHotkey)
  }
  for (const [[, , parent]] of state.range(parents, netuid, newHotkey)) {
    removeParent(state, netuid, newHotkey, parent)
    if (state.get(parents, netuid, oldHotkey, parent) !== undefined) continue
    storeChildren(state, netuid, parent, without(state.getOrBlank(children, netuid, parent), newHotkey))
  }
}

/** No record stands for no children. */
function storeChildren(state: LedgerState, netuid: Netuid, parent: AccountId, links: LinksRecord): void {
  if (links.hotkey.length === 0) state.delete(children, netuid, parent)
  else state.set(children, [netuid, parent], links)
}

function without({ hotkey, proportionU64 }: LinksRecord, gone: AccountId): LinksRecord {
  const kept = [...hotkey.keys()].filter((at) => hotkey[at] !== gone)
  return {
    hotkey: kept.map((at) => hotkey[at]!),
    proportionU64: BigUint64Array.from(kept, (at) => proportionU64[at]!),
  }
}

/** The links and one more, as the last; one that is there already gets the proportion. */
function withLink({ hotkey, proportionU64 }: LinksRecord, key: AccountId, proportion: bigint): LinksRecord {
  const known = hotkey.indexOf(key)
  if (known !== -1) return { hotkey, proportionU64: proportionU64.with(known, proportion) }
  return { hotkey: [...hotkey, key], proportionU64: BigUint64Array.of(...proportionU64, proportion) }
}

/** What the old hotkey asked for is the new one's, and where others asked for the old one they get the new one, as the last. */
function movePending(state: LedgerState, netuid: Netuid, oldHotkey: AccountId, newHotkey: AccountId): void {
  const own = state.get(pendingChildren, netuid, oldHotkey)
  if (own !== undefined) {
    state.delete(pendingChildren, netuid, oldHotkey)
    state.set(pendingChildren, [netuid, newHotkey], own)
  }
  for (const [[, , parent]] of state.range(pendingParents, netuid, oldHotkey)) {
    const { afterBlock, ...links } = state.required(pendingChildren, netuid, parent)
    const proportion = links.proportionU64[links.hotkey.indexOf(oldHotkey)] ?? 0n
    const { hotkey, proportionU64 } = without(links, oldHotkey)
    // Also where the new one waits there already: such a set is dropped when its time comes.
    state.set(pendingChildren, [netuid, parent], {
      hotkey: [...hotkey, newHotkey],
      proportionU64: BigUint64Array.of(...proportionU64, proportion),
      afterBlock,
    })
  }
}
