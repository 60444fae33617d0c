import { holds } from '../events.js'
import { reason } from './reason.js'

/** Why a neuron commits to nothing. */
export const commitmentRefusals = {
  AccountNotAllowedCommit: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey },
    says: 'Hotkey {hotkey}, which signed, has no uid on subnet {netuid}, and so commits to nothing there.',
    remedy: 'Register it there first, or sign with a hotkey that is.',
  }),
  SpaceLimitExceeded: reason({
    data: {
      netuid: holds.netuid,
      costBytes: holds.count,
      usedBytes: holds.count,
      quotaBytes: holds.count,
    },
    says: 'The commitment counts {costBytes} bytes; of {quotaBytes} between two epochs of subnet {netuid} {usedBytes} are used.',
    remedy: 'Commit to less, or wait for the next epoch of the subnet.',
  }),
}
