import type { Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { parentLists, parents } from '../state/tables.js'

/*
 * Who lends to a hotkey on a subnet: a list whose order is a rule. New parents come last; those of who gets children itself are put in the order of
 * their keys, as the reference writes that list anew. Anybody may lend to a hotkey, so each change here costs the same however long the list is.
 */

/** A hotkey that lends to another one. */
export interface Parent {
  readonly hotkey: AccountId
  /** Parts of 2^64 - 1. */
  readonly proportionU64: bigint
}

/** Whether a hotkey lends to another one. */
export function isParentOf(state: LedgerState, netuid: Netuid, parent: AccountId, child: AccountId): boolean {
  return state.get(parents, netuid, child, parent) !== undefined
}

/** Who lends to a hotkey, in the order of the list. PERF: each of them; a sort of those who came since it was written anew. */
export function parentsOf(state: LedgerState, netuid: Netuid, child: AccountId): Parent[] {
  const list = state.get(parentLists, netuid, child)
  if (list === undefined) return []
  const { sortedBelow } = list
  const rows = state.range(parents, netuid, child)
  const isSorted = ([, { place }]: (typeof rows)[number]) => place < sortedBelow
  const later = rows.filter((row) => !isSorted(row)).sort(([, a], [, b]) => a.place - b.place)
  return [...rows.filter(isSorted), ...later].map(([[, , hotkey], { proportionU64 }]) => ({
    hotkey,
    proportionU64,
  }))
}

/** Sets what a hotkey lends to another one: a new parent comes last. */
export function setParent(state: LedgerState, netuid: Netuid, child: AccountId, parent: Parent): void {
  const { hotkey, proportionU64 } = parent
  const known = state.get(parents, netuid, child, hotkey)
  const list = state.getOrBlank(parentLists, netuid, child)
  const place = known?.place ?? list.nextPlace
  state.set(parents, [netuid, child, hotkey], { proportionU64, place })
  if (known === undefined) state.set(parentLists, [netuid, child], { ...list, nextPlace: place + 1 })
}

/** Ends what a hotkey lends to another one. */
export function removeParent(state: LedgerState, netuid: Netuid, child: AccountId, parent: AccountId): void {
  state.delete(parents, netuid, child, parent)
  if (!state.hasAny(parents, netuid, child)) state.delete(parentLists, netuid, child)
}

/** Puts the parents that a hotkey has now in the order of their keys. */
export function sortParents(state: LedgerState, netuid: Netuid, child: AccountId): void {
  const list = state.get(parentLists, netuid, child)
  if (list === undefined || list.sortedBelow === list.nextPlace) return
  state.set(parentLists, [netuid, child], { ...list, sortedBelow: list.nextPlace })
}
