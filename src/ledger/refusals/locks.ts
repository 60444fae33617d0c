import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why stake is not locked, and why what is locked does not move. */
export const lockRefusals = {
  LockHotkeyMismatch: reasons({
    locking: reason({
      data: { netuid: holds.netuid, lockedTo: holds.hotkey, hotkey: holds.hotkey },
      says: 'The lock on subnet {netuid} is to {lockedTo}, not to {hotkey}.',
      remedy: 'Lock to {lockedTo}, or move the lock with moveLock first.',
    }),
    receiving: reason({
      data: {
        netuid: holds.netuid,
        receiver: holds.coldkey,
        lockedTo: holds.hotkey,
        receiverLockedTo: holds.hotkey,
      },
      says: 'What moves takes a lock to {lockedTo} along, and the lock of {receiver} on subnet {netuid} is to {receiverLockedTo}.',
      remedy: 'Move only what is not locked, or have one of the locks moved with moveLock first.',
    }),
  }),
  AccountRejectsLockedAlpha: reason({
    data: { netuid: holds.netuid, receiver: holds.coldkey },
    says: 'Some of what moves on subnet {netuid} is locked, and {receiver} takes no locked stake.',
    remedy: 'Move only what is not locked, or have the receiver allow it with setRejectLockedAlpha.',
  }),
  InsufficientStakeForLock: reason({
    data: { netuid: holds.netuid, heldAlpha: holds.alpha, amountAlpha: holds.alpha },
    says: 'The coldkey has {heldAlpha} on subnet {netuid}, too little to lock {amountAlpha} beside what is locked.',
    remedy: 'Lock less, or stake more on the subnet first.',
  }),
  NoExistingLock: reason({
    data: { netuid: holds.netuid, coldkey: holds.coldkey },
    says: '{coldkey} has no lock on subnet {netuid}.',
    remedy:
      'Lock stake there with lockStake first, or name the subnet of the lock: the query locks lists them.',
  }),
}
