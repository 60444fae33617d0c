import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { autoClaims, stakers, stakingHotkeys } from '../state/tables.js'

/** Lists by place have nobody twice, and that of claims no holes; from a list of hotkeys some may be gone. PERF: every entry. */
export function brokenLists(state: LedgerState): string[] {
  const broken: string[] = []
  if (
    !isList(
      state.range(autoClaims).map(([[place], coldkey]) => [place, coldkey]),
      state.chain.autoClaims,
    )
  ) {
    broken.push('the list of automatic claims has holes, or somebody twice')
  }
  const lists = new Map<string, (readonly [number, string])[]>()
  for (const [[coldkey, place], hotkey] of state.range(stakingHotkeys)) {
    const list = lists.get(coldkey) ?? []
    list.push([place, hotkey])
    lists.set(coldkey, list)
  }
  for (const [coldkey, list] of lists) {
    const end = state.get(stakers, coldkey as AccountId)?.hotkeys ?? 0
    if (isOnce(list) && list.every(([place]) => place < end)) continue
    broken.push(`the hotkeys that ${coldkey} staked to have one twice, or one without a place`)
  }
  return broken
}

function isList(rows: readonly (readonly [place: number, entry: string])[], length: number): boolean {
  const isDense = rows.length === length && rows.every(([place], at) => place === at)
  return isDense && isOnce(rows)
}

function isOnce(rows: readonly (readonly [place: number, entry: string])[]): boolean {
  return new Set(rows.map(([, entry]) => entry)).size === rows.length
}
