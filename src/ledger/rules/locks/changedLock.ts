import type { Alpha } from '../../../units/index.js'
import { type AggregateStep, less, more } from './aggregate.js'
import { emptyLock, isDust, type Lock, type LockAmount, type LockClock, type LockKind } from './Lock.js'
import { rollLock } from './rollLock.js'

/** A coldkey's lock on a subnet, of which there is at most one. */
export interface HeldLock<K> {
  readonly hotkey: K
  readonly lock: Lock
  readonly kind: LockKind
}

/** What a change makes of a coldkey's lock, and what to do to aggregates, in order. */
export interface LockChange<K> {
  readonly ok: true
  /** `null` when it ends: no record is kept. */
  readonly lock: Lock | null
  readonly steps: readonly AggregateStep<K>[]
}

export interface LockRefusal<E extends string> {
  readonly ok: false
  readonly error: E
}

export type LockStakeError =
  | 'AmountTooLow'
  | 'HotKeyAccountNotExists'
  | 'LockHotkeyMismatch'
  | 'InsufficientStakeForLock'

export type MoveLockError = 'HotKeyAccountNotExists' | 'NoExistingLock'

/**
 * What any staking or unstaking by the coldkey on the subnet does to its lock: it is rolled, and its aggregate follows.
 *
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `cleanup_lock_if_zero`
 */
export function touchedLock<K>(held: HeldLock<K>, clock: LockClock): LockChange<K> {
  const { rolled, step } = rolledWithStep(held, clock)
  return { ok: true, lock: keptOf(rolled), steps: [step] }
}

/**
 * Locks alpha to a hotkey, or more of it.
 *
 * @param held - the lock there is, `null` without one.
 * @param target - `kind.isPerpetual` is the coldkey's setting, `totalAlpha` all it has on the subnet.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `do_lock_stake`
 */
export function raisedLock<K>(
  held: HeldLock<K> | null,
  target: {
    readonly hotkey: K
    readonly hotkeyExists: boolean
    readonly kind: LockKind
    readonly amountAlpha: Alpha
    readonly totalAlpha: Alpha
  },
  clock: LockClock,
): LockChange<K> | LockRefusal<LockStakeError> {
  const { hotkey, kind, amountAlpha } = target
  if (amountAlpha === 0n) return refused('AmountTooLow')
  if (!target.hotkeyExists) return refused('HotKeyAccountNotExists')
  if (held !== null && held.hotkey !== hotkey) return refused('LockHotkeyMismatch')
  const { rolled, step } = rolledWithStep(held ?? { hotkey, kind, lock: emptyLock(clock.block) }, clock)
  const amount = { massAlpha: amountAlpha, convictionBits: 0n }
  const raised = { ...more(rolled, amount), lastBlock: rolled.lastBlock }
  if (target.totalAlpha < raised.massAlpha) return refused('InsufficientStakeForLock')
  return {
    ok: true,
    lock: keptOf(rollLock(raised, clock, kind)),
    steps: [step, { place: { hotkey, kind }, does: 'add', amount }],
  }
}

/**
 * Moves a lock to another hotkey. Its conviction stays only if one coldkey owns both.
 *
 * @param target - `isOwners`: whether the new hotkey is that of the subnet's owner.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `do_move_lock`
 */
export function movedLock<K>(
  held: HeldLock<K> | null,
  target: {
    readonly hotkey: K
    readonly hotkeyExists: boolean
    readonly isOwners: boolean
    readonly hasSameOwner: boolean
  },
  clock: LockClock,
): LockChange<K> | LockRefusal<MoveLockError> {
  if (!target.hotkeyExists) return refused('HotKeyAccountNotExists')
  if (held === null) return refused('NoExistingLock')
  const rolled = rollLock(held.lock, clock, held.kind)
  const kind = { isOwners: target.isOwners, isPerpetual: held.kind.isPerpetual }
  const arriving = target.hasSameOwner ? rolled : { ...rolled, convictionBits: 0n }
  const moved = rollLock(arriving, clock, kind)
  return {
    ok: true,
    lock: keptOf(moved),
    steps: [
      { place: held, does: 'take', amount: rolled },
      { place: { hotkey: target.hotkey, kind }, does: 'add', amount: moved },
    ],
  }
}

/**
 * Makes a lock perpetual, or lets it decay. The setting itself is the caller's to keep, with or without a lock.
 *
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `do_set_perpetual_lock`
 */
export function switchedLock<K>(held: HeldLock<K>, isPerpetual: boolean, clock: LockClock): LockChange<K> {
  const { rolled, step } = rolledWithStep(held, clock)
  const lock = keptOf(rolled)
  if (held.kind.isPerpetual === isPerpetual) return { ok: true, lock, steps: [step] }
  const place = { hotkey: held.hotkey, kind: { isOwners: held.kind.isOwners, isPerpetual } }
  const steps: AggregateStep<K>[] = [step, { place: held, does: 'take', amount: rolled }]
  if (lock !== null) steps.push({ place, does: 'add', amount: lock })
  return { ok: true, lock, steps }
}

/** A lock that is rolled, and how its aggregate follows: it loses what the lock lost, or is rolled where it lost nothing. */
function rolledWithStep<K>(
  held: HeldLock<K>,
  clock: LockClock,
): { readonly rolled: Lock; readonly step: AggregateStep<K> } {
  const rolled = rollLock(held.lock, clock, held.kind)
  const lost: LockAmount = less(held.lock, rolled)
  const does = lost.massAlpha === 0n && lost.convictionBits === 0n ? 'roll' : 'lose'
  return { rolled, step: { place: held, does, amount: lost } }
}

/** A lock below the dust limit is not kept. */
export function keptOf(lock: Lock): Lock | null {
  return isDust(lock) ? null : lock
}

function refused<E extends string>(error: E): LockRefusal<E> {
  return { ok: false, error }
}
