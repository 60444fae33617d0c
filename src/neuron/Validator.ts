import type { Chain } from '../chain/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Signer } from '../crypto/index.js'
import type { Dendrite } from '../dendrite/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { BlockHeader } from '../ledger/index.js'
import type { Logger } from '../log/index.js'
import {
  assertMechanism,
  encodeState,
  type IncentiveMechanism,
  ScoreBook,
  type Standing,
  type WeightPolicy,
} from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Carrier } from '../transport/index.js'
import { asHotkey, type BlockNumber, type Hotkey, type Netuid } from '../units/index.js'
import { beginNeuron, ownDendrite } from './beginNeuron.js'
import { weightsOf } from './callMechanism.js'
import { eventError } from './eventError.js'
import { Lifecycle } from './Lifecycle.js'
import { NeuronReporter } from './NeuronReporter.js'
import { type RoundClient, runRound } from './runRound.js'
import { SubnetFollower } from './SubnetFollower.js'
import { sampleMiners } from './sampleMiners.js'
import { memoryValidatorStore, type ValidatorStore } from './ValidatorStore.js'
import type { ValidatorEvent } from './validatorEvents.js'
import { decodeSnapshot, encodeSnapshot } from './validatorSnapshot.js'
import { WeightsSetter } from './WeightsSetter.js'

/** How a validator works; only the first four must be given. */
export interface ValidatorOptions<Task, Answer, State extends CanonicalValue> {
  readonly chain: Chain
  /** The validator's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  readonly mechanism: IncentiveMechanism<Task, Answer, State>
  /** Client for the queries; it is not closed by the validator. Default: one of its own over `carrier`. */
  readonly dendrite?: Dendrite
  /** Default: WebSocket. */
  readonly carrier?: Carrier
  /** Default: the memory of this process. */
  readonly store?: ValidatorStore
  readonly clock?: Clock
  /** Most miners asked per round. Default 64; 0 asks nobody, for a validator whose `weights` needs no scores. */
  readonly sampleSize?: number
  /** Calls of one task under way at once. Default 64. */
  readonly concurrency?: number
  /** A round starts with every block whose number this divides. Default 1. */
  readonly roundBlocks?: number
  /** Weights are set within this many blocks before the epoch. Default 3. */
  readonly weightsLeadBlocks?: number
  /** Version key sent with weights. Default: what the subnet asks for. */
  readonly weightsVersionKey?: number
  /** Replaces the mechanism's own policy. */
  readonly weights?: WeightPolicy<State>
  /** Standing of a hotkey that left the subnet is dropped after this many blocks. Default: 20 tempos. */
  readonly forgetAfterBlocks?: number
  /** Where faults are said, each once and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: ValidatorEvent) => void
}

/**
 * A validator: follows the chain, asks miners a fresh task each round, scores their answers, remembers standings
 * by hotkey across restarts, and sets weights in time for every epoch.
 *
 * It works on the newest block only: while a round takes longer than a block, blocks pass without a round, and
 * weights are still set, with the standings of the last finished round.
 *
 * @example
 * ```ts
 * import { RemoteChain } from 'subnetkit/chain'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { fileValidatorStore, Validator } from 'subnetkit/neuron'
 *
 * async function validate(mechanism: IncentiveMechanism<string, string>): Promise<void> {
 *   const chain = await RemoteChain.connect({ url: 'ws://127.0.0.1:9944' })
 *   const store = fileValidatorStore('validator.state')
 *   const validator = new Validator({ chain, signer: keyPairFromUri('//Alice'), netuid: 1, mechanism, store })
 *   await validator.start()
 *   await validator.done
 * }
 * ```
 */
export class Validator<Task, Answer, State extends CanonicalValue> {
  readonly hotkey: Hotkey
  readonly #options: ValidatorOptions<Task, Answer, State>
  readonly #clock: Clock
  readonly #store: ValidatorStore
  readonly #client: Dendrite
  readonly #lifecycle = new Lifecycle('The validator')
  readonly #reporter: NeuronReporter<ValidatorEvent>
  readonly #follower: SubnetFollower
  #book = new ScoreBook()
  #state: State
  /** Hash of the block whose round was booked last. */
  #bookedBlockHash = ''

  /** @throws InvalidArgumentError for a size or count out of range. */
  constructor(options: ValidatorOptions<Task, Answer, State>) {
    assertCount('sampleSize', options.sampleSize, 0)
    for (const name of ['concurrency', 'roundBlocks', 'weightsLeadBlocks'] as const)
      assertCount(name, options[name], 1)
    assertMechanism(options.mechanism)
    this.#options = options
    this.#reporter = new NeuronReporter(options)
    this.#clock = options.clock ?? systemClock
    this.#store = options.store ?? memoryValidatorStore()
    this.#state = options.mechanism.initialState()
    this.hotkey = asHotkey(options.signer.address)
    this.#client = options.dendrite ?? ownDendrite(options, this.#clock)
    this.#follower = new SubnetFollower({
      chain: options.chain,
      netuid: options.netuid,
      signal: this.#lifecycle.signal,
    })
  }

  /** Standings by hotkey as of the last booked round. */
  get standings(): ReadonlyMap<Hotkey, Standing> {
    return new Map(this.#book.entries())
  }

  /** The mechanism's state as of the last booked round. */
  get state(): State {
    return this.#state
  }

  /** Settles when the validator has stopped or its chain has closed; rejects with what broke it. */
  get done(): Promise<void> {
    return this.#lifecycle.done
  }

  /**
   * Resumes from the store and starts the loops.
   *
   * @throws NotRegisteredError when the hotkey holds no slot of the subnet.
   * @throws ValidatorStateError when the store holds another validator's memory, or damaged bytes.
   * @throws NeuronStateError when it was started before.
   */
  async start(): Promise<void> {
    const { chain, netuid } = this.#options
    const { hotkey } = this
    const prepare = (): Promise<void> => this.#resume()
    const cleanUp = (): Promise<void> => this.#closeClient()
    await beginNeuron({ lifecycle: this.#lifecycle, chain, netuid, hotkey, prepare, cleanUp })
    this.#lifecycle.run(
      [this.#follower.run(), this.#runRounds(), this.#weightsSetter().run()],
      cleanUp,
      (error) => this.#tell({ type: 'crashed', error: eventError(error) }),
    )
  }

  /** Stops: queries under way are cancelled and their round dropped. Returns when nothing is left running. */
  async stop(): Promise<void> {
    const wasRunning = this.#lifecycle.isRunning
    await this.#lifecycle.stop()
    if (!wasRunning) await this.#closeClient()
  }

  async #resume(): Promise<void> {
    const bytes = await this.#clock.hold(() => this.#store.load())
    if (bytes === null) return
    const { netuid, mechanism } = this.#options
    const snapshot = decodeSnapshot<State>(bytes, { netuid, hotkey: this.hotkey })
    if (snapshot.stateVersion !== mechanism.stateVersion) {
      const { stateVersion: storedVersion } = snapshot
      this.#tell({ type: 'stateDiscarded', storedVersion, version: mechanism.stateVersion })
      return
    }
    this.#book = snapshot.book
    this.#state = snapshot.state
    this.#bookedBlockHash = snapshot.blockHash
    this.#tell({ type: 'resumed', round: snapshot.round, standings: snapshot.book.size })
  }

  async #runRounds(): Promise<void> {
    const { roundBlocks = 1 } = this.#options
    let done = -1
    for (;;) {
      const header = await this.#follower.next(done)
      if (header === undefined) return
      done = header.number
      if (header.number % roundBlocks !== 0 || header.hash === this.#bookedBlockHash) continue
      const round = header.number / roundBlocks
      try {
        await this.#runRound(header, round)
      } catch (error) {
        if (this.#lifecycle.signal.aborted) return
        this.#tell({ type: 'roundFailed', round, block: header.number, error: eventError(error) })
      }
    }
  }

  async #runRound(header: BlockHeader, round: number): Promise<void> {
    const { mechanism, netuid, sampleSize = 64, concurrency = 64 } = this.#options
    const startedMs = this.#clock.now()
    const metagraph = await this.#follower.metagraph()
    const targets = sampleMiners({ metagraph, self: this.hotkey, sampleSize, round, header })
    if (targets.length === 0) return
    const client: RoundClient = this.#client
    const { signal } = this.#lifecycle
    const before = { book: this.#book, state: this.#state }
    const clock = this.#clock
    const context = { mechanism, client, netuid, header, round, targets, concurrency, signal, clock }
    const outcome = await runRound({ ...context, ...before })
    if (outcome === undefined) return
    for (const refused of outcome.refused) {
      this.#tell({ type: 'scoresRefused', round, block: header.number, ...refused })
    }
    const state = this.#prune(outcome.book, outcome.state, metagraph, header.number)
    await this.#save({ book: outcome.book, state, round, blockHash: header.hash })
    this.#tell({
      type: 'roundScored',
      round,
      block: header.number,
      asked: targets.length * mechanism.tasksPerRound,
      answered: outcome.statuses.ok ?? 0,
      statuses: outcome.statuses,
      scores: outcome.scores,
      elapsedMs: this.#clock.now() - startedMs,
    })
  }

  #prune(book: ScoreBook, state: State, metagraph: Metagraph, block: BlockNumber): State {
    const { mechanism, forgetAfterBlocks = 20 * metagraph.columns.tempoBlocks } = this.#options
    const isRegistered = (hotkey: Hotkey): boolean => metagraph.uidOf(hotkey) !== undefined
    const dropped = book.prune({ isRegistered, block, olderThan: block - forgetAfterBlocks })
    return dropped.reduce((kept, hotkey) => mechanism.forget(kept, hotkey), state)
  }

  /** Saves first: what is remembered here is never ahead of what a restart would find. */
  async #save(next: { book: ScoreBook; state: State; round: number; blockHash: string }): Promise<void> {
    const { netuid, mechanism } = this.#options
    encodeState('score', next.state)
    const bytes = encodeSnapshot({
      netuid,
      hotkey: this.hotkey,
      stateVersion: mechanism.stateVersion,
      ...next,
    })
    await this.#clock.hold(() => this.#store.save(bytes))
    this.#book = next.book
    this.#state = next.state
    this.#bookedBlockHash = next.blockHash
  }

  #weightsSetter(): WeightsSetter {
    const { mechanism, weights: policy = (view) => mechanism.weights(view) } = this.#options
    return new WeightsSetter({
      ...this.#options,
      follower: this.#follower,
      leadBlocks: this.#options.weightsLeadBlocks ?? 3,
      versionKey: this.#options.weightsVersionKey,
      signal: this.#lifecycle.signal,
      weightsNow: (metagraph) =>
        weightsOf(policy, {
          standings: new Map(
            [...this.#book.entries()].filter(([hotkey]) => metagraph.uidOf(hotkey) !== undefined),
          ),
          state: this.#state,
          metagraph,
          hotkey: this.hotkey,
        }),
      tell: (event) => this.#tell(event),
    })
  }

  async #closeClient(): Promise<void> {
    if (this.#options.dendrite === undefined) await this.#client.close()
    this.#reporter.close()
  }

  #tell(event: ValidatorEvent): void {
    this.#reporter.tell(event)
  }
}

function assertCount(field: string, value: number | undefined, smallest: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= smallest)) return
  throw new InvalidArgumentError({ field, value, remedy: `Pass a whole number from ${smallest}.` })
}
