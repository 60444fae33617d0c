import type { BlockNumber, Hotkey, U16, Uid } from '../units/index.js'
import type { WeightsWait } from './weightsSchedule.js'

/** What a validator tells its owner, in order. */
export type ValidatorEvent =
  /** Memory of an earlier run was found: standings and state go on from there. */
  | { readonly type: 'resumed'; readonly round: number; readonly standings: number }
  /** Memory of another `stateVersion` was found and left behind. */
  | { readonly type: 'stateDiscarded'; readonly storedVersion: number; readonly version: number }
  | {
      readonly type: 'roundScored'
      readonly round: number
      readonly block: BlockNumber
      /** Calls made, tasks times miners. */
      readonly asked: number
      readonly answered: number
      /** Mean score of the round by hotkey. */
      readonly scores: ReadonlyMap<Hotkey, number>
      readonly elapsedMs: number
    }
  /** A round or its saving failed; the memory is as before it, and the next round goes on. */
  | {
      readonly type: 'roundFailed'
      readonly round: number
      readonly block: BlockNumber
      readonly error: unknown
    }
  | {
      readonly type: 'weightsSet'
      readonly block: BlockNumber
      readonly uids: readonly Uid[]
      readonly values: readonly U16[]
    }
  /** The chain refused the weights, for `error` (its name) and `detail`; tried again while there is time. */
  | {
      readonly type: 'weightsRefused'
      readonly block: BlockNumber
      readonly error: string
      readonly detail: string
      readonly attempt: number
    }
  /** Weights were due for an epoch and not sent; told once per epoch. */
  | {
      readonly type: 'weightsSkipped'
      readonly block: BlockNumber
      readonly reason: Exclude<WeightsWait, 'TooEarly' | 'TooLate' | 'AlreadySet'> | 'NoWeights'
    }
  /** Setting weights failed on this side or on the way to the chain; tried again with the next block. */
  | { readonly type: 'weightsFailed'; readonly block: BlockNumber; readonly error: unknown }
