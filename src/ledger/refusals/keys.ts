import { holds } from '../events.js'
import { reason } from './reason.js'

/** Why a key does not take the place of another. */
export const keyRefusals = {
  NewHotKeyIsSameWithOld: reason({
    data: { hotkey: holds.hotkey },
    says: 'Hotkey {hotkey} cannot take its own place.',
    remedy: 'Name another hotkey as the new one.',
  }),
  HotKeySetTxRateLimitExceeded: reason({
    data: { coldkey: holds.coldkey, nextBlock: holds.block },
    says: 'Coldkey {coldkey} swapped a hotkey a short while ago, and may again from block {nextBlock} on.',
    remedy: 'Swap at block {nextBlock} or later.',
  }),
  NewHotKeyNotCleanForRootSwap: reason({
    data: { hotkey: holds.hotkey, rootStakeRao: holds.rao },
    says: 'Hotkey {hotkey} has {rootStakeRao} staked to it on root or root dividends of its own, which cannot be told from those of the old one.',
    remedy: 'Name a hotkey that nobody has staked to on root, or swap on a subnet alone.',
  }),
  HotKeySwapOnSubnetIntervalNotPassed: reason({
    data: { netuid: holds.netuid, coldkey: holds.coldkey, nextBlock: holds.block },
    says: 'Coldkey {coldkey} may swap a hotkey on subnet {netuid} from block {nextBlock} on.',
    remedy: 'Swap at block {nextBlock} or later.',
  }),
  NotEnoughBalanceToPaySwapHotKey: reason({
    data: { balanceRao: holds.rao, costRao: holds.rao },
    says: 'The swap costs {costRao}, and the balance is {balanceRao}.',
    remedy: 'Send the coldkey TAO until it has {costRao} and what keeps it alive.',
  }),
}
