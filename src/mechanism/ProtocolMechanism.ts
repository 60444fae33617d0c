import { check } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Synapse } from '../synapse/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import type { Dataset } from './datasets/Dataset.js'
import type { Round } from './Round.js'
import type { RoundLimits } from './roundLimits.js'
import type { SoldSynapse } from './sells.js'
import type { ScoreOutcome, TaskSeed, WeightView } from './types.js'
import { standingsView } from './views.js'

/** What `score` is given besides what `play` returned. */
export interface Settled<State extends CanonicalValue> {
  readonly seed: TaskSeed
  /** The block that seeded the round. */
  readonly block: BlockNumber
  /** As the round before left it: another than `play` saw, where other tasks were scored meanwhile. */
  readonly state: State
}

/** What `play` may return: an object, without the keys that `score` is given besides. */
export type PlayResult = object & { readonly [K in keyof Settled<never>]?: never }

/** What the `score` of a mechanism is given: what its `play` returned, with seed, block and state. */
export type Played<M extends { play(round: never): Promise<PlayResult>; initialState(): CanonicalValue }> =
  Settled<ReturnType<M['initialState']>> & Omit<Awaited<ReturnType<M['play']>>, keyof Settled<never>>

/**
 * A subnet's rules in one class: `play` asks miners, in as many steps as it takes, `score` judges what came of it, `weights` pays.
 *
 * `play` takes everything from outside through its `round`, `score` is pure: so two honest validators agree, a simulation equals the network, and a dispute can be
 * replayed. Its fields are shared by all that run it in one process: what must last belongs into the state.
 *
 * @typeParam State - what the mechanism remembers between rounds, in plain values; key it by hotkey, since uids
 * are reused. Leave it out when the mean of the scores is memory enough.
 *
 * @example
 * ```ts
 * import { type Played, ProtocolMechanism, type Round, scoresOf } from 'subnetkit/mechanism'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const bid = defineSynapse({ name: 'bid', request: z.number(), answer: z.number() })
 * const deliver = defineSynapse({ name: 'deliver', request: z.number(), answer: z.number() })
 *
 * class Market extends ProtocolMechanism {
 *   initialState() {
 *     return null
 *   }
 *
 *   async play(round: Round<null>) {
 *     const item = round.random('item').int(100)
 *     const bids = await round.askAll(bid, item)
 *     const goods = await round.askAll(deliver, ({ hotkey }) =>
 *       bids.some((one) => one.hotkey === hotkey && one.status === 'ok') ? item : undefined,
 *     )
 *     return { item, bids, goods }
 *   }
 *
 *   // All who were asked first have a score: who makes no bid, or does not deliver, has 0.
 *   score({ item, bids, goods, state }: Played<Market>) {
 *     const delivered = new Map(goods.map(({ hotkey, answer }) => [hotkey, answer]))
 *     return { scores: scoresOf(bids, ({ hotkey }) => (delivered.get(hotkey) === item ? 1 : 0)), state }
 *   }
 * }
 * ```
 */
export abstract class ProtocolMechanism<State extends CanonicalValue = null> {
  /** Tasks of one round: `play` runs once for each, all at once, and they are scored in turn. */
  readonly tasksPerRound: number = 1
  /** Raise it when old state must not survive a change of rules: stored state of another version is discarded. */
  readonly stateVersion: number = 1
  /** Standing is a plain mean of this many scores, then a moving one that forgets at that pace. */
  readonly averageOver: number = 100
  /** After this many queries in a row without a valid answer a miner weighs nothing until it answers again. */
  readonly failuresTolerated: number = 5
  /** Whether `play` uses `wait` of its round: what such a round learns is kept as it comes, since it may have to go on from there. */
  readonly waits: boolean = false
  /** Bounds of a round; those left out are `defaultRoundLimits`, with less for miners and customers where `waits` is set. */
  readonly roundLimits: Partial<RoundLimits> = {}
  /** The data that it ships: a record of a round names each by its digest. */
  readonly datasets: readonly Dataset<unknown>[] = []
  /** What customers may ask through a validator that lets them (`customers`); `round.sold` gives what came of it. Nothing by default. */
  readonly sells: readonly SoldSynapse[] = []

  /** The state before the first round. */
  abstract initialState(): State

  /**
   * Asks, and returns what there is to judge, without promises in it. Between two awaits it is pure: no clock, no ambient randomness, no network but the round's doors.
   * What it throws fails the round for everybody, but in a script of `each`, where it is that miner's fault.
   */
  abstract play(round: Round<State>): Promise<PlayResult>

  /**
   * Judges what `play` returned. Pure; higher is better. Write it with the parameter `Played<ThisClass>`. Any registered hotkey may be scored; leaving
   * one out keeps the standing it had. A score that is none (NaN, beyond 1e12) counts as a failed answer of that hotkey and is reported.
   *
   * May return a promise, for work on a compute backend (`MatrixScorer`); the validator's clock is held meanwhile.
   */
  abstract score(round: never): ScoreOutcome<State> | Promise<ScoreOutcome<State>>

  /** Drops what the state holds on a hotkey that left the subnet long ago, or registered anew. Pure; by default the state is kept. */
  forget(state: State, _hotkey: Hotkey): State {
    return state
  }

  /** Digests of artefacts that a validator keeps whatever else it fetches, such as that of a champion. Pure; none by default. */
  pins(_state: State): readonly string[] {
    return []
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

/** A mechanism of either form; one in the short form has a synapse, by which miners are typed. */
export type SubnetMechanism<Task, Answer, State extends CanonicalValue = null> = ProtocolMechanism<State> & {
  readonly synapse?: Synapse<Task, Answer>
}
