import type { Rejection } from '../chain/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { AxonInfo } from '../metagraph/index.js'
import type { Status } from '../synapse/index.js'
import type { Alpha, BlockNumber, Hotkey, U16, Uid } from '../units/index.js'
import type { MinerEvent } from './minerEvents.js'
import type { WeightsWait } from './weightsSchedule.js'

/** A call of a customer is over. */
export interface CustomerCallEvent {
  readonly type: 'customerCall'
  readonly synapse: string
  readonly customer: Hotkey
  /** Miners that were asked for it, in order; none where it was refused before. */
  readonly miners: readonly Hotkey[]
  /** What the customer was told; `cancelled` where it gave up. */
  readonly status: Status
  /** What was asked, counted as `roundLimits.bytesPerMiner` is. */
  readonly requestBytes: number
  /** What was passed on to the customer, counted alike. */
  readonly answerBytes: number
  readonly elapsedMs: number
}

/** The call by which a validator says its weights, hides them, or shows what it hid. */
export type WeightsCallName =
  | 'setWeights'
  | 'commitWeights'
  | 'commitTimelockedWeights'
  | 'revealWeights'
  | 'batchRevealWeights'

/** How a validator hides its weights: by a hash that it reveals itself, or locked to a time at which the chain opens them. */
export type CommitForm = 'hash' | 'timelock'

/** Why hidden weights never count. */
export type MissedReveal =
  /** The commit came into no block before it was too late to reveal it. */
  | 'NotIncluded'
  /** The epoch in which to reveal went by: the validator was down, or the chain refused until then. */
  | 'EpochPassed'
  /** The chain holds the commit no more: another run or program of the hotkey has revealed it, or a later one. */
  | 'Gone'
  /** Newer weights for the same epoch were revealed in its place. */
  | 'Replaced'
  /** The chain opened the time lock and stored nothing, since `error`. */
  | 'Dropped'
  /** The chain did not open the time lock in its epoch. */
  | 'NotOpened'
  /** What the stored memory says of it cannot be: its salt gives another hash, or its epoch or block has not come. */
  | 'Unsound'

/** What a validator tells its owner, in order. Events can be cloned, so that they travel between processes. */
export type ValidatorEvent =
  /** Memory of an earlier run was found: standings and state go on from there. */
  | { readonly type: 'resumed'; readonly round: number; readonly standings: number }
  /** Memory of another `stateVersion` was found and left behind. */
  | { readonly type: 'stateDiscarded'; readonly storedVersion: number; readonly version: number }
  /** Memory of another chain was found, told by the hash of its block 0, and left behind: nobody in it is the same one here. */
  | {
      readonly type: 'otherChainDiscarded'
      readonly storedGenesisHash: string
      readonly genesisHash: string
    }
  | {
      readonly type: 'roundScored'
      readonly round: number
      readonly block: BlockNumber
      /** Answers that were wanted: in the short form tasks times miners. */
      readonly asked: number
      readonly answered: number
      /** How many of the wanted answers ended with each status; they add up to `asked`. */
      readonly statuses: Readonly<Partial<Record<Status, number>>>
      /** Mean score of the round by hotkey. */
      readonly scores: ReadonlyMap<Hotkey, number>
      /** What `score` said for people, by task, null where it said nothing; only where it said something. */
      readonly reports?: readonly CanonicalValue[]
      readonly elapsedMs: number
      /** What the miners judged this validator by: its stake in the subnet, alpha, and whether it held a validator permit. */
      readonly stakeAlpha: Alpha
      readonly hasPermit: boolean
    }
  /** A round failed; standings and state are as before it, and the next round goes on. `error` is a `MechanismError` when the mechanism is to blame. */
  | {
      readonly type: 'roundFailed'
      readonly round: number
      readonly block: BlockNumber
      readonly error: Error
    }
  /** A method of the mechanism has not ended for long, which `error` (a `MechanismError`) names. It is waited for, and there is no other round meanwhile. */
  | {
      readonly type: 'roundOverdue'
      readonly round: number
      readonly block: BlockNumber
      readonly error: Error
    }
  /**
   * The mechanism's own code failed on the part of one miner: its script, what was to be asked of it, or what was done with its answer. A failed answer
   * of that miner; the others are scored as ever. Of several faults of a task the first is told.
   */
  | {
      readonly type: 'minerFault'
      readonly round: number
      readonly block: BlockNumber
      readonly hotkey: Hotkey
      /** A `MechanismError`; its cause has the author's own stack. */
      readonly error: Error
    }
  /** `score` gave a report that is not plain or is too large. It is left out; the round counts. */
  | {
      readonly type: 'reportRefused'
      readonly round: number
      readonly block: BlockNumber
      /** A `MechanismError`. */
      readonly error: Error
    }
  /** There is no record of a task: it would have been too large, or `onRound` failed, as with a full disk. The round counts. */
  | {
      readonly type: 'roundNotRecorded'
      readonly round: number
      readonly block: BlockNumber
      readonly error: Error
    }
  /**
   * `score` gave some hotkeys what is no score, or scored who was not asked. Each counts as a failed answer of that miner; the others
   * are scored as ever.
   */
  | {
      readonly type: 'scoresRefused'
      readonly round: number
      readonly block: BlockNumber
      /** What was given, described, by what it was given for. */
      readonly values: ReadonlyMap<string, string>
      readonly error: Error
    }
  /** `forget` failed for a hotkey that left, or registered anew: the mechanism's state keeps what it holds of it, and `forget` is not called for it again. */
  | {
      readonly type: 'forgetFailed'
      readonly block: BlockNumber
      readonly hotkey: Hotkey
      readonly error: Error
    }
  /** The mechanism's state has grown beyond 80 % of what it may be (`roundLimits.stateBytes`): told once each time it does. A round that leaves a larger one than that fails. */
  | {
      readonly type: 'stateLarge'
      readonly round: number
      readonly block: BlockNumber
      /** Its canonical bytes. */
      readonly bytes: number
      readonly maxBytes: number
    }
  /** A round waits for a block; other rounds go on meanwhile. */
  | {
      readonly type: 'roundWaits'
      readonly round: number
      /** The block that seeded it. */
      readonly block: BlockNumber
      /** The block at which it goes on. */
      readonly untilBlock: BlockNumber
    }
  /** So many rounds wait that none began which might wait too. */
  | {
      readonly type: 'waitingFull'
      readonly round: number
      readonly block: BlockNumber
      readonly rounds: number
      readonly bytes: number
    }
  /** A round that an earlier run left waiting cannot go on: it is of another `stateVersion` or chain, or damaged. It counts for nobody. */
  | { readonly type: 'waitingDiscarded'; readonly name: string; readonly why: string }
  /** A round that waits no more could not be deleted from its store; the next run deletes it, and books it no second time. */
  | { readonly type: 'waitingNotDropped'; readonly name: string; readonly error: Error }
  /** The memory could not be saved: a restart would find an older one. Scoring and setting weights go on. */
  | {
      readonly type: 'saveFailed'
      readonly round: number
      readonly block: BlockNumber
      readonly error: Error
    }
  | {
      readonly type: 'weightsSet'
      readonly block: BlockNumber
      readonly uids: readonly Uid[]
      readonly values: readonly U16[]
    }
  /** The policy gave some hotkeys what is no weight. Each weighs 0; the others weigh what they should. */
  | {
      readonly type: 'weightValuesRefused'
      readonly block: BlockNumber
      /** What was given, described, by hotkey. */
      readonly values: ReadonlyMap<string, string>
      readonly error: Error
    }
  /**
   * No miner weighs more than 0: the weights that are about to be set give everything to the subnet's owner, whose incentive the
   * chain recycles or burns, so that nobody is paid. Told once per epoch.
   */
  | { readonly type: 'nobodyWeighs'; readonly block: BlockNumber }
  /** The subnet hides weights, and these were committed to. In the epoch `revealEpochIndex` they are shown: by the validator (`hash`), or by the chain (`timelock`). */
  | {
      readonly type: 'weightsCommitted'
      readonly block: BlockNumber
      readonly form: CommitForm
      /** Hex, 32 bytes. */
      readonly commitHash: string
      /** The epoch that they belong to. */
      readonly epochIndex: number
      readonly revealEpochIndex: number
      readonly uids: readonly Uid[]
      readonly values: readonly U16[]
    }
  /** Hidden weights were shown, and are on chain. */
  | {
      readonly type: 'weightsRevealed'
      readonly block: BlockNumber
      readonly form: CommitForm
      readonly commitHash: string
      readonly epochIndex: number
      readonly uids: readonly Uid[]
      readonly values: readonly U16[]
    }
  /** Weights that were committed to are never shown, and the validator forgets them. */
  | {
      readonly type: 'revealMissed'
      readonly block: BlockNumber
      readonly form: CommitForm
      readonly commitHash: string
      readonly epochIndex: number
      readonly reason: MissedReveal
      /** By which name the chain dropped them; `null` where it did not. */
      readonly error: string | null
    }
  /** What it takes to reveal a commit could not be saved, so nothing was committed; tried again with the next block. */
  | { readonly type: 'commitNotSaved'; readonly block: BlockNumber; readonly error: Error }
  /** Revealing failed on the way to the chain; tried again while there is time. */
  | { readonly type: 'revealFailed'; readonly block: BlockNumber; readonly error: Error }
  /** The chain refused the weights, or a call with them could not enter a block; tried again while there is time. */
  | {
      readonly type: 'weightsRefused'
      readonly callName: WeightsCallName
      readonly block: BlockNumber
      readonly refusal: Rejection
      readonly attempt: number
    }
  /** Weights were due for an epoch and not sent; told once per epoch. */
  | {
      readonly type: 'weightsSkipped'
      readonly block: BlockNumber
      readonly reason:
        | Exclude<WeightsWait, 'TooEarly' | 'TooLate' | 'AlreadySet'>
        | 'NoWeights'
        | 'CommitsFull'
      /** For how many epochs in a row it has been so, this one included. */
      readonly epochsInRow: number
      /** What the validator has staked to it in the subnet, alpha. */
      readonly stakeAlpha: Alpha
      /** How many other neurons show an address on chain. */
      readonly miners: number
    }
  /** Weights failed on this side (`error` is a `MechanismError`) or on the way to the chain; tried again with the next block. */
  | { readonly type: 'weightsFailed'; readonly block: BlockNumber; readonly error: Error }
  /** It lets customers in: where they call it. The address is on no chain. */
  | { readonly type: 'customersServed'; readonly address: AxonInfo }
  | CustomerCallEvent
  /** More was asked by customers than a round is given, where one call per miner counts: the oldest `rows` went. */
  | {
      readonly type: 'soldRowsDropped'
      readonly block: BlockNumber
      readonly synapse: string
      readonly rows: number
    }
  /** The axon for customers tells of these as that of a miner does. */
  | Extract<MinerEvent, { type: 'limitMet' | 'axonFault' | 'hookFailed' }>
  /** It ended by itself, for `error`, with which `done` rejects too. */
  | { readonly type: 'crashed'; readonly error: Error }
