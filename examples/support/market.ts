import type { Clock } from 'subnetkit/clock'
import type { CanonicalValue } from 'subnetkit/codec'
import type { Dendrite, Target } from 'subnetkit/dendrite'
import type { SeededRandom } from 'subnetkit/math'
import type { SubnetMechanism } from 'subnetkit/mechanism'
import type { FurtherMechanism, LatencyRange, MinerSpec, ValidatorSpec } from 'subnetkit/network'
import type { Hotkey } from 'subnetkit/units'

/** What a miner of a market knows before it is made; the same in every way of running. */
export interface MarketSeat {
  readonly name: string
  /** That of the run. */
  readonly seed: string
  /** Chance of its own, which follows from the seed and its name. */
  readonly random: SeededRandom
}

/** A miner of a market, and what it is in the play. */
export interface MarketMiner<Task, Answer> {
  readonly name: string
  readonly is: 'honest' | 'cheat'
  /** One sentence. */
  readonly does: string
  /** Whose it is: miners of one owner have one coldkey. Default: its own. */
  readonly owner?: string
  /** Made anew for each run, and in the miner's own process where it has one. */
  readonly spec: (seat: MarketSeat) => Omit<MinerSpec<Task, Answer>, 'name' | 'owner' | 'diesAfterEpoch'>
}

/** What a customer of a market's validators has to buy with. */
export interface BuyerSeat extends MarketSeat {
  /** Its client; it signs with a key of its own. */
  readonly dendrite: Dendrite
  /** Where each validator serves customers. */
  readonly desks: readonly Target[]
  /** Those who take part, by name. */
  readonly hotkeys: ReadonlyMap<string, Hotkey>
  readonly clock: Clock
  /** Aborted when the run is over. */
  readonly signal: AbortSignal
}

/** A customer of a market's validators, which have to let customers in. Whatever the way of running, it lives in the process that runs the market. */
export interface MarketBuyer {
  readonly name: string
  /** One sentence. */
  readonly does: string
  /** Secret URI of its key, for one that the rules know. Default: a key of the run. */
  readonly uri?: string
  /** The miner for which it buys: it stays away where that one does. */
  readonly friendOf?: string
  /** Buys until the signal is aborted. What it throws before that is told as a fault of the run. */
  readonly buys: (seat: BuyerSeat) => Promise<void>
}

/** A subnet as a play: its rules, defences that can be taken away one by one, and a cast of honest miners and cheats. */
export interface Market<Defence extends string, Task, Answer, State extends CanonicalValue> {
  /** That of its folder in `examples/`. */
  readonly name: string
  readonly title: string
  /** What each defence does, by its name. */
  readonly defences: { readonly [defence in Defence]: string }
  /** What to know of the run without a defence, where its picture does not say it. */
  readonly notes?: { readonly [defence in NoInfer<Defence>]?: string }
  /** How many a run takes, unless told otherwise. Nobody but the owner and the validators is paid in the first. */
  readonly epochs: number
  readonly validators: number
  /** Milliseconds between blocks where time is real. Default 250. */
  readonly blockMs?: number
  /** What a frame takes one way on virtual time; over sockets it takes what it takes. Default: nothing. */
  readonly latencyMs?: number | LatencyRange
  /** How each validator works, where it differs from the default. */
  readonly validator?: Omit<ValidatorSpec<State>, 'name' | 'stakeRao' | 'store'>
  /** What tells good from bad over many seeds: all that was earned (default), or who is paid at the end where one winner takes all. */
  readonly paid?: 'all' | 'winner'
  /** The rules, without some of their defences. */
  readonly mechanism: (options: {
    readonly without: readonly Defence[]
  }) => SubnetMechanism<Task, Answer, State>
  /** Mechanisms of the subnet after the first, which share its emission with it; each made by `furtherMechanism`, without some of its defences. Default: none. */
  readonly furtherMechanisms?: (options: {
    readonly without: readonly NoInfer<Defence>[]
  }) => readonly FurtherMechanism[]
  /** The best of the honest ones first. */
  readonly miners: readonly MarketMiner<Task, Answer>[]
  /** Default: nobody buys. */
  readonly buyers?: readonly MarketBuyer[]
  /** The program of a neuron in a process of its own, from the root of the clone. Default: `examples/NAME/neuron.ts`. */
  readonly neuron?: string
}

/**
 * A market, with its types taken from what is written: names of defences, task, answer and state.
 *
 * @example
 * ```ts
 * export const market = defineMarket({ name: 'text', title: 'Verified text', defences: { evidence: 'one pass' }, ... })
 * ```
 */
export function defineMarket<
  const Defence extends string,
  Task = unknown,
  Answer = unknown,
  State extends CanonicalValue = null,
>(market: Market<Defence, Task, Answer, State>): Market<Defence, Task, Answer, State> {
  return market
}
