import type { Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, type LinksRecord, parents } from '../state/tables.js'

/**
 * Gives a hotkey these children in place of those it has, on both sides. `false`, and nothing happens, where one of them is its parent.
 *
 * A child's new parent comes last in its list; the parents of who gets children are sorted, as the reference writes that list anew.
 *
 * PERF: rewrites the list of parents of each child that comes, stays or goes.
 * @source subtensor `pallets/subtensor/src/staking/set_children.rs`, `persist_child_parent_relations`
 */
export function linkChildren(
  state: LedgerState,
  netuid: Netuid,
  parent: AccountId,
  wanted: LinksRecord,
): boolean {
  const above = state.get(parents, netuid, parent)
  if (isParentAmong(above, wanted)) return false
  const after = ascending(wanted)
  for (const child of state.getOrBlank(children, netuid, parent).hotkey) {
    if (after.hotkey.includes(child)) continue
    setLinks(state, parents, [netuid, child], without(state.getOrBlank(parents, netuid, child), parent))
  }
  setLinks(state, children, [netuid, parent], after)
  after.hotkey.forEach((child, at) => {
    const links = state.getOrBlank(parents, netuid, child)
    state.set(parents, [netuid, child], withLink(links, parent, after.proportionU64[at] ?? 0n))
  })
  if (above !== undefined) state.set(parents, [netuid, parent], ascending(above))
  return true
}

/** Whether one of these children is a parent already: no two hotkeys lend to each other. */
export function isParentAmong(above: LinksRecord | undefined, wanted: LinksRecord): boolean {
  return above !== undefined && wanted.hotkey.some((child) => above.hotkey.includes(child))
}

/** No record stands for no links. */
function setLinks(
  state: LedgerState,
  table: typeof children,
  key: readonly [Netuid, AccountId],
  links: LinksRecord,
): void {
  if (links.hotkey.length === 0) state.delete(table, ...key)
  else state.set(table, key, links)
}

function ascending(links: LinksRecord): LinksRecord {
  const order = [...links.hotkey.keys()].sort((a, b) => (links.hotkey[a]! < links.hotkey[b]! ? -1 : 1))
  return picked(links, order)
}

function without(links: LinksRecord, left: AccountId): LinksRecord {
  return picked(
    links,
    [...links.hotkey.keys()].filter((at) => links.hotkey[at] !== left),
  )
}

function withLink({ hotkey, proportionU64 }: LinksRecord, key: AccountId, proportion: bigint): LinksRecord {
  const known = hotkey.indexOf(key)
  if (known !== -1) return { hotkey, proportionU64: proportionU64.with(known, proportion) }
  // Anybody may lend, so that a hotkey has more parents than a call has room for arguments.
  const longer = new BigUint64Array(hotkey.length + 1)
  longer.set(proportionU64)
  longer[hotkey.length] = proportion
  return { hotkey: [...hotkey, key], proportionU64: longer }
}

function picked({ hotkey, proportionU64 }: LinksRecord, order: readonly number[]): LinksRecord {
  return {
    hotkey: order.map((at) => hotkey[at]!),
    proportionU64: BigUint64Array.from(order, (at) => proportionU64[at]!),
  }
}
