import type { CanonicalValue } from '../codec/index.js'
import type { SeededRandom } from '../math/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Status } from '../synapse/index.js'
import type { BlockNumber, Hotkey, Netuid, Uid } from '../units/index.js'

/** Where a task comes from: chain randomness that every validator knows and nobody chose. */
export interface TaskSeed {
  /** 32 bytes, the same for every honest validator of the round. */
  readonly bytes: Uint8Array
  /** A stream seeded by `bytes`, at its beginning: `createTask` and `score` each get one of their own. */
  readonly random: SeededRandom
  readonly netuid: Netuid
  /** Number of the round: the block whose hash seeds it, divided by the validator's `roundBlocks`. */
  readonly round: number
  /** Which task of the round, 0 to `tasksPerRound - 1`. */
  readonly index: number
}

/** What one queried miner did with a task. */
export type MinerResponse<Answer> =
  | {
      readonly hotkey: Hotkey
      readonly uid: Uid
      readonly status: 'ok'
      readonly answer: Answer
      readonly elapsedMs: number
    }
  | {
      readonly hotkey: Hotkey
      readonly uid: Uid
      readonly status: Exclude<Status, 'ok'>
      readonly answer?: undefined
      readonly elapsedMs: number
    }

/** One task with everything a score may depend on. */
export interface ScoreRound<Task, Answer, State extends CanonicalValue = null> {
  readonly seed: TaskSeed
  readonly task: Task
  /** Every miner that was asked, in uid order, answered or not. */
  readonly responses: readonly MinerResponse<Answer>[]
  readonly state: State
  /** The block that seeded the round. A validator always gives it; a test may leave it out. */
  readonly block?: BlockNumber
}

/** What a score decides. A hotkey without a score keeps the standing it had. */
export interface ScoreOutcome<State extends CanonicalValue = null> {
  /** Any finite number within 1e12 of zero; higher is better. */
  readonly scores: ReadonlyMap<Hotkey, number>
  readonly state: State
  /** A plain value for people, such as a table or what another rule would have said: it goes into the event and the record of the round, and nowhere else. */
  readonly report?: CanonicalValue
}

/** A miner's standing with one validator, kept by hotkey. */
export interface Standing {
  /** Mean of its scores; of about the last `averageOver` ones once there are more. */
  readonly mean: number
  /** Scores so far. */
  readonly count: number
  /** Queries in a row that brought no valid answer, up to the last one. */
  readonly failuresInRow: number
  /** Last block at which it was queried or seen registered. */
  readonly lastSeenBlock: BlockNumber
}

/** What a weight policy may look at. */
export interface WeightView<State extends CanonicalValue = null> {
  /** Standing by hotkey: registered miners this validator has scored. */
  readonly standings: ReadonlyMap<Hotkey, Standing>
  readonly state: State
  /** The subnet now. */
  readonly metagraph: Metagraph
  /** The validator that asks. */
  readonly hotkey: Hotkey
}

/** Weights by hotkey: finite, 0 or more, on any common scale. */
export type WeightPolicy<State extends CanonicalValue = null> = (
  view: WeightView<State>,
) => ReadonlyMap<Hotkey, number>
