import type { Alpha } from '../../../units/index.js'
import { type AggregateStep, less, more } from './aggregate.js'
import { type HeldLock, keptOf, type LockRefusal } from './changedLock.js'
import { emptyLock, type Lock, type LockAmount, type LockClock, type LockKind } from './Lock.js'
import { rollLock } from './rollLock.js'

/** Alpha that goes from one coldkey to another within a subnet. */
export interface LockedTransfer {
  readonly amountAlpha: Alpha
  /** All that the sender has on the subnet, before. */
  readonly totalAlpha: Alpha
  readonly receiverAcceptsLocked: boolean
  /** The receiver's setting, for the lock it may get. */
  readonly receiverIsPerpetual: boolean
}

export type LockedTransferError = 'LockHotkeyMismatch' | 'AccountRejectsLockedAlpha'

/** Both locks afterwards, `null` where there is none, and what to do to aggregates, in order. */
export interface LockedTransferChange<K> {
  readonly ok: true
  readonly sender: Lock | null
  readonly receiver: { readonly hotkey: K; readonly lock: Lock | null }
  readonly steps: readonly AggregateStep<K>[]
}

/**
 * What a transfer of stake within a subnet does to locks: what is free goes first, and the rest takes the sender's lock
 * along, with its part of the conviction. Both locks are rolled, also when nothing locked moves; their aggregates only
 * change when something does.
 *
 * Without a lock of the sender nothing happens to either; then there is no need to call this.
 *
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `transfer_lock`
 */
export function transferLocked<K>(
  sender: HeldLock<K>,
  receiver: HeldLock<K> | null,
  terms: LockedTransfer,
  clock: LockClock,
): LockedTransferChange<K> | LockRefusal<LockedTransferError> {
  const sent = rollLock(sender.lock, clock, sender.kind)
  const got = receiver === null ? emptyLock(clock.block) : rollLock(receiver.lock, clock, receiver.kind)
  const beyondFree = terms.amountAlpha - free(terms.totalAlpha, sent.massAlpha)
  if (beyondFree > 0n && receiver !== null && receiver.hotkey !== sender.hotkey) {
    return { ok: false, error: 'LockHotkeyMismatch' }
  }
  const moved = partOf(sent, beyondFree)
  if (moved.massAlpha > 0n && !terms.receiverAcceptsLocked) {
    return { ok: false, error: 'AccountRejectsLockedAlpha' }
  }
  const hotkey = receiver === null ? sender.hotkey : receiver.hotkey
  const kind: LockKind =
    receiver === null
      ? { isOwners: sender.kind.isOwners, isPerpetual: terms.receiverIsPerpetual }
      : receiver.kind
  const left = { ...less(sent, moved), lastBlock: sent.lastBlock }
  const joined = { ...more(got, moved), lastBlock: got.lastBlock }
  return {
    ok: true,
    sender: keptOf(rollLock(left, clock, sender.kind)),
    receiver: { hotkey, lock: keptOf(rollLock(joined, clock, kind)) },
    steps:
      moved.massAlpha === 0n
        ? []
        : [
            { place: sender, does: 'take', amount: moved },
            { place: { hotkey, kind }, does: 'add', amount: moved },
          ],
  }
}

const free = (totalAlpha: Alpha, lockedAlpha: Alpha): Alpha =>
  totalAlpha > lockedAlpha ? totalAlpha - lockedAlpha : 0n

/** As much of a lock, and of its conviction the same part, floored twice. */
function partOf({ massAlpha, convictionBits }: LockAmount, askedAlpha: Alpha): LockAmount {
  const taken = askedAlpha < massAlpha ? askedAlpha : massAlpha
  if (taken <= 0n) return { massAlpha: 0n, convictionBits: 0n }
  return { massAlpha: taken, convictionBits: (convictionBits * ((taken << 64n) / massAlpha)) >> 64n }
}
