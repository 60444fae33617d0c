import { type Alpha, asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { ownerOf } from '../neurons/hotkeys.js'
import {
  type LockStakeError,
  type MoveLockError,
  movedLock,
  raisedLock,
  switchedLock,
} from '../rules/locks/changedLock.js'
import { type LockedTransferError, transferLocked } from '../rules/locks/transferLocked.js'
import type { AccountId } from '../state/account.js'
import { locks, perpetualLocks, stakers } from '../state/tables.js'
import { lockClock, stepSums } from './lockSums.js'
import { applyLockChange, coldkeyAlpha, isPerpetualFor, lockKind, lockOf, setLock } from './locks.js'

/** Locks alpha to a hotkey, or more of it. @returns why not; then nothing has changed. */
export function lockAlpha(
  context: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
  { hotkey, amountAlpha }: { readonly hotkey: AccountId; readonly amountAlpha: Alpha },
): LockStakeError | null {
  const { state } = context
  const target = {
    hotkey,
    hotkeyExists: ownerOf(state, hotkey) !== undefined,
    kind: lockKind(state, netuid, coldkey, hotkey),
    amountAlpha,
    totalAlpha: coldkeyAlpha(state, netuid, coldkey),
  }
  const change = raisedLock(lockOf(state, netuid, coldkey), target, lockClock(context))
  if (!change.ok) return change.error
  applyLockChange(context, netuid, coldkey, hotkey, change)
  context.emit('StakeLocked', netuid, {
    coldkey: asColdkey(state.addressOf(coldkey)),
    hotkey: asHotkey(state.addressOf(hotkey)),
    amountAlpha,
  })
  return null
}

/** Locks what the owner of a subnet was paid, where that is wanted: to the hotkey of its lock, or to its own. */
export function lockOwnerCut(context: BlockContext, netuid: Netuid, amountAlpha: Alpha): void {
  const { state } = context
  if (!state.hyperparameters(netuid).ownerCutAutoLockEnabled) return
  const { owner, ownerHotkey } = state.subnet(netuid)
  const hotkey = state.get(locks, netuid, owner)?.hotkey ?? ownerHotkey
  // Refused, as where rounding left less stake than is locked, the cut stays free.
  lockAlpha(context, netuid, owner, { hotkey, amountAlpha })
}

/** Moves a coldkey's lock to another hotkey. @returns why not; then nothing has changed. */
export function moveLockTo(
  context: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
  hotkey: AccountId,
): MoveLockError | null {
  const { state } = context
  const held = lockOf(state, netuid, coldkey)
  const owner = ownerOf(state, hotkey)
  const target = {
    hotkey,
    hotkeyExists: owner !== undefined,
    isOwners: lockKind(state, netuid, coldkey, hotkey).isOwners,
    hasSameOwner: held !== null && ownerOf(state, held.hotkey) === owner,
  }
  const change = movedLock(held, target, lockClock(context))
  if (!change.ok) return change.error
  applyLockChange(context, netuid, coldkey, hotkey, change)
  return null
}

/** Makes a coldkey's lock stay, or lets it decay, also one to come. */
export function setPerpetual(
  context: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
  isPerpetual: boolean,
): void {
  const { state } = context
  const held = lockOf(state, netuid, coldkey)
  if (held !== null) {
    applyLockChange(
      context,
      netuid,
      coldkey,
      held.hotkey,
      switchedLock(held, isPerpetual, lockClock(context)),
    )
  }
  if (isPerpetual) state.set(perpetualLocks, [coldkey, netuid], true)
  else state.delete(perpetualLocks, coldkey, netuid)
}

/**
 * Lets the lock follow stake that is about to go from one coldkey to another within a subnet: what is free goes first. To be called before the stake
 * moves, and to be undone by the caller where it refuses later.
 *
 * @returns why the stake may not move; then nothing has changed.
 * @source spec: `spec/chain.md` 10.3 step 9, 10.5
 */
export function transferLock(
  context: BlockContext,
  netuid: Netuid,
  {
    from,
    to,
    amountAlpha,
  }: { readonly from: AccountId; readonly to: AccountId; readonly amountAlpha: Alpha },
): LockedTransferError | null {
  const { state } = context
  if (from === to || amountAlpha === 0n) return null
  const sender = lockOf(state, netuid, from)
  if (sender === null) return null
  const clock = lockClock(context)
  const terms = {
    amountAlpha,
    totalAlpha: coldkeyAlpha(state, netuid, from),
    receiverAcceptsLocked: state.get(stakers, to)?.acceptsLockedAlpha ?? false,
    receiverIsPerpetual: isPerpetualFor(state, netuid, to),
  }
  const change = transferLocked(sender, lockOf(state, netuid, to), terms, clock)
  if (!change.ok) return change.error
  setLock(state, netuid, from, sender.hotkey, change.sender)
  setLock(state, netuid, to, change.receiver.hotkey, change.receiver.lock)
  stepSums(state, netuid, change.steps, clock)
  return null
}
