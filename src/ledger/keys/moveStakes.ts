import { assert } from '../../errors/index.js'
import type { Netuid } from '../../units/index.js'
import { creditStake, debitStake, positionValue } from '../money/stake.js'
import { rememberHotkey } from '../money/stakingHotkeys.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { autoParents, rootClaimed, rootClaimRates, shares, stakingHotkeyPlaces } from '../state/tables.js'

/**
 * Moves what each coldkey has on a hotkey to another one, by its value: what rounding leaves stays where it was. Whoever stakes to the old hotkey is
 * known to stake to the new one.
 *
 * @source spec: `spec/chain.md` 10.7
 * PERF: a few look-ups per position on the hotkey here.
 */
export function moveStakes(
  state: LedgerState,
  netuid: Netuid,
  oldHotkey: AccountId,
  newHotkey: AccountId,
): void {
  for (const [[, , coldkey]] of state.range(shares, netuid, oldHotkey)) {
    const from = { netuid, hotkey: oldHotkey, coldkey }
    const valueAlpha = positionValue(state, from)
    if (valueAlpha > 0n) {
      assert(debitStake(state, from, valueAlpha), 'a position is worth less than its value')
      creditStake(state, { netuid, hotkey: newHotkey, coldkey }, valueAlpha)
    }
    if (valueAlpha > 0n || state.hasAny(stakingHotkeyPlaces, coldkey, oldHotkey)) {
      rememberHotkey(state, coldkey, newHotkey)
    }
  }
}

/**
 * Moves the root dividends that nobody has claimed with the stake on root that earned them, and whether the hotkey lends to new subnets' owners. The new
 * hotkey has no rates of its own.
 *
 * PERF: a step per subnet with a rate, and per coldkey that claimed there.
 */
export function moveRootDividends(state: LedgerState, oldHotkey: AccountId, newHotkey: AccountId): void {
  for (const [[, netuid], rateBits] of state.range(rootClaimRates, oldHotkey)) {
    assert(
      state.get(rootClaimRates, newHotkey, netuid) === undefined,
      'two hotkeys have a rate on one subnet',
    )
    state.delete(rootClaimRates, oldHotkey, netuid)
    state.set(rootClaimRates, [newHotkey, netuid], rateBits)
    for (const [[, , coldkey], claimedAlpha] of state.range(rootClaimed, netuid, oldHotkey)) {
      const before = state.get(rootClaimed, netuid, newHotkey, coldkey) ?? 0n
      state.delete(rootClaimed, netuid, oldHotkey, coldkey)
      state.set(rootClaimed, [netuid, newHotkey, coldkey], before + claimedAlpha)
    }
  }
  const lends = state.get(autoParents, oldHotkey)
  if (lends === undefined) return
  state.delete(autoParents, oldHotkey)
  state.set(autoParents, [newHotkey], lends)
}
