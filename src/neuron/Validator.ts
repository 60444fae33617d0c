import type { WaitOptions } from '../chain/index.js'
import { check, func } from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Dendrite } from '../dendrite/index.js'
import { portableError } from '../errors/index.js'
import type { BlockHeader } from '../ledger/index.js'
import { assertMechanism, type RoundPlace, type ScoreBook, type Standing } from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { asHotkey, type BlockNumber, type Hotkey } from '../units/index.js'
import { ArtefactLibrary } from './artefacts/ArtefactLibrary.js'
import { RoundArtefacts } from './artefacts/RoundArtefacts.js'
import { SandboxPool } from './artefacts/SandboxPool.js'
import { assertRegistered } from './assertRegistered.js'
import { pinsOf, weightsOf } from './callMechanism.js'
import { Customers } from './customers/Customers.js'
import type { CustomersOptions } from './customers/customersOptions.js'
import { salesOf } from './customers/Sale.js'
import { type Forgotten, pruned, renewed } from './housekeeping.js'
import { Lifecycle } from './Lifecycle.js'
import { MemoryKeeper } from './MemoryKeeper.js'
import { NeuronReporter } from './NeuronReporter.js'
import { NotRegisteredError } from './neuronErrors.js'
import { ownDendrite } from './ownDendrite.js'
import type { RoundClient } from './play/RoundClient.js'
import { blocksOf } from './play/roundBlocks.js'
import { RecordGiver } from './RecordGiver.js'
import { rankOf } from './rankOf.js'
import { rehearseRound } from './rehearseRound.js'
import { type RoundInput, type RoundOutcome, runRound } from './runRound.js'
import { SubnetFollower } from './SubnetFollower.js'
import { addressIn, type SilentMiner, sampleMiners, silentMiners } from './sampleMiners.js'
import type { ChainPlace } from './soundCommits.js'
import { TimelockWatch } from './TimelockWatch.js'
import { ValidatorMemory } from './ValidatorMemory.js'
import type { ValidatorEvent } from './validatorEvents.js'
import { type ValidatorOptions, validatorOptions } from './validatorOptions.js'
import { WeightsCommitter } from './WeightsCommitter.js'
import { WeightsRevealer } from './WeightsRevealer.js'
import { WeightsSetter } from './WeightsSetter.js'
import { waitOptions } from './waitOptions.js'

/**
 * A validator: follows the chain, asks miners a fresh task each round, scores their answers, remembers standings
 * by hotkey across restarts, and sets weights in time for every epoch; where the subnet hides weights, it commits to them and sees that they are
 * revealed, also what an earlier run on the same store committed.
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
  /** Without a store of the owner's nobody could read what is saved. */
  readonly #keeper: MemoryKeeper | undefined
  readonly #client: Dendrite
  readonly #lifecycle = new Lifecycle('The validator')
  readonly #reporter: NeuronReporter<ValidatorEvent>
  readonly #follower: SubnetFollower
  readonly #memory: ValidatorMemory<State>
  readonly #watch: TimelockWatch
  readonly #customers: Customers | undefined
  readonly #artefacts: ArtefactLibrary
  readonly #sandbox: SandboxPool
  readonly #records: RecordGiver

  /**
   * @throws InvalidArgumentError for an option, or a part of the mechanism, that cannot be used.
   * @throws MechanismError when the mechanism's first state cannot be had or stored.
   */
  constructor(options: ValidatorOptions<Task, Answer, State>) {
    check('options', validatorOptions, options)
    assertMechanism(options.mechanism)
    const { chain, netuid, mechanism, mechanismId = 0, store } = options
    this.#options = options
    this.#reporter = new NeuronReporter(options)
    this.#clock = options.clock ?? systemClock
    this.#keeper =
      store === undefined
        ? undefined
        : new MemoryKeeper(store, { clock: this.#clock, signal: this.#lifecycle.signal })
    this.hotkey = asHotkey(options.signer.address)
    this.#memory = new ValidatorMemory(this.#subnetPlace, mechanism)
    this.#client = options.dendrite ?? ownDendrite(options, this.#clock)
    const { signal } = this.#lifecycle
    this.#sandbox = new SandboxPool(this.#clock)
    this.#artefacts = new ArtefactLibrary({
      chain,
      netuid,
      client: this.#client,
      clock: this.#clock,
      signal,
      ...(options.artefacts === undefined ? {} : { cache: options.artefacts }),
    })
    const tell = (event: ValidatorEvent): void => this.#tell(event)
    this.#records = new RecordGiver({ onRound: options.onRound, clock: this.#clock, tell })
    const watch = new TimelockWatch({
      netuid,
      mechanismId,
      hotkey: this.hotkey,
      locks: this.#memory.locks,
      changed: (block) => this.#saveSoon(block),
      tell,
    })
    this.#watch = watch
    this.#follower = new SubnetFollower({
      chain,
      netuid,
      mechanism: mechanismId,
      signal,
      onBlock: (update) => watch.onBlock(update),
      onGap: () => watch.missedBlocks(),
    })
    this.#customers = options.customers === undefined ? undefined : this.#open(options.customers)
  }

  /** The client with which it asks miners, for those who observe it. */
  get dendrite(): Dendrite {
    return this.#client
  }

  /** Its customers: where they call it, and the axon that serves them; `undefined` without the option `customers`. */
  get customers(): Pick<Customers, 'address' | 'axon'> | undefined {
    return this.#customers
  }

  /** Standings by hotkey as of the last booked round. */
  get standings(): ReadonlyMap<Hotkey, Standing> {
    return new Map(this.#memory.book.entries())
  }

  /** The mechanism's state as of the last booked round. */
  get state(): State {
    return this.#memory.state
  }

  /** True from its start to its end. */
  get isRunning(): boolean {
    return this.#lifecycle.isRunning
  }

  /** The newest block that it has seen; `undefined` before the first. */
  get block(): BlockNumber | undefined {
    return this.#follower.block
  }

  /**
   * Asks its chain how many blocks there are that it has not seen yet.
   *
   * @throws AbortedError when the signal is aborted first, and the errors of the chain's `head`.
   */
  async blocksBehind(options: WaitOptions = {}): Promise<number> {
    check('options', waitOptions, options)
    return await this.#follower.blocksBehind(options)
  }

  /**
   * Tells a listener what happens, as the option `onEvent` is told, until the returned function is called. What it throws breaks nothing
   * and is said to the logger.
   *
   * @throws InvalidArgumentError for what is no function.
   */
  observe(listener: (event: ValidatorEvent) => void): () => void {
    check('listener', func, listener)
    return this.#reporter.observe(listener)
  }

  /** Settles when the validator has stopped or its chain has closed; rejects with what broke it. */
  get done(): Promise<void> {
    return this.#lifecycle.done
  }

  /**
   * Claims its store, resumes from it, makes sure that it can be saved to, and starts the loops.
   *
   * @throws NotRegisteredError when the hotkey holds no slot of the subnet.
   * @throws ValidatorStoreError when the store is another validator's, or cannot be read or written.
   * @throws ValidatorStateError when the store holds another validator's memory, or damaged bytes.
   * @throws ListenError when the port for customers is taken.
   * @throws NeuronStateError when it was started before, AbortedError when it is stopped meanwhile.
   */
  async start(): Promise<void> {
    const { chain, netuid } = this.#options
    const { hotkey } = this
    const { signal } = this.#lifecycle
    await this.#lifecycle.start({
      prepare: async () => {
        await assertRegistered({ chain, netuid, hotkey, signal })
        await this.#resume()
        await this.#customers?.start()
      },
      loops: () => {
        const loops = [this.#weightsSetter(), this.#weightsRevealer()]
        return [this.#follower.run(), this.#runRounds(), ...loops.map((loop) => loop.run())]
      },
      cleanUp: () => this.#close(),
      onCrash: (error) => this.#tell({ type: 'crashed', error: portableError(error) }),
    })
  }

  /**
   * Stops: queries under way are cancelled and their round dropped, and so are calls of customers, who are told `unreachable`. Returns when nothing is left running but what nobody can end: a
   * method of the mechanism, or a store, that goes on for seconds is left to itself.
   */
  async stop(): Promise<void> {
    const wasRunning = this.#lifecycle.isRunning
    await this.#lifecycle.stop()
    if (!wasRunning) await this.#close()
  }

  /**
   * Plays one round that counts for nothing, with every miner that serves: the handshake and the first answer of a process take many times what later ones
   * do, and whoever was late then would be paid less for many rounds. What goes wrong is left to the rounds that count.
   */
  async rehearse(options: WaitOptions = {}): Promise<void> {
    check('options', waitOptions, options)
    const { chain, netuid, mechanism } = this.#options
    const { signal = this.#lifecycle.signal } = options
    const parts = { chain, netuid, self: this.hotkey, clock: this.#clock, client: this.#client, signal }
    await rehearseRound(mechanism, parts)
  }

  /** Whose rounds these are. */
  get #subnetPlace(): RoundPlace {
    const { chain, netuid, mechanismId = 0 } = this.#options
    return { netuid, mechanismId, hotkey: this.hotkey, genesisHash: chain.genesisHash }
  }

  async #resume(): Promise<void> {
    if (this.#keeper === undefined) return
    const bytes = await this.#keeper.open()
    const told = bytes === null ? [] : this.#memory.resume(bytes, await this.#place())
    await this.#keeper.tryOut(this.#memory.encode())
    for (const event of told) this.#tell(event)
  }

  async #place(): Promise<ChainPlace> {
    const { chain, netuid } = this.#options
    const { hotkey } = this
    const { signal } = this.#lifecycle
    const subnet = await chain.query('subnet', { netuid }, { signal })
    if (subnet === null) throw new NotRegisteredError({ hotkey, netuid })
    // Asked for last: no block of what the subnet says is later.
    return { head: await chain.head({ signal }), subnet }
  }

  async #runRounds(): Promise<void> {
    const { roundBlocks = 1 } = this.#options
    await this.#follower.each(
      async (header) => {
        if (header.number % roundBlocks !== 0 || header.hash === this.#memory.blockHash) return
        await this.#runRound(header, header.number / roundBlocks)
      },
      ({ number: block }, error) => {
        this.#memory.restoreState()
        this.#tell({ type: 'roundFailed', round: block / roundBlocks, block, error: portableError(error) })
      },
    )
  }

  async #runRound(header: BlockHeader, round: number): Promise<void> {
    const startedMs = this.#clock.now()
    const { mechanism } = this.#options
    const metagraph = await this.#follower.metagraph()
    const block = header.number
    const book = this.#memory.book.copy()
    const fresh = renewed(mechanism, { book, state: this.#memory.state }, metagraph)
    this.#tellForgetFailures(fresh, block)
    const miners = this.#whomToAsk(metagraph, book, header, round)
    if (miners.length === 0) return
    const loan = this.#customers?.lend(block)
    const start = { miners, metagraph, header, round, book, state: fresh.state, loan }
    try {
      await this.#playAndBook(start, startedMs)
    } finally {
      loan?.giveBack()
    }
  }

  async #playAndBook(start: RoundStart<State>, startedMs: number): Promise<void> {
    const { mechanism } = this.#options
    const { metagraph, header, round, book, loan } = start
    const block = header.number
    const outcome = await this.#play(start)
    if (outcome === undefined) return
    for (const fault of outcome.faults) this.#tell({ type: 'minerFault', round, block, ...fault })
    for (const error of outcome.reportFaults) this.#tell({ type: 'reportRefused', round, block, error })
    for (const refused of outcome.refused) this.#tell({ type: 'scoresRefused', round, block, ...refused })
    const { forgetAfterBlocks = 20 * metagraph.columns.tempoBlocks } = this.#options
    const olderThan = block - forgetAfterBlocks
    const kept = pruned(mechanism, { book, state: outcome.state }, { metagraph, block, olderThan })
    this.#tellForgetFailures(kept, block)
    const large = this.#memory.take({ book, state: kept.state, round, blockHash: header.hash })
    if (large !== undefined) this.#tell({ type: 'stateLarge', round, block, ...large })
    loan?.settle()
    this.#saveSoon(block)
    const { statuses, scores } = outcome
    const reports = outcome.reports.map((report) => report ?? null)
    const said = outcome.reports.some((report) => report !== undefined) ? { reports } : {}
    const asked = Object.values(statuses).reduce((total, count) => total + count, 0)
    const elapsedMs = this.#clock.now() - startedMs
    const answered = statuses.ok ?? 0
    const result = { round, block, asked, answered, statuses, scores, ...said, elapsedMs }
    this.#tell({ type: 'roundScored', ...result, ...rankOf(metagraph, this.hotkey) })
    for (const task of outcome.recorded) this.#records.give(task)
  }

  #whomToAsk(
    metagraph: Metagraph,
    book: ScoreBook,
    header: BlockHeader,
    round: number,
  ): readonly SilentMiner[] {
    const { sampleSize = 64 } = this.#options
    const self = this.hotkey
    const { lastAsked } = this.#memory
    const targets = sampleMiners({ metagraph, self, sampleSize, round, header, lastAsked })
    const asked = targets.map(({ hotkey }) => hotkey)
    this.#memory.asked(asked, metagraph, header.number)
    const isKnown = (hotkey: Hotkey): boolean => book.get(hotkey) !== undefined
    // A validator that asks nobody counts nobody's silence either.
    return sampleSize === 0 ? [] : [...targets, ...silentMiners({ metagraph, self, isKnown })]
  }

  async #play(round: RoundStart<State>): Promise<RoundOutcome<State> | undefined> {
    const { mechanism, mechanismId = 0, concurrency = 64 } = this.#options
    const client: RoundClient = this.#client
    const { signal } = this.#lifecycle
    const onOverdue: RoundInput<State>['onOverdue'] = (error) =>
      this.#tell({ type: 'roundOverdue', round: round.round, block: round.header.number, error })
    const clock = this.#clock
    const secretKey = (): Uint8Array => this.#memory.secretKey(() => this.#randomBytes(32))
    const calling = { signal, clock, onOverdue }
    const artefacts = this.#artefactsOf(round)
    const recordedAs = this.#records.isWanted ? this.#subnetPlace : undefined
    const blocks = blocksOf(this.#options.chain)
    const parts = { mechanism, mechanismId, client, concurrency, secretKey, blocks, artefacts, recordedAs }
    try {
      return await runRound({ ...round, ...calling, ...parts })
    } finally {
      artefacts.end()
    }
  }

  /** @throws MechanismError when the mechanism does not say what is to be kept. */
  #artefactsOf({
    metagraph,
    header,
    state,
  }: Pick<RoundInput<State>, 'metagraph' | 'header' | 'state'>): RoundArtefacts {
    const { mechanism, chain } = this.#options
    this.#artefacts.pins = pinsOf(mechanism, state)
    return new RoundArtefacts({
      library: this.#artefacts,
      pool: this.#sandbox,
      metagraph,
      block: header.number,
      genesisHash: chain.genesisHash,
      addressOf: (hotkey) => addressIn(metagraph, hotkey),
      clock: this.#clock,
      signal: this.#lifecycle.signal,
    })
  }

  /** @throws InvalidArgumentError where there is nothing to sell, or for quotas that are wrong. */
  #open(options: CustomersOptions): Customers {
    const { mechanism, signer, carrier, logger, concurrency = 64 } = this.#options
    return new Customers({
      options,
      sales: salesOf(mechanism),
      signer,
      hotkey: this.hotkey,
      carrier,
      logger,
      clock: this.#clock,
      client: this.#client,
      concurrency,
      follower: this.#follower,
      seed: () => this.#randomBytes(16),
      signal: this.#lifecycle.signal,
      tell: (event) => this.#tell(event),
    })
  }

  get #randomBytes(): (length: number) => Uint8Array {
    return this.#options.randomBytes ?? secureBytes
  }

  /** Beside the work, whatever comes of it. */
  #saveSoon(block: BlockNumber): void {
    const { round } = this.#memory
    this.#keeper?.save(this.#memory.encode(), (error) =>
      this.#tell({ type: 'saveFailed', round, block, error: portableError(error) }),
    )
  }

  #weightsRevealer(): WeightsRevealer {
    return new WeightsRevealer({ ...this.#options, ...this.#hiding, follower: this.#follower })
  }

  /** What committing and revealing share. */
  get #hiding() {
    return {
      mechanismId: this.#options.mechanismId ?? 0,
      signal: this.#lifecycle.signal,
      commits: this.#memory.commits,
      watch: this.#watch,
      saveSoon: (block: BlockNumber) => this.#saveSoon(block),
      tell: (event: ValidatorEvent) => this.#tell(event),
    }
  }

  #weightsSetter(): WeightsSetter {
    const { mechanism, weights: policy = (view) => mechanism.weights(view) } = this.#options
    const { hotkey } = this
    return new WeightsSetter({
      ...this.#options,
      mechanismId: this.#options.mechanismId ?? 0,
      follower: this.#follower,
      leadBlocks: this.#options.weightsLeadBlocks ?? 3,
      versionKey: this.#options.weightsVersionKey,
      signal: this.#lifecycle.signal,
      committer: new WeightsCommitter({
        ...this.#options,
        ...this.#hiding,
        commitForm: this.#options.commitForm,
        randomBytes: this.#randomBytes,
        saveNow: async () => await this.#keeper?.saveNow(this.#memory.encode()),
      }),
      weightsNow: (metagraph) => {
        const standings = this.#memory.standingsIn(metagraph)
        return weightsOf(policy, { standings, state: this.#memory.state, metagraph, hotkey })
      },
      tell: (event) => this.#tell(event),
    })
  }

  async #close(): Promise<void> {
    await this.#customers?.stop()
    await Promise.all([this.#artefacts.close(), this.#sandbox.close()])
    if (this.#options.dendrite === undefined) await this.#client.close()
    await this.#records.close()
    await this.#keeper?.close()
    this.#reporter.close()
  }

  #tellForgetFailures({ failures }: Pick<Forgotten<State>, 'failures'>, block: BlockNumber): void {
    for (const failure of failures) this.#tell({ type: 'forgetFailed', block, ...failure })
  }

  #tell(event: ValidatorEvent): void {
    this.#reporter.tell(event)
  }
}

/** What a round begins with. */
type RoundStart<State extends CanonicalValue> = Pick<
  RoundInput<State>,
  'miners' | 'metagraph' | 'header' | 'round' | 'book' | 'state' | 'loan'
>

function secureBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
