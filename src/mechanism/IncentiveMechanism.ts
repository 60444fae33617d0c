import type { CanonicalValue } from '../codec/index.js'
import type { Synapse } from '../synapse/index.js'
import { ProtocolMechanism } from './ProtocolMechanism.js'
import type { Reply, Round, SoldCall } from './Round.js'
import type { ScoreOutcome, ScoreRound, TaskSeed } from './types.js'

/**
 * A subnet's rules in one class: what is asked, how answers are scored, how scores become weights. The short form of a
 * `ProtocolMechanism`, for one task, one synapse and one answer: `play` is written already.
 *
 * `createTask` and `score` are pure: same arguments, same result, no clock, no network, no ambient randomness.
 * So two honest validators agree, a simulation equals the network, and a dispute can be replayed.
 *
 * @typeParam State - what the mechanism remembers between rounds, in plain values; key it by hotkey, since uids
 * are reused. Leave it out when the mean of the scores is memory enough.
 *
 * @example
 * ```ts
 * import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const sum = defineSynapse({ name: 'sum', request: z.array(z.number()), answer: z.number() })
 *
 * class Sums extends IncentiveMechanism<number[], number> {
 *   readonly synapse = sum
 *
 *   initialState() {
 *     return null
 *   }
 *
 *   createTask({ random }: TaskSeed) {
 *     return [random.int(100), random.int(100)]
 *   }
 *
 *   score({ task, responses, state }: ScoreRound<number[], number>) {
 *     const truth = task.reduce((total, term) => total + term, 0)
 *     return { scores: new Map(responses.map((r) => [r.hotkey, r.answer === truth ? 1 : 0])), state }
 *   }
 * }
 * ```
 */
export abstract class IncentiveMechanism<
  Task,
  Answer,
  State extends CanonicalValue = null,
> extends ProtocolMechanism<State> {
  /** The message that carries a task to a miner and its answer back. */
  abstract readonly synapse: Synapse<Task, Answer>
  /** How long a miner may take for one task. */
  readonly answerTimeoutMs: number = 1_000

  /**
   * Makes a task from the seed, and from what the round's `live` and `record` give. Pure otherwise.
   *
   * May return a promise, for work that takes a while but always ends the same; the validator's clock is held meanwhile.
   */
  abstract createTask(seed: TaskSeed, round: Round<State>): Task | Promise<Task>

  /** Asks every miner the task. Where the synapse is sold, each call of a customer is scored as one more task, by its request and the one reply. */
  async play(round: Round<State>): Promise<{
    readonly task: Task
    readonly responses: readonly Reply<Answer>[]
    readonly sold?: readonly SoldCall<Task, Reply<Answer>>[]
  }> {
    const task = await this.createTask(round.seed, round)
    const responses = await round.askAll(this.synapse, task, { timeoutMs: this.answerTimeoutMs })
    // What is no subclass may have no list.
    const isSold = this.sells?.some(({ synapse }) => synapse.name === this.synapse.name)
    return isSold ? { task, responses, sold: round.sold(this.synapse) } : { task, responses }
  }

  /**
   * Scores every response to one task. Pure; higher is better. A failed call is a response too, and so is that of a known
   * hotkey that serves nothing (`unreachable`): leaving its
   * hotkey out of the scores keeps the standing it had. A score that is none (NaN, beyond 1e12) counts as a failed
   * answer of that hotkey and is reported.
   *
   * May return a promise, for work on a compute backend (`MatrixScorer`); the validator's clock is held meanwhile.
   */
  abstract override score(
    round: ScoreRound<Task, Answer, State>,
  ): ScoreOutcome<State> | Promise<ScoreOutcome<State>>
}
