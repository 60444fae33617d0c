import { LocalChain } from '../chain/index.js'
import { assertMade, check, made, signer as signerCheck } from '../checks/index.js'
import { type Clock, waitOn } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { Signer } from '../crypto/index.js'
import { Dendrite } from '../dendrite/index.js'
import { silentLogger } from '../log/index.js'
import { assertMechanism } from '../mechanism/index.js'
import type { EpochFrame, Metagraph } from '../metagraph/index.js'
import { Miner, type MinerEvent, Validator } from '../neuron/index.js'
import type { Carrier } from '../transport/index.js'
import type { Netuid } from '../units/index.js'
import {
  accountNamed,
  endowmentsFor,
  type NetworkAccounts,
  type NetworkNeuron,
  type NetworkSigners,
  type NeuronAccount,
  networkAccounts,
  signersOf,
} from './accounts.js'
import { assertHasPermit } from './assertHasPermit.js'
import { assertHasWork } from './assertHasWork.js'
import { minerMember, validatorMember, validatorSpecs } from './cast.js'
import { type EpochsOptions, epochsShape } from './epochsShape.js'
import { FrameSource } from './FrameSource.js'
import type { AnyValidator, AnyValidatorOptions } from './furtherMechanism.js'
import { heldAnswer, heldDoor, heldHooks } from './heldMiner.js'
import {
  anyPromise,
  localNetworkShape,
  minerShape,
  validatorShape,
  validatorsShape,
} from './localNetworkShape.js'
import { NetworkChain } from './NetworkChain.js'
import { NetworkReporter } from './NetworkReporter.js'
import { assertCarrier, defaultCarrier } from './networkCarrier.js'
import { networkPreset } from './networkPreset.js'
import { type ReadyMiner, readyMiner } from './readyMiner.js'
import { recordedBy } from './roundsFolder.js'
import { seededBytes } from './seededBytes.js'
import { joinRunningSubnet, setUpSubnet } from './setUpSubnet.js'
import type { LocalNetworkOptions, MinerSpec, NetworkEvent, ValidatorSpec } from './specs.js'
import { TimeDriver } from './TimeDriver.js'
import { unknownName } from './unknownName.js'

/** What everything random comes from where nothing else was said. */
const DEFAULT_SEED = 'subnetkit'

/**
 * A whole network in this process: a chain, one subnet, miners and validators that talk over authenticated sessions.
 *
 * PERF: on virtual time, work alone: about a handshake per pair of validator and miner, then microseconds per call.
 *
 * @example
 * ```ts
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { LocalNetwork } from 'subnetkit/network'
 *
 * async function watch(mechanism: IncentiveMechanism<string, string>): Promise<void> {
 *   const miners = [{ name: 'loud', answer: (task: string) => task.toUpperCase() }]
 *   await using network = await LocalNetwork.start({ mechanism, miners, validators: 3 })
 *   for await (const { epoch, metagraph } of network.epochs({ count: 20 })) console.table(metagraph.rows())
 * }
 * ```
 */
export class LocalNetwork<Task, Answer, State extends CanonicalValue = null> {
  /** A call to it lets virtual time move until its block is there, wherever it is made. */
  readonly chain: NetworkChain
  readonly netuid: Netuid
  readonly #options: LocalNetworkOptions<Task, Answer, State>
  readonly #accounts: NetworkAccounts
  /** The same chain without a hand on time. */
  readonly #chain: LocalChain
  readonly #carrier: Carrier
  readonly #driver: TimeDriver
  readonly #frames: FrameSource
  readonly #reporter: NetworkReporter<NetworkEvent>
  readonly #controller = new AbortController()
  readonly #miners = new Map<string, Miner<Task, Answer>>()
  readonly #minerSpecs: MinerSpec<Task, Answer>[] = []
  readonly #validators = new Map<string, Validator<Task, Answer, State>>()
  /** Validators under further mechanisms, by name. */
  readonly #further = new Map<string, readonly AnyValidator[]>()
  /** Clients made here; they close with the network. */
  readonly #dendrites: Dendrite[] = []
  #framesDone: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  private constructor(
    mark: typeof made,
    options: LocalNetworkOptions<Task, Answer, State>,
    parts: { chain: LocalChain; netuid: Netuid; accounts: NetworkAccounts; driver: TimeDriver },
  ) {
    assertMade(mark, 'LocalNetwork', 'await LocalNetwork.start({ ... })')
    this.#options = options
    this.#chain = parts.chain
    this.chain = new NetworkChain(made, parts.chain, parts.driver)
    this.netuid = parts.netuid
    this.#accounts = parts.accounts
    this.#driver = parts.driver
    this.#reporter = new NetworkReporter({ logger: options.logger, onEvent: options.onEvent })
    this.#carrier =
      options.carrier ?? defaultCarrier(options, options.seed ?? DEFAULT_SEED, parts.driver.clock)
    this.#frames = new FrameSource({
      chain: this.#chain,
      netuid: this.netuid,
      names: parts.accounts.names,
      signal: this.#controller.signal,
      onFrame: (frame) => this.#onFrame(frame),
    })
  }

  /**
   * Starts everything and returns when every miner serves and every validator follows. Validators ask from then on, so that no miner
   * is late for having been started late.
   *
   * @throws InvalidArgumentError for an option that is wrong or unknown, a name that is empty or taken twice, a miner without work, or
   * a carrier over real sockets in virtual time, or a latency where it is not the network's to set.
   * @throws CallRefusedError when the preset's rules do not let a neuron in.
   * @throws HeldTooLongError when a miner's `prepare` does not end.
   */
  static async start<Task, Answer, State extends CanonicalValue = null>(
    options: LocalNetworkOptions<Task, Answer, State>,
  ): Promise<LocalNetwork<Task, Answer, State>> {
    check('options', localNetworkShape, options)
    if (typeof options.validators !== 'number') check('validators', validatorsShape, options.validators)
    assertMechanism(options.mechanism)
    assertCarrier(options)
    const { time = 'virtual', seed = DEFAULT_SEED, miners } = options
    for (const [at, spec] of miners.entries()) assertHasWork(`miners[${at}]`, spec, options.mechanism)
    const validators = validatorSpecs(options)
    const scheme = options.scheme ?? (time === 'virtual' ? 'ed25519' : 'sr25519')
    const cast = [
      ...miners.map((spec, at) => ({ ...minerMember(spec), path: `miners[${at}].name` })),
      ...validators.map((spec, at) => ({ ...validatorMember(spec), path: `validators[${at}].name` })),
    ]
    const accounts = networkAccounts({ seed, scheme, cast })
    const driver = new TimeDriver(time, { heldWorkLimitMs: options.heldWorkLimitMs ?? 30_000 })
    const { furtherMechanisms = [] } = options
    const preset = networkPreset(options.preset, validators.length, 1 + furtherMechanisms.length)
    const endowed = endowmentsFor(accounts, preset)
    const { timelock = 'plain' } = options
    const chain = await LocalChain.start({ preset, endowed, seed, timelock, clock: driver.clock })
    try {
      const netuid = await driver.drive(setUpSubnet(chain, accounts))
      const network = new LocalNetwork(made, options, { chain, netuid, accounts, driver })
      await network.#start(validators)
      return network
    } catch (error) {
      await chain.close()
      throw error
    }
  }

  /** Miners first, then validators, in listing order, then who joined later; the subnet's owner holds uid 0 and is not listed. */
  get neurons(): readonly NetworkNeuron[] {
    return this.#accounts.neurons.map(({ neuron }) => neuron)
  }

  /** The clock that the whole network lives by. */
  get clock(): Clock {
    return this.#driver.clock
  }

  /**
   * The subnet at the head, as one of its mechanisms has it; the first by default.
   *
   * @throws SubnetNotExistsError for a mechanism that it does not have.
   */
  metagraph(mechanism?: number): Promise<Metagraph> {
    return this.#chain.metagraph(this.netuid, mechanism === undefined ? {} : { mechanism })
  }

  /** A validator of this network under the first mechanism, for its standings and state. @throws InvalidArgumentError for an unknown name. */
  validator(name: string): Validator<Task, Answer, State> {
    return this.#validators.get(name) ?? unknownName(name, this.#validators)
  }

  /** A miner of this network, for its axon's counters. @throws InvalidArgumentError for an unknown name. */
  miner(name: string): Miner<Task, Answer> {
    return this.#miners.get(name) ?? unknownName(name, this.#miners)
  }

  /**
   * The keys of a neuron, or of the subnet's `'owner'`, for calls to the chain.
   *
   * @throws InvalidArgumentError for an unknown name.
   *
   * @example
   * ```ts
   * import type { LocalNetwork } from 'subnetkit/network'
   *
   * async function slowDown(network: LocalNetwork<string, string>): Promise<void> {
   *   const { chain, netuid } = network
   *   const { coldkey } = network.signersOf('owner')
   *   await chain.call(coldkey, 'setHyperparameter', { netuid, name: 'tempoBlocks', value: 20 })
   * }
   * ```
   */
  signersOf(name: string): NetworkSigners {
    return signersOf(this.#accounts, name)
  }

  /**
   * A client over the network's carrier and clock, such as a customer's of a validator; it closes with the network. On virtual time its calls go on while something of the
   * network is waited for: `await network.run(client.call(...))`.
   *
   * @throws InvalidArgumentError for what is no signer.
   */
  dendrite(signer: Signer): Dendrite {
    check('signer', signerCheck, signer)
    const dendrite = new Dendrite({ signer, carrier: this.#carrier, clock: this.clock })
    this.#dendrites.push(dendrite)
    return dendrite
  }

  /**
   * One frame per epoch, in order, each handed out once, whoever asks, beginning with the first epoch after `start`. On virtual time
   * the network lives only while a frame or a call is waited for. Ends after `count` frames, with the network, or quietly when the
   * signal aborts.
   *
   * @throws InvalidArgumentError for a count that is no whole number from 0.
   */
  epochs(options: EpochsOptions = {}): AsyncGenerator<EpochFrame, void, undefined> {
    check('options', epochsShape, options)
    return this.#epochs(options)
  }

  /** Waits for work that waits for the network, such as a sleep on its clock; lets virtual time pass meanwhile. */
  async run<T>(work: Promise<T>): Promise<T> {
    check('work', anyPromise, work)
    return await this.#driver.run(work)
  }

  /**
   * Starts another miner: the subnet's owner pays for it, and it is there when it serves.
   *
   * @throws InvalidArgumentError for a spec that is wrong, or a name that is taken.
   * @throws CallRefusedError when the chain does not let it in, for example into a full subnet.
   */
  async addMiner(spec: MinerSpec<Task, Answer>): Promise<NetworkNeuron> {
    check('spec', minerShape, spec)
    assertHasWork('spec', spec, this.#options.mechanism)
    const account = this.#accounts.newcomer({ ...minerMember(spec), path: 'spec.name' })
    return await this.#join(account, async (pay) => {
      const work = await this.#workOf(spec, account)
      await pay()
      await this.#startMiner(spec, account, work)
    })
  }

  /**
   * Starts another validator: the subnet's owner pays for it and gives it its stake.
   *
   * @throws InvalidArgumentError for a spec that is wrong, a name that is taken, or a stake that wins no validator permit: by default a
   * network has as many permits as it started with validators, and they go to the largest stakes.
   * @throws CallRefusedError when the chain does not let it in.
   */
  async addValidator(spec: ValidatorSpec<State>): Promise<NetworkNeuron> {
    check('spec', validatorShape, spec)
    const account = this.#accounts.newcomer({ ...validatorMember(spec), path: 'spec.name' })
    await assertHasPermit(this.#chain, this.netuid, account.stakeRao)
    return await this.#join(account, async (pay) => {
      await pay()
      await this.#startValidator(spec, account)
    })
  }

  /** Stops one neuron for good; the network goes on. @throws InvalidArgumentError for an unknown name. */
  async stopNeuron(name: string): Promise<void> {
    accountNamed(this.#accounts, name)
    const neurons = [this.#miners.get(name), this.#validators.get(name), ...(this.#further.get(name) ?? [])]
    await this.#wait(() => Promise.all(neurons.map((neuron) => neuron?.stop())))
  }

  /** Stops every neuron, then the chain; returns when nothing is left running. Stopping twice does nothing. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    await this.#stopped
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async *#epochs({
    count = Number.POSITIVE_INFINITY,
    signal,
  }: EpochsOptions): AsyncGenerator<EpochFrame, void, undefined> {
    for (let handedOut = 0; handedOut < count; handedOut++) {
      const frame = await this.#wait(() => this.#frames.next(signal))
      if (frame === undefined) return
      yield frame
    }
  }

  /** Waits for something of the network, wherever that is asked for. */
  #wait<T>(work: () => Promise<T>): Promise<T> {
    return waitOn(this.clock, () => this.#driver.run(work()))
  }

  async #stop(): Promise<void> {
    this.#controller.abort()
    this.#driver.stopHolding()
    const neurons = [
      ...this.#miners.values(),
      ...this.#validators.values(),
      ...[...this.#further.values()].flat(),
    ]
    await this.#driver.drive(Promise.all([...neurons.map((neuron) => neuron.stop()), this.#framesDone]))
    await Promise.all(this.#dendrites.map((dendrite) => dendrite.close()))
    await this.#chain.close()
    this.#reporter.close()
  }

  /** Miners first: whoever is asked serves by then. */
  async #start(validators: readonly ValidatorSpec<State>[]): Promise<void> {
    this.#framesDone = this.#driver.inside(() => this.#frames.run())
    try {
      await this.#startAll(await this.#prepareInOrder())
      await this.#startAll(
        validators.map((spec) => () => this.#startValidator(spec, accountNamed(this.#accounts, spec.name))),
      )
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#frames.open()
  }

  async #startAll(starts: readonly (() => Promise<void>)[]): Promise<void> {
    const starting = this.#driver.inside(() => starts.map((start) => start()))
    try {
      await this.#driver.drive(Promise.all(starting))
    } catch (error) {
      await this.#driver.drive(Promise.allSettled(starting))
      throw error
    }
  }

  /** Loading takes real time: done one by one, so that miners listen, and get their ports, in the same order every time. */
  async #prepareInOrder(): Promise<(() => Promise<void>)[]> {
    const starts: (() => Promise<void>)[] = []
    for (const spec of this.#options.miners) {
      const account = accountNamed(this.#accounts, spec.name)
      const work = await this.#driver.drive(this.#driver.inside(() => this.#workOf(spec, account)))
      starts.push(() => this.#startMiner(spec, account, work))
    }
    return starts
  }

  async #join(
    account: NeuronAccount,
    start: (pay: () => Promise<void>) => Promise<void>,
  ): Promise<NetworkNeuron> {
    // Known from here on, so that nobody else takes the name meanwhile.
    this.#accounts.add(account)
    const pay = (): Promise<void> => joinRunningSubnet(this.#chain, this.netuid, this.#accounts, account)
    try {
      await this.#wait(() => this.#driver.inside(() => start(pay)))
    } catch (error) {
      this.#accounts.remove(account)
      throw error
    }
    return account.neuron
  }

  async #startMiner(
    spec: MinerSpec<Task, Answer>,
    account: NeuronAccount,
    { answer, artefacts }: ReadyMiner<Task, Answer>,
  ): Promise<void> {
    const { name, answerCostMs: costMs = 0, minCallerStakeAlpha, axon, artefactsAfterBlock } = spec
    const { clock } = this
    const holder = { name, clock }
    const settings = {
      ...this.#shared(account),
      ...(minCallerStakeAlpha === undefined ? {} : { minCallerStakeAlpha }),
      ...(axon === undefined ? {} : { axon }),
      ...(artefacts === undefined ? {} : { artefacts }),
      ...(artefactsAfterBlock === undefined ? {} : { artefactsAfterBlock }),
      ...heldHooks(spec, holder),
      answers: (spec.answers ?? []).map((one) => one.through((next) => heldDoor(next, holder))),
      onEvent: (event: MinerEvent) => this.#reporter.tell({ neuron: name, ...event }),
    }
    const synapse = spec.synapse ?? this.#options.mechanism.synapse
    const miner = new Miner<Task, Answer>(
      answer === undefined || synapse === undefined
        ? settings
        : { ...settings, mechanism: { synapse }, answer: heldAnswer(answer, { ...holder, costMs }) },
    )
    this.#minerSpecs.push(spec)
    this.#miners.set(name, miner)
    await miner.start()
  }

  async #startValidator(spec: ValidatorSpec<State>, account: NeuronAccount): Promise<void> {
    const { name, stakeRao: _, ...settings } = spec
    const { mechanism, time = 'virtual' } = this.#options
    const shared = this.#shared(account)
    let client: { readonly dendrite?: Dendrite } = {}
    // On virtual time no handshake is slow.
    if (time === 'real' && spec.sampleSize !== 0) {
      client = { dendrite: this.dendrite(shared.signer) }
    }
    const validator = new Validator<Task, Answer, State>({
      ...settings,
      ...shared,
      ...client,
      ...this.#salts(name, 0),
      ...recordedBy(this.#options, name),
      mechanism,
      onEvent: (event) => this.#reporter.tell({ neuron: name, ...event }),
    })
    this.#validators.set(name, validator)
    if (client.dendrite !== undefined) await validator.rehearse({ signal: this.#controller.signal })
    await validator.start()
    await this.#startFurther(spec, { ...shared, ...client })
  }

  /** The same validator under each further mechanism. Their memories are lost with the network, and customers ask the first one. */
  async #startFurther(
    {
      name,
      stakeRao: _stake,
      weights: _weights,
      store: _store,
      customers: _customers,
      ...settings
    }: ValidatorSpec<State>,
    shared: Pick<
      AnyValidatorOptions,
      'chain' | 'netuid' | 'signer' | 'carrier' | 'clock' | 'logger' | 'dendrite'
    >,
  ): Promise<void> {
    const { furtherMechanisms = [] } = this.#options
    const validators = furtherMechanisms.map((further, at) => {
      const mechanismId = at + 1
      return further.validator({
        ...settings,
        ...shared,
        ...this.#salts(name, mechanismId),
        ...recordedBy(this.#options, name, mechanismId),
        mechanismId,
        onEvent: (event) => this.#reporter.tell({ neuron: name, mechanismId, ...event }),
      })
    })
    this.#further.set(name, validators)
    for (const validator of validators) await validator.start()
  }

  /** In virtual time commits come from the seed too: they are part of blocks, and so of the tasks that follow. */
  #salts(name: string, mechanismId: number): { readonly randomBytes?: (length: number) => Uint8Array } {
    const { seed = 'subnetkit', time = 'virtual' } = this.#options
    return time === 'real' ? {} : { randomBytes: seededBytes(`${seed}\0salt/${name}/${mechanismId}`) }
  }

  #shared({ hotkey }: NeuronAccount) {
    return {
      chain: this.#chain,
      netuid: this.netuid,
      signer: hotkey,
      carrier: this.#carrier,
      clock: this.clock,
      // The network says each fault once, whichever neurons have it.
      logger: silentLogger,
    }
  }

  #workOf(spec: MinerSpec<Task, Answer>, account: NeuronAccount): Promise<ReadyMiner<Task, Answer>> {
    const { name } = spec
    return readyMiner(spec, {
      name,
      hotkey: account.neuron.hotkey,
      clock: this.clock,
      die: () => this.#die(name),
      commitArtefacts: (artefacts) => this.#wait(() => this.miner(name).commitArtefacts(artefacts)),
    })
  }

  #onFrame({ epoch }: EpochFrame): void {
    for (const { name, diesAfterEpoch } of this.#minerSpecs) if (epoch === diesAfterEpoch) this.#die(name)
  }

  #die(name: string): void {
    void this.#miners.get(name)?.stop()
  }
}
