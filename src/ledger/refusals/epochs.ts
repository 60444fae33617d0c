import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why an epoch does not come, and what has to wait for one or for its turn. */
export const epochRefusals = {
  DynamicTempoBlockedByCommitReveal: reason({
    data: { netuid: holds.netuid },
    says: 'Subnet {netuid} hides weights until an epoch, and one that is triggered would reveal them early.',
    remedy: 'Wait for the epoch by tempo, or switch commitRevealEnabled off first.',
  }),
  EpochTriggerAlreadyPending: reason({
    data: { netuid: holds.netuid, atBlock: holds.block },
    says: 'An epoch of subnet {netuid} is due at block {atBlock} already.',
    remedy: 'Trigger the next one after block {atBlock}.',
  }),
  AutoEpochAlreadyImminent: reason({
    data: { netuid: holds.netuid, atBlock: holds.block },
    says: 'An epoch of subnet {netuid} comes by itself at block {atBlock}, no later than a triggered one would.',
    remedy: 'Wait for block {atBlock}.',
  }),
  AdminActionProhibitedDuringWeightsWindow: reason({
    data: { epochAtBlock: holds.block },
    says: 'An epoch of the subnet is due at block {epochAtBlock}, and nothing of it may be changed until it has run.',
    remedy: 'Change it after the epoch of block {epochAtBlock}.',
  }),
  TxRateLimitExceeded: reasons({
    children: reason({
      data: { netuid: holds.netuid, hotkey: holds.hotkey, nextBlock: holds.block },
      says: 'The children of {hotkey} on subnet {netuid} were set a short while ago, and can be set from block {nextBlock} on.',
      remedy: 'Set them at block {nextBlock} or later.',
    }),
    epochTrigger: reason({
      data: { netuid: holds.netuid, nextBlock: holds.block },
      says: 'An epoch of subnet {netuid} was triggered a short while ago, and can be from block {nextBlock} on.',
      remedy: 'Trigger it at block {nextBlock} or later.',
    }),
    ownerChange: reason({
      data: { name: holds.text, nextBlock: holds.block },
      says: 'A short while ago {name} was changed, which may happen again from block {nextBlock} on.',
      remedy: 'Change it at block {nextBlock} or later.',
    }),
  }),
}
