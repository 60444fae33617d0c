import { type Alpha, asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { movedLock, raisedLock, switchedLock } from '../rules/locks/changedLock.js'
import { transferLocked } from '../rules/locks/transferLocked.js'
import type { AccountId } from '../state/account.js'
import { locks, perpetualLocks, stakers } from '../state/tables.js'
import { lockClock, stepSums } from './lockSums.js'
import { applyLockChange, coldkeyAlpha, isPerpetualFor, lockKind, lockOf, setLock } from './locks.js'

/** Why alpha is not locked, in the order of the checks. */
export const LOCKING_REFUSALS = [
  'AmountTooLow',
  'HotKeyAccountNotExists',
  'LockHotkeyMismatch',
  'InsufficientStakeForLock',
] as const

/** Why a lock does not move to another hotkey, in the order of the checks. */
export const MOVING_LOCK_REFUSALS = ['HotKeyAccountNotExists', 'NoExistingLock'] as const

/** Locks alpha to a hotkey, or more of it. @returns why not; then nothing has changed. */
export function lockAlpha(
  context: BlockContext,
  netuid: Netuid,
  coldkey: AccountId,
  { hotkey, amountAlpha }: { readonly hotkey: AccountId; readonly amountAlpha: Alpha },
): RefusalOf<(typeof LOCKING_REFUSALS)[number]> | null {
  const { state } = context
  const held = lockOf(state, netuid, coldkey)
  // A lock only falls with time: with more than this there is enough for it.
  const enoughAlpha = (held?.lock.massAlpha ?? 0n) + amountAlpha
  const heldAlpha = coldkeyAlpha(state, netuid, coldkey, enoughAlpha, [hotkey])
  const target = {
    hotkey,
    hotkeyExists: ownerOf(state, hotkey) !== undefined,
    kind: lockKind(state, netuid, coldkey, hotkey),
    amountAlpha,
    totalAlpha: heldAlpha,
  }
  const change = raisedLock(held, target, lockClock(context))
  if (!change.ok) {
    const address = asHotkey(state.addressOf(hotkey))
    const lockedTo = asHotkey(state.addressOf(held?.hotkey ?? hotkey))
    switch (change.error) {
      case 'AmountTooLow':
        return refuse(change.error, { because: 'nothingOffered', netuid })
      case 'HotKeyAccountNotExists':
        return refuse(change.error, { hotkey: address })
      case 'LockHotkeyMismatch':
        return refuse(change.error, { because: 'locking', netuid, lockedTo, hotkey: address })
      case 'InsufficientStakeForLock':
        return refuse(change.error, { netuid, heldAlpha, amountAlpha })
    }
  }
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
): RefusalOf<(typeof MOVING_LOCK_REFUSALS)[number]> | null {
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
  if (!change.ok) {
    return change.error === 'NoExistingLock'
      ? refuse(change.error, { netuid, coldkey: asColdkey(state.addressOf(coldkey)) })
      : refuse(change.error, { hotkey: asHotkey(state.addressOf(hotkey)) })
  }
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

/** Stake that goes from one coldkey to another within a subnet. */
export interface LockedMove {
  readonly from: AccountId
  readonly to: AccountId
  readonly amountAlpha: Alpha
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
  { from, to, amountAlpha }: LockedMove,
): RefusalOf<'LockHotkeyMismatch' | 'AccountRejectsLockedAlpha'> | null {
  const { state } = context
  if (from === to || amountAlpha === 0n) return null
  const sender = lockOf(state, netuid, from)
  if (sender === null) return null
  const clock = lockClock(context)
  const terms = {
    amountAlpha,
    totalAlpha: coldkeyAlpha(state, netuid, from, sender.lock.massAlpha + amountAlpha, [sender.hotkey]),
    receiverAcceptsLocked: state.get(stakers, to)?.acceptsLockedAlpha ?? false,
    receiverIsPerpetual: isPerpetualFor(state, netuid, to),
  }
  const held = lockOf(state, netuid, to)
  const change = transferLocked(sender, held, terms, clock)
  if (!change.ok) {
    const receiver = asColdkey(state.addressOf(to))
    if (change.error === 'AccountRejectsLockedAlpha') return refuse(change.error, { netuid, receiver })
    const lockedTo = asHotkey(state.addressOf(sender.hotkey))
    const receiverLockedTo = asHotkey(state.addressOf((held ?? sender).hotkey))
    return refuse(change.error, { because: 'receiving', netuid, receiver, lockedTo, receiverLockedTo })
  }
  setLock(state, netuid, from, sender.hotkey, change.sender)
  setLock(state, netuid, to, change.receiver.hotkey, change.receiver.lock)
  stepSums(state, netuid, change.steps, clock)
  return null
}
