import { check } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Synapse } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'
import type { ScoreOutcome, ScoreRound, TaskSeed, WeightView } from './types.js'
import { standingsView } from './views.js'

/**
 * A subnet's rules in one class: what is asked, how answers are scored, how scores become weights.
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
export abstract class IncentiveMechanism<Task, Answer, State extends CanonicalValue = null> {
  /** The message that carries a task to a miner and its answer back. */
  abstract readonly synapse: Synapse<Task, Answer>
  /** Tasks of one round; all are asked at once. */
  readonly tasksPerRound: number = 1
  /** How long a miner may take for one task. */
  readonly answerTimeoutMs: number = 1_000
  /** Raise it when old state must not survive a change of rules: stored state of another version is discarded. */
  readonly stateVersion: number = 1
  /** Standing is a plain mean of this many scores, then a moving one that forgets at that pace. */
  readonly averageOver: number = 100
  /** After this many queries in a row without a valid answer a miner weighs nothing until it answers again. */
  readonly failuresTolerated: number = 5

  /** The state before the first round. */
  abstract initialState(): State

  /**
   * Makes a task from the seed alone. Pure.
   *
   * May return a promise, for work that takes a while but always ends the same; the validator's clock is held meanwhile.
   */
  abstract createTask(seed: TaskSeed): Task | Promise<Task>

  /**
   * Scores every response to one task. Pure; higher is better. A failed call is a response too, and so is that of a known
   * hotkey that serves nothing (`unreachable`): leaving its
   * hotkey out of the scores keeps the standing it had. A score that is none (NaN, beyond 1e12) counts as a failed
   * answer of that hotkey and is reported.
   *
   * May return a promise, for work on a compute backend (`MatrixScorer`); the validator's clock is held meanwhile.
   */
  abstract score(round: ScoreRound<Task, Answer, State>): ScoreOutcome<State> | Promise<ScoreOutcome<State>>

  /** Drops what the state holds on a hotkey that left the subnet long ago, or registered anew. Pure; by default the state is kept. */
  forget(state: State, _hotkey: Hotkey): State {
    return state
  }

  /**
   * Turns standings into weights. By default each miner weighs its mean score; a negative mean, or more than
   * `failuresTolerated` failures in a row, weighs 0; nothing but the standings is looked at.
   *
   * @throws InvalidArgumentError for what is no view.
   */
  weights(view: WeightView<State>): ReadonlyMap<Hotkey, number> {
    check('view', standingsView, view)
    const weights = new Map<Hotkey, number>()
    for (const [hotkey, standing] of view.standings) {
      const alive = standing.failuresInRow <= this.failuresTolerated
      weights.set(hotkey, alive ? Math.max(0, standing.mean) : 0)
    }
    return weights
  }
}
