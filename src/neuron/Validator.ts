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
import { artefactsOfRound } from './artefacts/artefactsOfRound.js'
import { SandboxPool } from './artefacts/SandboxPool.js'
import { assertRegistered } from './assertRegistered.js'
import type { Customers } from './customers/Customers.js'
import { openCustomers } from './customers/openCustomers.js'
import { afterRound, type Forgotten, renewed } from './housekeeping.js'
import { Lifecycle } from './Lifecycle.js'
import { MemoryKeeper } from './MemoryKeeper.js'
import { NeuronReporter } from './NeuronReporter.js'
import { NotRegisteredError } from './neuronErrors.js'
import { ownDendrite } from './ownDendrite.js'
import type { RoundClient } from './play/RoundClient.js'
import { blocksOf } from './play/roundBlocks.js'
import { RecordGiver } from './RecordGiver.js'
import { rehearseRound } from './rehearseRound.js'
import { faultsOfRound, scoredRound } from './roundEvents.js'
import { ParkedRound, type RoundInput, type RoundOutcome, runRound } from './runRound.js'
import { SubnetFollower } from './SubnetFollower.js'
import { type SilentMiner, sampleMiners, silentMiners } from './sampleMiners.js'
import type { ChainPlace } from './soundCommits.js'
import { TimelockWatch } from './TimelockWatch.js'
import { ValidatorMemory } from './ValidatorMemory.js'
import type { ValidatorEvent } from './validatorEvents.js'
import { type ValidatorOptions, validatorOptions } from './validatorOptions.js'
import { memoryRoundStore } from './waiting/RoundStore.js'
import { WaitingRounds } from './waiting/WaitingRounds.js'
import type { WaitingRound } from './waiting/waitingRound.js'
import { waitOptions } from './waitOptions.js'
import { weightsLoops } from './weightsLoops.js'

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
  readonly #waiting: WaitingRounds

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
    this.#waiting = new WaitingRounds({
      store: options.roundStore ?? memoryRoundStore(),
      place: this.#subnetPlace,
      stateVersion: mechanism.stateVersion,
      clock: this.#clock,
      signal,
      tell,
    })
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
    this.#customers = openCustomers(options, {
      hotkey: this.hotkey,
      clock: this.#clock,
      client: this.#client,
      follower: this.#follower,
      seed: () => this.#randomBytes(16),
      signal,
      tell,
    })
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
        await this.#waiting.open(this.#memory.booked)
        await this.#customers?.start()
      },
      loops: () => {
        const loops = weightsLoops(this.#options, {
          hotkey,
          follower: this.#follower,
          memory: this.#memory,
          watch: this.#watch,
          signal,
          randomBytes: this.#randomBytes,
          saveSoon: (block) => this.#saveSoon(block),
          saveNow: async () => await this.#keeper?.saveNow(this.#memory.encode()),
          tell: (event) => this.#tell(event),
        })
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
        // Where those that went on took longer than a block, there is a newer one by now.
        if (await this.#goOn(header.number)) return
        if (header.number % roundBlocks !== 0 || header.hash === this.#memory.blockHash) return
        await this.#runRound(header, header.number / roundBlocks)
      },
      ({ number: block }, error) => this.#failed(block / roundBlocks, block, error),
    )
  }

  #failed(round: number, block: BlockNumber, error: unknown): void {
    this.#memory.restoreState()
    this.#tell({ type: 'roundFailed', round, block, error: portableError(error) })
  }

  /** Goes on with the rounds that waited for a block that is there. Gives whether a newer block came meanwhile. */
  async #goOn(head: BlockNumber): Promise<boolean> {
    const count = await this.#waiting.goOn(
      head,
      (name, resumed) => this.#goOnWith(name, resumed),
      ({ round, block }, error) => this.#failed(round, block, error),
    )
    return count > 0 && (this.#lifecycle.signal.aborted || this.#newestBlock > head)
  }

  async #goOnWith(name: string, resumed: WaitingRound): Promise<void> {
    const startedMs = this.#clock.now()
    const { block: number, blockHash: hash, round } = resumed.began
    const metagraph = await this.#follower.metagraph()
    const { book, state } = this.#remembered(metagraph, number)
    const loan = this.#customers?.lend(number)
    const start = { miners: [], metagraph, header: { number, hash }, round, book, state, loan, resumed }
    try {
      await this.#playAndBook(start, startedMs, name)
    } finally {
      loan?.giveBack()
    }
  }

  /** What is remembered of miners now: who registered anew starts fresh. */
  #remembered(metagraph: Metagraph, block: BlockNumber): Pick<RoundStart<State>, 'book' | 'state'> {
    const book = this.#memory.book.copy()
    const fresh = renewed(this.#options.mechanism, { book, state: this.#memory.state }, metagraph)
    this.#tellForgetFailures(fresh, block)
    return { book, state: fresh.state }
  }

  async #runRound(header: BlockHeader, round: number): Promise<void> {
    const startedMs = this.#clock.now()
    const { mechanism } = this.#options
    const metagraph = await this.#follower.metagraph()
    const block = header.number
    // An earlier run has begun it.
    if (this.#waiting.has(block)) return
    if (mechanism.waits && this.#waiting.isFull) {
      this.#tell({ type: 'waitingFull', round, block, ...this.#waiting.size })
      return
    }
    const { book, state } = this.#remembered(metagraph, block)
    const miners = this.#whomToAsk(metagraph, book, header, round)
    if (miners.length === 0) return
    const loan = this.#customers?.lend(block)
    const start = { miners, metagraph, header, round, book, state, loan }
    try {
      await this.#playAndBook(start, startedMs)
    } finally {
      loan?.giveBack()
    }
  }

  /** @param waited - the name of a round that waited. */
  async #playAndBook(start: RoundStart<State>, startedMs: number, waited?: string): Promise<void> {
    const { mechanism } = this.#options
    const { metagraph, header, round, book, loan, resumed } = start
    const block = header.number
    const outcome = await this.#play(start)
    if (outcome === undefined) return
    if (outcome instanceof ParkedRound) {
      await this.#waiting.keep(outcome.round)
      loan?.settle('taken')
      // With it the key of what no miner may know, and whom it asked.
      this.#saveSoon(block)
      return
    }
    for (const event of faultsOfRound(outcome, { round, block })) this.#tell(event)
    const { forgetAfterBlocks = 20 * metagraph.columns.tempoBlocks } = this.#options
    const now = waited === undefined ? block : this.#newestBlock
    const kept = afterRound(
      mechanism,
      { book, state: outcome.state },
      { metagraph, began: block, block: now, miners: resumed?.began.miners ?? [], forgetAfterBlocks },
    )
    this.#tellForgetFailures(kept, block)
    const booked = { book, state: kept.state, round, blockHash: header.hash }
    const large = waited === undefined ? this.#memory.take(booked) : this.#memory.takeWaited(waited, booked)
    if (large !== undefined) this.#tell({ type: 'stateLarge', round, block, ...large })
    loan?.settle(waited === undefined ? 'all' : 'taken')
    if (waited === undefined) this.#saveSoon(block)
    else await this.#waiting.booked(waited, this.#memory, async () => await this.#saveNow(block))
    const told = { round, block, elapsedMs: this.#clock.now() - startedMs }
    this.#tell(scoredRound(outcome, told, { metagraph, hotkey: this.hotkey }))
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

  get #newestBlock(): BlockNumber {
    return this.#follower.block ?? 0
  }

  async #play(round: RoundStart<State>): Promise<RoundOutcome<State> | ParkedRound | undefined> {
    const { mechanism, mechanismId = 0, concurrency = 64 } = this.#options
    const client: RoundClient = this.#client
    const { signal } = this.#lifecycle
    const onOverdue: RoundInput<State>['onOverdue'] = (error) =>
      this.#tell({ type: 'roundOverdue', round: round.round, block: round.header.number, error })
    const clock = this.#clock
    const secretKey = (): Uint8Array => this.#memory.secretKey(() => this.#randomBytes(32))
    const calling = { signal, clock, onOverdue }
    const { genesisHash } = this.#options.chain
    const shelf = { library: this.#artefacts, pool: this.#sandbox, genesisHash, clock, signal }
    const artefacts = artefactsOfRound(shelf, { ...round, mechanism })
    const newestBlock = (): BlockNumber => this.#newestBlock
    const chances = { secretKey, blocks: blocksOf(this.#options.chain), newestBlock }
    const recording = { place: this.#subnetPlace, isRecorded: this.#records.isWanted }
    const parts = { mechanism, mechanismId, client, concurrency, ...chances, artefacts, ...recording }
    try {
      return await runRound({ ...round, ...calling, ...parts })
    } finally {
      artefacts.end()
    }
  }

  get #randomBytes(): (length: number) => Uint8Array {
    return this.#options.randomBytes ?? secureBytes
  }

  /** Beside the work, whatever comes of it. */
  #saveSoon(block: BlockNumber): void {
    this.#keeper?.save(this.#memory.encode(), (error) => this.#tellUnsaved(block, error))
  }

  /** Gives whether it could be. */
  async #saveNow(block: BlockNumber): Promise<boolean> {
    try {
      await this.#keeper?.saveNow(this.#memory.encode())
      return true
    } catch (error) {
      this.#tellUnsaved(block, error)
      return false
    }
  }

  #tellUnsaved(block: BlockNumber, error: unknown): void {
    const { round } = this.#memory
    this.#tell({ type: 'saveFailed', round, block, error: portableError(error) })
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
  'miners' | 'metagraph' | 'header' | 'round' | 'book' | 'state' | 'loan' | 'resumed'
>

function secureBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
