import {
  creditAll,
  creditPositionUnchecked,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
} from '../../emission/index.js'
import { addSafeFloat, SAFE_FLOAT_ZERO } from '../../math/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type StakeRecord, shares, stakes } from '../state/tables.js'

/** One coldkey's stake on one hotkey of one subnet. */
export interface Position {
  readonly netuid: Netuid
  readonly hotkey: AccountId
  readonly coldkey: AccountId
}

/** All alpha staked to a hotkey on a subnet. */
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

/** Sets the position's share after a credit. @returns the pool after it, which is the caller's to set. */
function creditedPool(
  state: LedgerState,
  { netuid, hotkey, coldkey }: Position,
  pool: StakeRecord,
  amountAlpha: Alpha,
): StakeRecord {
  const share = state.get(shares, netuid, hotkey, coldkey)
  const after = creditPositionUnchecked(pool, share ?? SAFE_FLOAT_ZERO, amountAlpha)
  state.set(shares, [netuid, hotkey, coldkey], after.share)
  const { totalAlpha, denominator } = after.pool
  // Named one by one, here and below: of an epoch's hundreds, each spread object would be one of a kind to the engine.
  return {
    totalAlpha,
    denominator,
    positions: pool.positions + (share === undefined ? 1 : 0),
    peakExponent: Math.max(pool.peakExponent ?? denominator.exponent, denominator.exponent),
  }
}

/** Stake that an epoch adds on one subnet, often several times to one hotkey: its pools are read and written once. */
export class StakeCredits {
  readonly #state: LedgerState
  readonly #netuid: Netuid
  readonly #before: ReadonlyMap<AccountId, StakeRecord>
  readonly #pools = new Map<AccountId, StakeRecord>()

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

  /** Adds stake to all positions of a hotkey by their shares. `false`, and nothing happens, when there are none. */
  creditAll(hotkey: AccountId, amountAlpha: Alpha): boolean {
    const pool = this.#pool(hotkey)
    if (pool.positions === 0) return false
    const { positions, peakExponent } = pool
    const { totalAlpha, denominator } = creditAll(pool, amountAlpha)
    this.#pools.set(hotkey, { totalAlpha, denominator, positions, peakExponent })
    return true
  }

  /** Writes what was added; to be called once, at the end. */
  write(): void {
    for (const [hotkey, pool] of this.#pools) setPool(this.#state, { netuid: this.#netuid, hotkey }, pool)
  }

  #pool(hotkey: AccountId): StakeRecord {
    return this.#pools.get(hotkey) ?? this.#before.get(hotkey) ?? stakePool(this.#state, this.#netuid, hotkey)
  }
}

/**
 * Takes stake from one position; `false`, and nothing happens, when it is worth less. What rounding leaves of
 * an emptied position stays, as in the reference, until the whole pool is empty: then every share goes, for
 * shares of nothing would have a part in what the next staker brings.
 */
export function debitStake(state: LedgerState, position: Position, amountAlpha: Alpha): boolean {
  const { netuid, hotkey, coldkey } = position
  const share = state.get(shares, netuid, hotkey, coldkey)
  if (share === undefined) return false
  const pool = stakePool(state, netuid, hotkey)
  const after = debitPosition(pool, share, amountAlpha)
  if (after === null) return false
  const isGone = after.share.mantissa === 0n
  if (isGone) state.delete(shares, netuid, hotkey, coldkey)
  else state.set(shares, [netuid, hotkey, coldkey], after.share)
  const positions = pool.positions - (isGone ? 1 : 0)
  setPool(state, position, { ...pool, ...after.pool, positions })
  if (after.pool.totalAlpha === 0n) clearPool(state, position)
  else if (positions === 0) giveAll(state, position)
  else if (hasShrunk(stakePool(state, netuid, hotkey))) recountShares(state, position)
  return true
}

type PoolId = Pick<Position, 'netuid' | 'hotkey'>

/** Decimal digits that a sum of shares may lose before it is counted anew. */
const LOST_DIGITS = 3

function stakePool(state: LedgerState, netuid: Netuid, hotkey: AccountId): StakeRecord {
  return state.getOrBlank(stakes, netuid, hotkey)
}

function setPool(state: LedgerState, { netuid, hotkey }: PoolId, pool: StakeRecord): void {
  state.set(stakes, [netuid, hotkey], pool)
}

/**
 * Whether most of the shares left. Roundings of the sum are as small as its 21st digit, but of what it was; in
 * a sum a thousand times smaller they weigh a thousand times more, and later dividends multiply them. The
 * reference lets them grow, until positions can be worth more than their total.
 */
function hasShrunk({ denominator, peakExponent }: StakeRecord): boolean {
  return denominator.mantissa === 0n || denominator.exponent <= (peakExponent ?? 0) - LOST_DIGITS
}

function clearPool(state: LedgerState, { netuid, hotkey }: PoolId): void {
  for (const [position] of state.range(shares, netuid, hotkey)) state.delete(shares, ...position)
  state.delete(stakes, netuid, hotkey)
}

/** Whoever held the last share, rounded away, holds what rounding left of the pool. */
function giveAll(state: LedgerState, position: Position): void {
  const { netuid, hotkey, coldkey } = position
  const { totalAlpha } = stakePool(state, netuid, hotkey)
  const { pool, share } = creditPositionUnchecked(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, totalAlpha)
  state.set(shares, [netuid, hotkey, coldkey], share)
  setPool(state, position, { ...pool, positions: 1, peakExponent: pool.denominator.exponent })
}

/** Sets the sum of shares to what it should be. */
function recountShares(state: LedgerState, id: PoolId): void {
  const denominator = state
    .range(shares, id.netuid, id.hotkey)
    .reduce((sum, [, share]) => addSafeFloat(sum, share) ?? sum, SAFE_FLOAT_ZERO)
  const pool = stakePool(state, id.netuid, id.hotkey)
  setPool(state, id, { ...pool, denominator, peakExponent: denominator.exponent })
}
