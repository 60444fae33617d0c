import {
  creditAll,
  creditPositionUnchecked,
  debitPosition,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
} from '../../emission/index.js'
import { SAFE_FLOAT_ZERO } from '../../math/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type StakeRecord, shares, stakes } from '../state/tables.js'

/*
 * Stake as shares of pools, raw as in the reference: who changes a position for a person goes through `positions.ts`, where what hangs on it
 * follows; an epoch pays through here.
 */

/** One coldkey's stake on one hotkey of one subnet. */
export interface Position {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  readonly coldkey: AccountId
}

/** All alpha staked to a hotkey on a subnet; on root, TAO. */
export function hotkeyAlpha(state: LedgerState, netuid: Netuid, hotkey: AccountId): Alpha {
  return state.get(stakes, netuid, hotkey)?.totalAlpha ?? 0n
}

/** What a position is worth. */
export function positionValue(state: LedgerState, position: Position): Alpha {
  const { netuid, hotkey, coldkey } = position
  const share = state.get(shares, netuid, hotkey, coldkey)
  return share === undefined ? 0n : positionAlpha(stakePool(state, netuid, hotkey), share)
}

/** Whether the pool can tell a credit of this size from nothing. */
export function isStakePrecise(state: LedgerState, position: Position, amountAlpha: Alpha): boolean {
  return isCreditPrecise(stakePool(state, position.netuid, position.hotkey), amountAlpha)
}

/** Adds stake to one position. */
export function creditStake(state: LedgerState, position: Position, amountAlpha: Alpha): void {
  if (amountAlpha === 0n) return
  const pool = stakePool(state, position.netuid, position.hotkey)
  setPool(state, position, creditedPool(state, position, pool, amountAlpha))
}

/** Takes stake from one position. `false`, and nothing happens, when it is worth less. */
export function debitStake(state: LedgerState, position: Position, amountAlpha: Alpha): boolean {
  const { netuid, hotkey, coldkey } = position
  const share = state.get(shares, netuid, hotkey, coldkey)
  if (share === undefined) return amountAlpha === 0n
  const after = debitPosition(stakePool(state, netuid, hotkey), share, amountAlpha)
  if (after === null) return false
  if (after.share.mantissa === 0n) state.delete(shares, netuid, hotkey, coldkey)
  else state.set(shares, [netuid, hotkey, coldkey], after.share)
  setPool(state, position, after.pool)
  return true
}

/** Stake that an epoch adds on one subnet, often several times to one hotkey: its pools are read and written once. */
export class StakeCredits {
  readonly #state: LedgerState
  readonly #netuid: Netuid
  readonly #before: ReadonlyMap<AccountId, StakeRecord>
  readonly #pools = new Map<AccountId, SharePool>()

  /** @param before - pools that were looked at already. */
  constructor(state: LedgerState, netuid: Netuid, before: ReadonlyMap<AccountId, StakeRecord> = new Map()) {
    this.#state = state
    this.#netuid = netuid
    this.#before = before
  }

  /** Adds stake to one position. */
  credit(hotkey: AccountId, coldkey: AccountId, amountAlpha: Alpha): void {
    if (amountAlpha === 0n) return
    const position = { netuid: this.#netuid, hotkey, coldkey }
    this.#pools.set(hotkey, creditedPool(this.#state, position, this.#pool(hotkey), amountAlpha))
  }

  /** Adds stake to all positions of a hotkey by their shares; where there are none it is the next staker's. */
  creditAll(hotkey: AccountId, amountAlpha: Alpha): void {
    this.#pools.set(hotkey, creditAll(this.#pool(hotkey), amountAlpha))
  }

  /** Writes what was added; to be called at the end, and before somebody else reads stake. */
  write(): void {
    for (const [hotkey, pool] of this.#pools) setPool(this.#state, { netuid: this.#netuid, hotkey }, pool)
  }

  #pool(hotkey: AccountId): SharePool {
    return this.#pools.get(hotkey) ?? this.#before.get(hotkey) ?? stakePool(this.#state, this.#netuid, hotkey)
  }
}

/** Sets the position's share after a credit. @returns the pool after it, which is the caller's to set. */
function creditedPool(
  state: LedgerState,
  { netuid, hotkey, coldkey }: Position,
  pool: SharePool,
  amountAlpha: Alpha,
): SharePool {
  const share = state.get(shares, netuid, hotkey, coldkey) ?? SAFE_FLOAT_ZERO
  const after = creditPositionUnchecked(pool, share, amountAlpha)
  if (after.share.mantissa !== 0n) state.set(shares, [netuid, hotkey, coldkey], after.share)
  return after.pool
}

function stakePool(state: LedgerState, netuid: Netuid, hotkey: AccountId): StakeRecord {
  return state.getOrBlank(stakes, netuid, hotkey)
}

function setPool(
  state: LedgerState,
  { netuid, hotkey }: Omit<Position, 'coldkey'>,
  { totalAlpha, denominator }: SharePool,
): void {
  if (totalAlpha === 0n && denominator.mantissa === 0n) state.delete(stakes, netuid, hotkey)
  else state.set(stakes, [netuid, hotkey], { totalAlpha, denominator })
}
