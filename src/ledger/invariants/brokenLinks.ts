import { type Netuid, U64_MAX } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, parentLists, parents } from '../state/tables.js'

/** Most children of a hotkey on a subnet. */
const MOST_CHILDREN = 5

type Links = readonly (readonly [
  netuid: Netuid,
  parent: AccountId,
  child: AccountId,
  proportionU64: bigint,
])[]

/** Children and parents say the same of each loan, nobody lends to more than five or more than all, and lists of parents have an order. PERF: every link, twice. */
export function brokenLinks(state: LedgerState): string[] {
  const broken: string[] = []
  for (const [[netuid, parent], { hotkey, proportionU64 }] of state.range(children)) {
    const lentU64 = proportionU64.reduce((sum, proportion) => sum + proportion, 0n)
    if (hotkey.length > MOST_CHILDREN || lentU64 > U64_MAX) {
      broken.push(`${parent} lends to ${hotkey.length} hotkeys on subnet ${netuid}, ${lentU64} of 2^64 - 1`)
    }
  }
  const below = state
    .range(children)
    .flatMap(([[netuid, parent], { hotkey, proportionU64 }]) =>
      hotkey.map((child, at) => [netuid, parent, child, proportionU64[at] ?? 0n] as const),
    )
  const above = state
    .range(parents)
    .map(([[netuid, child, parent], { proportionU64 }]) => [netuid, parent, child, proportionU64] as const)
  return [
    ...broken,
    ...unmatched(below, above, 'child'),
    ...unmatched(above, below, 'parent'),
    ...disordered(state),
  ]
}

/** Parents of a hotkey have places of their own, below the next one; without any there is no list. */
function disordered(state: LedgerState): string[] {
  const places = new Map<string, number[]>()
  for (const [[netuid, child], { place }] of state.range(parents)) {
    const known = places.get(`${netuid} ${child}`) ?? []
    known.push(place)
    places.set(`${netuid} ${child}`, known)
  }
  const lists = new Map(
    state.range(parentLists).map(([[netuid, child], list]) => [`${netuid} ${child}`, list]),
  )
  return [...new Set([...places.keys(), ...lists.keys()])].flatMap((key) => {
    const taken = places.get(key) ?? []
    const { nextPlace, sortedBelow } = lists.get(key) ?? { nextPlace: 0, sortedBelow: 0 }
    const isOrdered =
      taken.length > 0 &&
      new Set(taken).size === taken.length &&
      taken.every((place) => place < nextPlace) &&
      sortedBelow <= nextPlace
    const [netuid, child] = key.split(' ')
    return isOrdered ? [] : [`the parents of ${child} on subnet ${netuid} have no order`]
  })
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
