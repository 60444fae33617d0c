import type { Alpha, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type HeldLock, type LockChange, touchedLock } from '../rules/locks/changedLock.js'
import type { Lock, LockKind } from '../rules/locks/Lock.js'
import { rollLock } from '../rules/locks/rollLock.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import {
  hotkeyLocks,
  locks,
  ownerLocks,
  perpetualLocks,
  perpetualLocksByNetuid,
  sharesByColdkey,
} from '../state/tables.js'
import { lockClock, stepSums } from './lockSums.js'
import { type Position, positionValue } from './stake.js'

/*
 * What coldkeys locked: alpha that may not leave the subnet, whoever it is staked to. A lock is rolled on the occasions that the rules name and
 * on no others, since each roll rounds.
 */

/** A coldkey's lock on a subnet as it was stored last; `null` without one. */
export function lockOf(state: LedgerState, netuid: Netuid, coldkey: AccountId): HeldLock<AccountId> | null {
  const stored = state.get(locks, netuid, coldkey)
  if (stored === undefined) return null
  const { hotkey, ...lock } = stored
  return { hotkey, lock, kind: lockKind(state, netuid, coldkey, hotkey) }
}

/**
 * Alpha that a coldkey has on a subnet, whoever it is staked to: all of it where that is less than what is enough, and at least as much where it is not.
 *
 * @param likely - hotkeys where most of it is likely to be, which are looked at first.
 * PERF: a look-up per position until there is enough: anybody can give a coldkey more of them.
 */
export function coldkeyAlpha(
  state: LedgerState,
  netuid: Netuid,
  coldkey: AccountId,
  enoughAlpha: Alpha,
  likely: readonly AccountId[],
): Alpha {
  const first = new Set(likely)
  let sumAlpha = 0n
  for (const hotkey of first) sumAlpha += positionValue(state, { netuid, hotkey, coldkey })
  if (sumAlpha >= enoughAlpha) return sumAlpha
  for (const [[, , hotkey]] of state.rangeFrom(sharesByColdkey, [coldkey, netuid])) {
    if (first.has(hotkey)) continue
    sumAlpha += positionValue(state, { netuid, hotkey, coldkey })
    if (sumAlpha >= enoughAlpha) break
  }
  return sumAlpha
}

/**
 * How much of a coldkey's alpha on a subnet is not locked now, where that is less than an amount which is to leave a position there; `null` where the
 * amount may leave. PERF: one look-up without a lock.
 *
 * @source spec: `spec/chain.md` 10.2, 10.5
 */
export function freeBelow(
  context: BlockContext,
  { netuid, hotkey, coldkey }: Position,
  amountAlpha: Alpha,
): Alpha | null {
  const held = lockOf(context.state, netuid, coldkey)
  if (held === null || amountAlpha === 0n) return null
  const { massAlpha } = rollLock(held.lock, lockClock(context), held.kind)
  const enoughAlpha = massAlpha + amountAlpha
  const totalAlpha = coldkeyAlpha(context.state, netuid, coldkey, enoughAlpha, [hotkey, held.hotkey])
  if (totalAlpha >= enoughAlpha) return null
  return totalAlpha > massAlpha ? totalAlpha - massAlpha : 0n
}

/** Rolls a coldkey's lock: all that the coldkey stakes or unstakes on the subnet does so. */
export function touchLock(context: BlockContext, netuid: Netuid, coldkey: AccountId): void {
  const held = lockOf(context.state, netuid, coldkey)
  if (held !== null)
    applyLockChange(context, netuid, coldkey, held.hotkey, touchedLock(held, lockClock(context)))
}

/** Forgets all locks of a subnet that is dissolved, and who wanted them to stay. PERF: one step per lock. */
export function eraseLocks(state: LedgerState, netuid: Netuid): void {
  for (const [key] of state.range(locks, netuid)) state.delete(locks, ...key)
  for (const [[, coldkey]] of state.range(perpetualLocksByNetuid, netuid)) {
    state.delete(perpetualLocks, coldkey, netuid)
  }
  for (const [key] of state.range(hotkeyLocks, netuid)) state.delete(hotkeyLocks, ...key)
  state.delete(ownerLocks, netuid)
}

/** What a coldkey's lock to a hotkey is, or would be. */
export function lockKind(
  state: LedgerState,
  netuid: Netuid,
  coldkey: AccountId,
  hotkey: AccountId,
): LockKind {
  return {
    isOwners: state.findSubnet(netuid)?.ownerHotkey === hotkey,
    isPerpetual: isPerpetualFor(state, netuid, coldkey),
  }
}

/** Whether a coldkey wants its lock on a subnet to stay. */
export function isPerpetualFor(state: LedgerState, netuid: Netuid, coldkey: AccountId): boolean {
  return state.get(perpetualLocks, coldkey, netuid) !== undefined
}

/** Stores what a change makes of a coldkey's lock, to this hotkey from now on, and of the sums. */
export function applyLockChange(
  context: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
  hotkey: AccountId,
  { lock, steps }: LockChange<AccountId>,
): void {
  setLock(context.state, netuid, coldkey, hotkey, lock)
  stepSums(context.state, netuid, steps, lockClock(context))
}

export function setLock(
  state: LedgerState,
  netuid: Netuid,
  coldkey: AccountId,
  hotkey: AccountId,
  lock: Lock | null,
): void {
  if (lock === null) state.delete(locks, netuid, coldkey)
  else state.set(locks, [netuid, coldkey], { hotkey, ...lock })
}
