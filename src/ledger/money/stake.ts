import {
  creditAll,
  creditPosition,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
} from '../../emission/index.js'
import { SAFE_FLOAT_ZERO } from '../../math/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type AccountId, memberId, positionId } from '../state/records.js'
import { shareTable, stakeTable } from '../state/tables.js'

/** One coldkey's stake on one hotkey of one subnet. */
export interface Position {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  readonly coldkey: AccountId
}

/** All alpha staked to a hotkey on a subnet. */
export function hotkeyAlpha(state: LedgerState, netuid: Netuid, hotkey: AccountId): Alpha {
  return stakePool(state, netuid, hotkey).totalAlpha
}

/** What a position is worth. */
export function positionValue(state: LedgerState, position: Position): Alpha {
  const { netuid, hotkey, coldkey } = position
  const share = state.store.get(shareTable, positionId(netuid, hotkey, coldkey))
  return share === undefined ? 0n : positionAlpha(stakePool(state, netuid, hotkey), share)
}

/** Whether the pool can tell a credit of this size from nothing. */
export function isStakePrecise(state: LedgerState, position: Position, amountAlpha: Alpha): boolean {
  return isCreditPrecise(stakePool(state, position.netuid, position.hotkey), amountAlpha)
}

/** Adds stake to one position. */
export function creditStake(state: LedgerState, position: Position, amountAlpha: Alpha): void {
  if (amountAlpha === 0n) return
  const { netuid, hotkey, coldkey } = position
  const id = positionId(netuid, hotkey, coldkey)
  const share = state.store.get(shareTable, id) ?? SAFE_FLOAT_ZERO
  const after = creditPosition(stakePool(state, netuid, hotkey), share, amountAlpha)
  state.store.set(stakeTable, memberId(netuid, hotkey), after.pool)
  state.store.set(shareTable, id, after.share)
}

/**
 * Takes stake from one position; `false`, and nothing happens, when it is worth less. A position that is
 * emptied disappears, and so does a pool without alpha: shares of nothing would dilute whoever comes next.
 */
export function debitStake(state: LedgerState, position: Position, amountAlpha: Alpha): boolean {
  const { netuid, hotkey, coldkey } = position
  const id = positionId(netuid, hotkey, coldkey)
  const share = state.store.get(shareTable, id)
  if (share === undefined) return false
  const after = debitPosition(stakePool(state, netuid, hotkey), share, amountAlpha)
  if (after === null) return false
  if (after.share.mantissa === 0n) state.store.delete(shareTable, id)
  else state.store.set(shareTable, id, after.share)
  if (after.pool.totalAlpha === 0n && after.pool.denominator.mantissa === 0n) {
    state.store.delete(stakeTable, memberId(netuid, hotkey))
  } else state.store.set(stakeTable, memberId(netuid, hotkey), after.pool)
  return true
}

/** Adds stake to all positions of a hotkey by their shares. `false`, and nothing happens, when there are none. */
export function creditNominators(
  state: LedgerState,
  netuid: Netuid,
  hotkey: AccountId,
  amountAlpha: Alpha,
): boolean {
  const pool = stakePool(state, netuid, hotkey)
  if (pool.denominator.mantissa === 0n) return false
  state.store.set(stakeTable, memberId(netuid, hotkey), creditAll(pool, amountAlpha))
  return true
}

function stakePool(state: LedgerState, netuid: Netuid, hotkey: AccountId): SharePool {
  return state.store.get(stakeTable, memberId(netuid, hotkey)) ?? EMPTY_SHARE_POOL
}
