import type { PaymentReason } from '../../emission/index.js'
import type { Uid } from '../../units/index.js'
import { eventField, holds } from '../events.js'

/** What the steps of a block record, and what calls share with them: of calls alone each call says itself. */
export const BLOCK_EVENTS = {
  /** An epoch was drained and computed; its payments follow. */
  EpochRan: { epochIndex: holds.count, emissionAlpha: holds.alpha },
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
  /** What an epoch had for its validators, and nobody earned. */
  EmissionUnearned: { amountAlpha: holds.alpha },
  /** A neuron had to leave its uid to a newcomer. */
  NeuronReplaced: { uid: holds.uid, hotkey: holds.hotkey },
  /** An account fell below the existential deposit and ended. */
  DustLost: { account: holds.address, amountRao: holds.rao },
} as const

export type BlockEvents = typeof BLOCK_EVENTS
