import {
  creditAllUnchecked,
  creditPositionUnchecked,
  debitPosition,
  EMPTY_SHARE_POOL,
  isCreditPrecise,
  positionAlpha,
  type SharePool,
} from '../../emission/index.js'
import { SAFE_FLOAT_ZERO, type SafeFloat } from '../../math/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { Key, KeyOf, Table } from '../state/table.js'
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

/** Hotkeys of a subnet whose stake was looked at already: keys and records in ascending order of the hotkeys. */
export interface KnownStakes {
  readonly stakeKeys: readonly KeyOf<typeof stakes>[]
  /** What the hotkeys' owners have of it. */
  readonly ownShareKeys: KeyOf<typeof shares>[]
  readonly pools: readonly (StakeRecord | undefined)[]
}

/**
 * Stake that an epoch adds on one subnet, often several times to one hotkey: pools and the owners' shares of them are read and written once,
 * those of known hotkeys together. `place` is that of the hotkey among them, and has to be named where it has one.
 */
export class StakeCredits {
  readonly #state: LedgerState
  readonly #netuid: Netuid
  readonly #known: KnownStakes
  readonly #pools: SharePool[]
  #shares: (SafeFloat | undefined)[] | undefined
  /** Places where pools and owners' shares are not yet written. */
  readonly #hasPool: Uint8Array
  readonly #hasShare: Uint8Array
  /** Of all other hotkeys. */
  readonly #others = new Map<AccountId, SharePool>()

  constructor(state: LedgerState, netuid: Netuid, known: KnownStakes) {
    this.#state = state
    this.#netuid = netuid
    this.#known = known
    this.#pools = known.pools.map((pool) => pool ?? EMPTY_SHARE_POOL)
    this.#hasPool = new Uint8Array(known.pools.length)
    this.#hasShare = new Uint8Array(known.pools.length)
  }

  /** Adds stake to one position. */
  credit(hotkey: AccountId, coldkey: AccountId, place: number | undefined, amountAlpha: Alpha): void {
    if (amountAlpha === 0n) return
    const isOwners = place !== undefined && this.#known.ownShareKeys[place]?.[2] === coldkey
    if (isOwners) this.#creditOwner(place, amountAlpha)
    else {
      const position = { netuid: this.#netuid, hotkey, coldkey }
      this.#set(hotkey, place, creditedPool(this.#state, position, this.#pool(hotkey, place), amountAlpha))
    }
  }

  /** Adds stake to all positions of a hotkey by their shares; where there are none it is the next staker's. */
  creditAll(hotkey: AccountId, place: number | undefined, amountAlpha: Alpha): void {
    this.#set(hotkey, place, creditAllUnchecked(this.#pool(hotkey, place), amountAlpha))
  }

  /** Writes what was added; to be called at the end, and before somebody else reads stake. */
  write(): void {
    const { stakeKeys, ownShareKeys } = this.#known
    writeTaken(this.#state, stakes, stakeKeys, this.#pools, this.#hasPool)
    if (this.#shares !== undefined) {
      writeTaken(this.#state, shares, ownShareKeys, this.#shares, this.#hasShare)
    }
    for (const [hotkey, pool] of this.#others) setPool(this.#state, { netuid: this.#netuid, hotkey }, pool)
    this.#others.clear()
  }

  #creditOwner(place: number, amountAlpha: Alpha): void {
    this.#shares ??= this.#state.getEach(shares, this.#known.ownShareKeys)
    const before = this.#shares[place] ?? SAFE_FLOAT_ZERO
    const { pool, share } = creditPositionUnchecked(
      this.#pools[place] ?? EMPTY_SHARE_POOL,
      before,
      amountAlpha,
    )
    this.#pools[place] = pool
    this.#hasPool[place] = 1
    if (share.mantissa === 0n) return
    this.#shares[place] = share
    this.#hasShare[place] = 1
  }

  #pool(hotkey: AccountId, place: number | undefined): SharePool {
    if (place !== undefined) return this.#pools[place] ?? EMPTY_SHARE_POOL
    return this.#others.get(hotkey) ?? stakePool(this.#state, this.#netuid, hotkey)
  }

  #set(hotkey: AccountId, place: number | undefined, pool: SharePool): void {
    if (place === undefined) this.#others.set(hotkey, pool)
    else {
      this.#pools[place] = pool
      this.#hasPool[place] = 1
    }
  }
}

/** Sets the records at places that are marked, and takes the marks away. */
function writeTaken<K extends Key, R>(
  state: LedgerState,
  table: Table<K, R>,
  keys: readonly K[],
  records: readonly (R | undefined)[],
  marks: Uint8Array,
): void {
  const markedKeys: K[] = []
  const marked: R[] = []
  for (let place = 0; place < marks.length; place++) {
    const record = records[place]
    if (marks[place] === 0 || record === undefined) continue
    markedKeys.push(keys[place] as K)
    marked.push(record)
  }
  state.setEach(table, markedKeys, marked)
  marks.fill(0)
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
