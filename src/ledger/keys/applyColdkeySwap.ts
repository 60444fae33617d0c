import { assert } from '../../errors/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { joinAutoClaims, leaveAutoClaims } from '../money/autoClaims.js'
import { moveTao } from '../money/balances.js'
import { creditStake, debitStake, positionValue } from '../money/stake.js'
import { forgetHotkey, placeOfHotkey, rememberHotkey } from '../money/stakingHotkeys.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import {
  autoStakes,
  hotkeySwaps,
  hotkeys,
  hotkeysByOwner,
  identities,
  rootClaimed,
  sharesByColdkey,
  stakingHotkeys,
} from '../state/tables.js'
import { moveColdkeyLocks } from './moveColdkeyLocks.js'

/**
 * Gives all that is a coldkey's to another one that has nothing to do with hotkeys yet: subnets, where its miners' pay is staked, stake, root dividends,
 * hotkeys, locks and money. What it wants its root dividends to become is not taken along. Refused, some of it may have moved: the caller undoes it.
 *
 * @source spec: `spec/chain.md` 10.7
 * PERF: a few look-ups per subnet, and per position, lock, owned hotkey and hotkey ever staked to of the old one.
 */
export function applyColdkeySwap(
  context: BlockContext,
  oldColdkey: AccountId,
  newColdkey: AccountId,
): ReturnType<typeof moveColdkeyLocks> {
  const { state, block } = context
  const refused = moveColdkeyLocks(context, oldColdkey, newColdkey)
  if (refused !== null) return refused
  const identity = state.get(identities, oldColdkey)
  state.delete(identities, oldColdkey)
  if (identity !== undefined && state.get(identities, newColdkey) === undefined) {
    state.set(identities, [newColdkey], identity)
  }
  for (const netuid of [ROOT, ...state.netuids()]) {
    if (state.subnet(netuid).owner === oldColdkey) state.setSubnet(netuid, { owner: newColdkey })
    const destination = state.get(autoStakes, netuid, oldColdkey)
    if (destination !== undefined) {
      state.delete(autoStakes, netuid, oldColdkey)
      state.set(autoStakes, [netuid, newColdkey], destination)
    }
    movePositions(state, netuid, oldColdkey, newColdkey)
  }
  leaveAutoClaims(state, oldColdkey)
  for (const [, hotkey] of state.range(stakingHotkeys, oldColdkey)) {
    forgetHotkey(state, oldColdkey, hotkey)
    rememberHotkey(state, newColdkey, hotkey)
  }
  for (const [[, hotkey]] of state.range(hotkeysByOwner, oldColdkey)) {
    state.set(hotkeys, [hotkey], { ...state.required(hotkeys, hotkey), owner: newColdkey })
  }
  moveTao(context, oldColdkey, newColdkey, state.balanceRao(oldColdkey))
  state.set(hotkeySwaps, [newColdkey], block)
  return null
}

/** Moves stake by its value, hotkeys in the order of the coldkey's list: what rounding leaves stays with the old one. */
function movePositions(
  state: LedgerState,
  netuid: Netuid,
  oldColdkey: AccountId,
  newColdkey: AccountId,
): void {
  const held = state
    .range(sharesByColdkey, oldColdkey, netuid)
    .flatMap(([[, , hotkey]]) => {
      const place = placeOfHotkey(state, oldColdkey, hotkey)
      return place === undefined ? [] : [{ hotkey, place }]
    })
    .sort((a, b) => a.place - b.place)
  for (const { hotkey } of held) {
    const from = { netuid, hotkey, coldkey: oldColdkey }
    const to = { netuid, hotkey, coldkey: newColdkey }
    const valueAlpha = positionValue(state, from)
    if (valueAlpha > 0n) {
      assert(debitStake(state, from, valueAlpha), 'a position is worth less than its value')
      creditStake(state, to, valueAlpha)
      rememberHotkey(state, newColdkey, hotkey)
    }
    if (positionValue(state, to) === 0n) continue
    moveClaimed(state, netuid, hotkey, oldColdkey, newColdkey)
    if (netuid === ROOT) joinAutoClaims(state, newColdkey)
  }
}

/** Without alpha on the subnet it stays behind, and what was claimed can be claimed again: so it is on the reference. */
function moveClaimed(
  state: LedgerState,
  netuid: Netuid,
  hotkey: AccountId,
  oldColdkey: AccountId,
  newColdkey: AccountId,
): void {
  const claimedAlpha = state.get(rootClaimed, netuid, hotkey, oldColdkey)
  if (claimedAlpha === undefined) return
  const before = state.get(rootClaimed, netuid, hotkey, newColdkey) ?? 0n
  state.delete(rootClaimed, netuid, hotkey, oldColdkey)
  state.set(rootClaimed, [netuid, hotkey, newColdkey], before + claimedAlpha)
}
