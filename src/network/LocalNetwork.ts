import { LocalChain } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { EpochFrame, Metagraph } from '../metagraph/index.js'
import { type AnswerTask, Miner, type MinerEvent, Validator, type ValidatorEvent } from '../neuron/index.js'
import { type Carrier, createMemoryNetwork, webSocketCarrier } from '../transport/index.js'
import type { Netuid } from '../units/index.js'
import {
  type CastMember,
  endowmentsFor,
  type NetworkAccounts,
  type NetworkNeuron,
  type NeuronAccount,
  networkAccounts,
} from './accounts.js'
import { FrameSource } from './FrameSource.js'
import { heldAnswer, heldBlacklist } from './heldMiner.js'
import { networkPreset } from './networkPreset.js'
import { setUpSubnet } from './setUpSubnet.js'
import type { LocalNetworkOptions, MinerSpec, ValidatorSpec } from './specs.js'
import { TimeDriver } from './TimeDriver.js'

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
  readonly chain: LocalChain
  readonly netuid: Netuid
  /** Miners first, then validators, in listing order; the subnet's owner holds uid 0 and is not listed. */
  readonly neurons: readonly NetworkNeuron[]
  readonly #options: LocalNetworkOptions<Task, Answer, State>
  readonly #accounts: NetworkAccounts
  readonly #carrier: Carrier
  readonly #driver: TimeDriver
  readonly #frames: FrameSource
  readonly #controller = new AbortController()
  readonly #miners = new Map<string, Miner<Task, Answer>>()
  readonly #validators = new Map<string, Validator<Task, Answer, State>>()
  #framesDone: Promise<void> = Promise.resolve()

  private constructor(
    options: LocalNetworkOptions<Task, Answer, State>,
    parts: { chain: LocalChain; netuid: Netuid; accounts: NetworkAccounts; driver: TimeDriver },
  ) {
    this.#options = options
    this.chain = parts.chain
    this.netuid = parts.netuid
    this.#accounts = parts.accounts
    this.#driver = parts.driver
    this.neurons = parts.accounts.neurons.map(({ neuron }) => neuron)
    this.#carrier = options.carrier ?? defaultCarrier(options, parts.driver)
    this.#frames = new FrameSource({
      chain: this.chain,
      netuid: this.netuid,
      names: parts.accounts.names,
      signal: this.#controller.signal,
      onFrame: (frame) => this.#onFrame(frame),
    })
  }

  /**
   * Starts everything and returns when every neuron is registered, staked, serving and following.
   *
   * @throws InvalidArgumentError for a name that is empty or taken twice, a miner without work, or a carrier over
   * real sockets in virtual time.
   * @throws CallRefusedError when the preset's rules do not let a neuron in.
   */
  static async start<Task, Answer, State extends CanonicalValue = null>(
    options: LocalNetworkOptions<Task, Answer, State>,
  ): Promise<LocalNetwork<Task, Answer, State>> {
    const { time = 'virtual', seed = 'subnetkit', carrier } = options
    if (time === 'virtual' && carrier !== undefined && carrier.kind !== 'memory') realCarrier(carrier)
    const validators = validatorSpecs(options)
    const scheme = options.scheme ?? (time === 'virtual' ? 'ed25519' : 'sr25519')
    const accounts = networkAccounts({ seed, scheme, cast: castOf(options.miners, validators) })
    const driver = new TimeDriver(time, { heldWorkLimitMs: options.heldWorkLimitMs ?? 30_000 })
    const chain = await LocalChain.start({
      preset: options.preset ?? networkPreset(validators.length),
      endowed: endowmentsFor(accounts),
      seed,
      clock: driver.clock,
    })
    try {
      const netuid = await driver.run(setUpSubnet(chain, accounts))
      const network = new LocalNetwork(options, { chain, netuid, accounts, driver })
      await network.#start(validators)
      return network
    } catch (error) {
      await chain.close()
      throw error
    }
  }

  /** The clock that the whole network lives by. */
  get clock(): Clock {
    return this.#driver.clock
  }

  /** The subnet at the head. */
  metagraph(): Promise<Metagraph> {
    return this.chain.metagraph(this.netuid)
  }

  /** A validator of this network, for its standings and state. @throws InvalidArgumentError for an unknown name. */
  validator(name: string): Validator<Task, Answer, State> {
    return this.#validators.get(name) ?? unknownName(name)
  }

  /** A miner of this network, for its axon's counters. @throws InvalidArgumentError for an unknown name. */
  miner(name: string): Miner<Task, Answer> {
    return this.#miners.get(name) ?? unknownName(name)
  }

  /**
   * One frame per epoch, in order, each handed out once, whoever asks. On virtual time the network lives only
   * while a frame is waited for. Ends after `count` frames, with the network, or quietly when the signal aborts.
   */
  async *epochs(
    options: { readonly count?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<EpochFrame, void, undefined> {
    const { count = Number.POSITIVE_INFINITY, signal } = options
    for (let handedOut = 0; handedOut < count; handedOut++) {
      const frame = await this.#driver.run(this.#frames.next(signal))
      if (frame === undefined) return
      yield frame
    }
  }

  /** Waits for work that waits for the network, such as a call to its chain; lets virtual time pass meanwhile. */
  run<T>(work: Promise<T>): Promise<T> {
    return this.#driver.run(work)
  }

  /** Stops one neuron for good; the network goes on. @throws InvalidArgumentError for an unknown name. */
  async stopNeuron(name: string): Promise<void> {
    const neuron = this.#miners.get(name) ?? this.#validators.get(name) ?? unknownName(name)
    await this.#driver.run(neuron.stop())
  }

  /** Stops every neuron, then the chain; returns when nothing is left running. Stopping twice does nothing. */
  async stop(): Promise<void> {
    this.#controller.abort()
    this.#driver.stopHolding()
    const neurons = [...this.#miners.values(), ...this.#validators.values()]
    await this.#driver.run(Promise.all([...neurons.map((neuron) => neuron.stop()), this.#framesDone]))
    await this.chain.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(validators: readonly ValidatorSpec<State>[]): Promise<void> {
    this.#framesDone = this.#frames.run()
    const accounts = this.#accounts.neurons
    const { miners } = this.#options
    const works = await this.#prepareInOrder()
    const starting = [
      ...miners.map((spec, at) => this.#startMiner(spec, accounts[at]!, works[at]!)),
      ...validators.map((spec, at) => this.#startValidator(spec, accounts[miners.length + at]!)),
    ]
    try {
      await this.#driver.run(Promise.all(starting))
    } catch (error) {
      await this.#driver.run(Promise.allSettled(starting))
      await this.stop()
      throw error
    }
  }

  /** Loading takes real time: done one by one, so that miners listen, and get their ports, in the same order every time. */
  async #prepareInOrder(): Promise<AnswerTask<Task, Answer>[]> {
    const works: AnswerTask<Task, Answer>[] = []
    try {
      for (const [at, spec] of this.#options.miners.entries()) {
        works.push(await this.#driver.run(this.#workOf(spec, this.#accounts.neurons[at]!)))
      }
    } catch (error) {
      await this.stop()
      throw error
    }
    return works
  }

  async #startMiner(
    spec: MinerSpec<Task, Answer>,
    account: NeuronAccount,
    answer: AnswerTask<Task, Answer>,
  ): Promise<void> {
    const { name, answerCostMs: costMs = 0, synapse, blacklist, minCallerStakeRao, axon } = spec
    const { mechanism } = this.#options
    const { clock } = this.#driver
    const miner = new Miner<Task, Answer>({
      ...this.#shared(account),
      ...(minCallerStakeRao === undefined ? {} : { minCallerStakeRao }),
      ...(axon === undefined ? {} : { axon }),
      ...(blacklist === undefined ? {} : { blacklist: heldBlacklist(blacklist, { name, clock }) }),
      mechanism: synapse === undefined ? mechanism : { synapse },
      answer: heldAnswer(answer, { name, clock, costMs }),
      onEvent: (event) => this.#tell(name, event),
    })
    this.#miners.set(name, miner)
    await miner.start()
  }

  async #startValidator(spec: ValidatorSpec<State>, account: NeuronAccount): Promise<void> {
    const { name, stakeRao: _, ...settings } = spec
    const validator = new Validator<Task, Answer, State>({
      ...settings,
      ...this.#shared(account),
      mechanism: this.#options.mechanism,
      onEvent: (event) => this.#tell(name, event),
    })
    this.#validators.set(name, validator)
    await validator.start()
  }

  #shared({ hotkey }: NeuronAccount) {
    return {
      chain: this.chain,
      netuid: this.netuid,
      signer: hotkey,
      carrier: this.#carrier,
      clock: this.#driver.clock,
    }
  }

  async #workOf(spec: MinerSpec<Task, Answer>, account: NeuronAccount): Promise<AnswerTask<Task, Answer>> {
    const { name, answer, prepare } = spec
    if (answer !== undefined) return answer
    const { clock } = this.#driver
    const self = { name, hotkey: account.neuron.hotkey, clock, die: () => this.#die(name) }
    const what = `Preparing miner ${name}`
    return await clock.hold(async () => await (prepare ?? missingWork(name))(self), { what })
  }

  #onFrame({ epoch }: EpochFrame): void {
    for (const { name, diesAfterEpoch } of this.#options.miners) if (epoch === diesAfterEpoch) this.#die(name)
  }

  #die(name: string): void {
    void this.#miners.get(name)?.stop()
  }

  #tell(neuron: string, event: MinerEvent | ValidatorEvent): void {
    this.#options.onEvent?.({ neuron, ...event })
  }
}

function defaultCarrier(options: { time?: 'virtual' | 'real' }, driver: TimeDriver): Carrier {
  return options.time === 'real' ? webSocketCarrier() : createMemoryNetwork({ clock: driver.clock })
}

function validatorSpecs<State extends CanonicalValue>(options: {
  validators: number | readonly ValidatorSpec<State>[]
}): readonly ValidatorSpec<State>[] {
  const { validators } = options
  if (typeof validators !== 'number') return validators
  return Array.from({ length: validators }, (_, index) => ({ name: `validator-${index + 1}` }))
}

function castOf(
  miners: readonly { name: string }[],
  validators: readonly { name: string; stakeRao?: bigint }[],
): CastMember[] {
  return [
    ...miners.map(({ name }): CastMember => ({ name, role: 'miner' })),
    ...validators.map(({ name, stakeRao }): CastMember => {
      return { name, role: 'validator', ...(stakeRao === undefined ? {} : { stakeRao }) }
    }),
  ]
}

/** Virtual time does not wait for what happens on real sockets. */
function realCarrier(carrier: Carrier): never {
  throw new InvalidArgumentError({
    field: 'carrier',
    value: carrier.kind,
    remedy: "Leave the carrier out in virtual time, or run with time: 'real'.",
  })
}

function missingWork(name: string): never {
  throw new InvalidArgumentError({
    field: `miners[${name}].answer`,
    value: undefined,
    remedy: 'Give each miner answer or prepare.',
  })
}

function unknownName(name: string): never {
  throw new InvalidArgumentError({
    field: 'name',
    value: name,
    remedy: 'Pass the name of a neuron of that role in this network.',
  })
}
