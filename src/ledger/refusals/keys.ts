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
  NotEnoughBalanceToPaySwapColdKey: reason({
    data: { balanceRao: holds.rao, costRao: holds.rao, keptRao: holds.rao },
    says: 'To announce a coldkey swap costs {costRao}, and the balance is {balanceRao}, of which {keptRao} keep the account alive.',
    remedy: 'Send the coldkey TAO until it has both.',
  }),
  ColdkeySwapReannouncedTooEarly: reason({
    data: { nextBlock: holds.block },
    says: 'A coldkey swap is announced, and another may take its place from block {nextBlock} on.',
    remedy: 'Make the swap that is announced, or announce the other one at block {nextBlock} or later.',
  }),
  ColdkeySwapAnnouncementNotFound: reason({
    data: { coldkey: holds.coldkey },
    says: 'Coldkey {coldkey} has announced no swap.',
    remedy: 'Announce it with announceColdkeySwap first.',
  }),
  ColdkeySwapClearTooEarly: reason({
    data: { nextBlock: holds.block },
    says: 'The announcement of a coldkey swap can be taken back from block {nextBlock} on.',
    remedy: 'Take it back at block {nextBlock} or later.',
  }),
  AnnouncedColdkeyHashDoesNotMatch: reason({
    data: { newColdkey: holds.coldkey, newColdkeyHash: holds.text },
    says: 'The hash that was announced, {newColdkeyHash}, is not that of coldkey {newColdkey}.',
    remedy: 'Name the coldkey whose coldkeyHash was announced.',
  }),
  ColdkeySwapTooEarly: reason({
    data: { readyAtBlock: holds.block },
    says: 'The coldkey swap may be made from block {readyAtBlock} on.',
    remedy: 'Make it at block {readyAtBlock} or later.',
  }),
  ColdKeyAlreadyAssociated: reason({
    data: { newColdkey: holds.coldkey },
    says: 'Coldkey {newColdkey} has staked to or owned a hotkey already.',
    remedy: 'Announce a coldkey that has done neither.',
  }),
  NewColdKeyIsHotkey: reason({
    data: { newColdkey: holds.coldkey },
    says: '{newColdkey} is a hotkey of somebody.',
    remedy: 'Announce an account that is no hotkey.',
  }),
  ColdkeySwapAlreadyDisputed: reason({
    data: { coldkey: holds.coldkey },
    says: 'The swap of coldkey {coldkey} is disputed already.',
    remedy: 'Wait for root, which ends it with resetColdkeySwap.',
  }),
  ColdkeySwapAnnounced: reason({
    data: { coldkey: holds.coldkey, readyAtBlock: holds.block },
    says: 'Coldkey {coldkey} has announced a swap, which may be made from block {readyAtBlock} on, and signs nothing else until it is over.',
    remedy:
      'Make the swap with swapColdkeyAnnounced, take it back with clearColdkeySwapAnnouncement, or dispute it with disputeColdkeySwap.',
  }),
  ColdkeySwapDisputed: reason({
    data: { coldkey: holds.coldkey, disputedAtBlock: holds.block },
    says: 'The swap of coldkey {coldkey} has been disputed since block {disputedAtBlock}: the account signs nothing.',
    remedy: 'Wait for root, which ends it with resetColdkeySwap.',
  }),
  ActiveLockExists: reason({
    data: { netuid: holds.netuid, coldkey: holds.coldkey },
    says: 'Coldkey {coldkey} has a lock of its own on subnet {netuid}.',
    remedy: 'Announce a coldkey without locks.',
  }),
  NotEnoughBalanceToPaySwapHotKey: reason({
    data: { balanceRao: holds.rao, costRao: holds.rao },
    says: 'The swap costs {costRao}, and the balance is {balanceRao}.',
    remedy: 'Send the coldkey TAO until it has {costRao} and what keeps it alive.',
  }),
}
