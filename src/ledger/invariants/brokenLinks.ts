import { type Netuid, U64_MAX } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, parents } from '../state/tables.js'

/** Most children of a hotkey on a subnet. */
const MOST_CHILDREN = 5

type Links = readonly (readonly [
  netuid: Netuid,
  parent: AccountId,
  child: AccountId,
  proportionU64: bigint,
])[]

/** Children and parents say the same of each loan, and nobody lends to more than five or more than all. PERF: every link, twice. */
export function brokenLinks(state: LedgerState): string[] {
  const broken: string[] = []
  for (const [[netuid, parent], { hotkey, proportionU64 }] of state.range(children)) {
    const lentU64 = proportionU64.reduce((sum, proportion) => sum + proportion, 0n)
    if (hotkey.length > MOST_CHILDREN || lentU64 > U64_MAX) {
      broken.push(`${parent} lends to ${hotkey.length} hotkeys on subnet ${netuid}, ${lentU64} of 2^64 - 1`)
    }
  }
  const below = seenFrom(state, children, ([netuid, parent], child) => [netuid, parent, child])
  const above = seenFrom(state, parents, ([netuid, child], parent) => [netuid, parent, child])
  return [...broken, ...unmatched(below, above, 'child'), ...unmatched(above, below, 'parent')]
}

function seenFrom(
  state: LedgerState,
  table: typeof children,
  ends: (key: readonly [Netuid, AccountId], other: AccountId) => readonly [Netuid, AccountId, AccountId],
): Links {
  return state
    .range(table)
    .flatMap(([key, { hotkey, proportionU64 }]) =>
      hotkey.map((other, at) => [...ends(key as never, other), proportionU64[at] ?? 0n] as const),
    )
}

function unmatched(links: Links, others: Links, end: 'child' | 'parent'): string[] {
  const known = new Set(others.map((link) => link.join(' ')))
  return links
    .filter((link) => !known.has(link.join(' ')))
    .map(
      ([netuid, parent, child]) =>
        `on subnet ${netuid} only the records of ${end === 'child' ? parent : child} have a loan of ${parent} to ${child}`,
    )
}
