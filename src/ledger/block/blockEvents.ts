import type { PaymentReason, PendingAlpha } from '../../emission/index.js'
import type { Rao, Uid } from '../../units/index.js'
import type { StakeLink } from '../children/StakeLink.js'
import { eventField, holds } from '../events.js'
import type { SaleRefusal } from '../money/tradeRefusals.js'

/** What the steps of a block record, and what calls share with them: of calls alone each call says itself. */
export const BLOCK_EVENTS = {
  /** An epoch was drained and computed; its payments follow. What it distributed is all that was pending but the owner's cut. */
  EpochRan: {
    epochIndex: holds.count,
    emissionAlpha: holds.alpha,
    pending: eventField<PendingAlpha>('PendingAlpha'),
  },
  /** More epochs were due than a block may run. */
  EpochDeferred: { toBlock: holds.block },
  /** A payment of an epoch; a dividend goes to all stakers of the hotkey. `uid` is `null` for a hotkey that has left. */
  EmissionPaid: {
    kind: eventField<PaymentReason>('PaymentReason'),
    uid: eventField<Uid | null>('Uid or null'),
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    amountAlpha: holds.alpha,
  },
  /** Pay was withheld from the owner's own miners; the share is times 2^32. */
  MinerBurned: {
    burnedAlpha: holds.alpha,
    recycledAlpha: holds.alpha,
    shareBits: eventField<bigint>('bigint'),
  },
  /** Root dividends were claimed: sold, and the TAO staked on root, or, where that is `null`, staked as alpha. */
  RootClaimed: {
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    amountAlpha: holds.alpha,
    stakedRao: eventField<Rao | null>('Rao or null'),
  },
  /** A coldkey's root dividends were to be claimed by themselves, and a pool did not buy: nothing was. */
  RootClaimFailed: { coldkey: holds.coldkey, error: eventField<SaleRefusal>('SaleRefusal') },
  /** A validator's weights were stored: by itself, or because they were revealed. */
  WeightsSet: { mechanism: holds.mechanism, uid: holds.uid, hotkey: holds.hotkey, count: holds.count },
  /** Time-locked weights of a validator opened, and were stored; the hash is that of what was committed, the epoch the one that it belongs to. */
  TimelockedWeightsRevealed: {
    mechanism: holds.mechanism,
    hotkey: holds.hotkey,
    commitHash: holds.hash,
    epochIndex: holds.count,
  },
  /** Others were dropped: they could not be read (`CannotBeRead`), or would have been refused by that name. The reference says nothing. */
  TimelockedWeightsDropped: {
    mechanism: holds.mechanism,
    hotkey: holds.hotkey,
    commitHash: holds.hash,
    epochIndex: holds.count,
    error: holds.text,
  },
  /** A locked field of a commitment opened, and its text was kept. */
  CommitmentRevealed: { hotkey: holds.hotkey, revealRound: holds.count },
  /** Another one could not be opened: it is gone. The reference says nothing. */
  CommitmentRevealFailed: { hotkey: holds.hotkey, revealRound: holds.count },
  /** A neuron had to leave its uid to a newcomer. */
  NeuronReplaced: { uid: holds.uid, hotkey: holds.hotkey },
  /** A coldkey locked alpha, or its cut as a subnet's owner was locked. */
  StakeLocked: { coldkey: holds.coldkey, hotkey: holds.hotkey, amountAlpha: holds.alpha },
  /** A subnet changed hands by conviction. */
  SubnetOwnerChanged: { oldOwner: holds.coldkey, newOwner: holds.coldkey, newHotkey: holds.hotkey },
  /** Stake of a hotkey counts for these children, and for no others, from now on. */
  SetChildren: { hotkey: holds.hotkey, children: eventField<readonly StakeLink[]>('StakeLink[]') },
  /** The same from the first epoch after a block on, unless others are set meanwhile. */
  SetChildrenScheduled: {
    hotkey: holds.hotkey,
    children: eventField<readonly StakeLink[]>('StakeLink[]'),
    afterBlock: holds.block,
  },
  /** Somebody who had stake on a subnet that ended was paid out. */
  StakeRefunded: { coldkey: holds.coldkey, amountRao: holds.rao },
  /** A subnet ended. What its account held besides its pool, and what nobody was paid of that, left the issuance. */
  NetworkRemoved: { potRao: holds.rao, refundedRao: holds.rao, recycledRao: holds.rao },
  /** An account fell below the existential deposit and ended. */
  DustLost: { account: holds.address, amountRao: holds.rao },
} as const

export type BlockEvents = typeof BLOCK_EVENTS
