import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { stakers, stakingHotkeyPlaces, stakingHotkeys } from '../state/tables.js'

/** Puts a hotkey at the end of its coldkey's list, unless it is there: in this order root dividends are claimed. */
export function rememberHotkey(state: LedgerState, coldkey: AccountId, hotkey: AccountId): void {
  if (state.hasAny(stakingHotkeyPlaces, coldkey, hotkey)) return
  const staker = state.getOrBlank(stakers, coldkey)
  state.set(stakingHotkeys, [coldkey, staker.hotkeys], hotkey)
  state.set(stakers, [coldkey], { ...staker, hotkeys: staker.hotkeys + 1 })
}

/** The hotkeys that a coldkey ever staked to or associated, in that order. */
export function hotkeysOf(state: LedgerState, coldkey: AccountId): AccountId[] {
  return state.range(stakingHotkeys, coldkey).map(([, hotkey]) => hotkey)
}
