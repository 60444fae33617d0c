import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { sharesByColdkey, stakers, stakingHotkeyPlaces, stakingHotkeys } from '../state/tables.js'

/** Puts a hotkey at the end of its coldkey's list, unless it is there: in this order root dividends are claimed. */
export function rememberHotkey(state: LedgerState, coldkey: AccountId, hotkey: AccountId): void {
  if (state.hasAny(stakingHotkeyPlaces, coldkey, hotkey)) return
  const staker = state.getOrBlank(stakers, coldkey)
  state.set(stakingHotkeys, [coldkey, staker.hotkeys], hotkey)
  state.set(stakers, [coldkey], { ...staker, hotkeys: staker.hotkeys + 1 })
}

/**
 * The hotkeys with which a coldkey has a share on root, in the order of its list.
 *
 * PERF: those alone, and a sort of them: the list keeps all that the coldkey ever staked to.
 */
export function rootHotkeysOf(state: LedgerState, coldkey: AccountId): AccountId[] {
  return state
    .range(sharesByColdkey, coldkey, ROOT)
    .flatMap(([[, , hotkey]]) => {
      const place = placeOfHotkey(state, coldkey, hotkey)
      return place === undefined ? [] : [{ hotkey, place }]
    })
    .sort((a, b) => a.place - b.place)
    .map(({ hotkey }) => hotkey)
}

/** Where a hotkey stands in its coldkey's list. */
export function placeOfHotkey(state: LedgerState, coldkey: AccountId, hotkey: AccountId): number | undefined {
  for (const [[, , place]] of state.rangeFrom(stakingHotkeyPlaces, [coldkey, hotkey])) return place
  return undefined
}

/** Takes a hotkey from its coldkey's list; the others keep their places. */
export function forgetHotkey(state: LedgerState, coldkey: AccountId, hotkey: AccountId): void {
  for (const [[, , place]] of state.range(stakingHotkeyPlaces, coldkey, hotkey)) {
    state.delete(stakingHotkeys, coldkey, place)
  }
}
