import { join } from 'node:path'
import { ChainNode, LocalChain } from '../chain/index.js'
import { assertMade, check, made } from '../checks/index.js'
import { AbortedError, assert, InvalidArgumentError } from '../errors/index.js'
import type { EpochFrame, Metagraph } from '../metagraph/index.js'
import type { Netuid } from '../units/index.js'
import {
  accountNamed,
  endowmentsFor,
  type NetworkAccounts,
  type NetworkNeuron,
  type NetworkSigners,
  networkAccounts,
  signersOf,
} from './accounts.js'
import { type EpochsOptions, epochsShape } from './epochsShape.js'
import { FrameSource } from './FrameSource.js'
import { NetworkReporter } from './NetworkReporter.js'
import { NeuronSlot } from './NeuronSlot.js'
import { networkPreset } from './networkPreset.js'
import { endingSignal, processNetworkShape } from './processNetworkShape.js'
import type { ProcessEvent, ProcessNetworkOptions, ProcessSpec } from './processSpecs.js'
import { setUpSubnet } from './setUpSubnet.js'

/**
 * A network with one process per neuron and the chain in this one: real sockets, and no neuron's crash reaches
 * another. Children end when this process does, however it ends and whatever they are doing then.
 *
 * @example
 * ```ts
 * import { ProcessNetwork } from 'subnetkit/network'
 *
 * const module = new URL('./neuron.js', import.meta.url)
 * await using network = await ProcessNetwork.start({
 *   neurons: [
 *     { name: 'good', role: 'miner', module, options: { model: 'good' } },
 *     { name: 'judge', role: 'validator', module },
 *   ],
 * })
 * for await (const { epoch, earnedAlpha } of network.epochs({ count: 20 })) console.log(epoch, earnedAlpha)
 * ```
 */
export class ProcessNetwork {
  readonly chain: LocalChain
  readonly netuid: Netuid
  /** In listing order; the subnet's owner holds uid 0 and is not listed. */
  readonly neurons: readonly NetworkNeuron[]
  readonly #options: ProcessNetworkOptions
  readonly #node: ChainNode
  readonly #accounts: NetworkAccounts
  readonly #frames: FrameSource
  readonly #reporter: NetworkReporter<ProcessEvent>
  readonly #controller = new AbortController()
  readonly #slots = new Map<string, NeuronSlot>()
  readonly #minersServe = deferred()
  #framesDone: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  private constructor(
    mark: typeof made,
    options: ProcessNetworkOptions,
    parts: { chain: LocalChain; node: ChainNode; netuid: Netuid; accounts: NetworkAccounts },
  ) {
    assertMade(mark, 'ProcessNetwork', 'await ProcessNetwork.start({ ... })')
    this.#options = options
    this.chain = parts.chain
    this.netuid = parts.netuid
    this.#node = parts.node
    this.#accounts = parts.accounts
    this.neurons = parts.accounts.neurons.map(({ neuron }) => neuron)
    this.#reporter = new NetworkReporter({ logger: options.logger, onEvent: options.onEvent })
    for (const spec of options.neurons) this.#slots.set(spec.name, this.#slotFor(spec))
    this.#frames = new FrameSource({
      chain: this.chain,
      netuid: this.netuid,
      names: parts.accounts.names,
      signal: this.#controller.signal,
      onFrame: () => {},
    })
  }

  /**
   * Starts the chain and its node, registers and stakes everyone, starts the processes, and returns when all are ready. Validators
   * begin when every miner serves, so that none is paid less for having been started late.
   *
   * @throws NeuronStartError when a process ends early or is not ready in time; nothing is left running then.
   * @throws InvalidArgumentError for an option that is wrong or unknown, a name that is empty or taken twice, or options that cannot
   * be cloned.
   * @throws ListenError when the node's port is taken.
   * @throws AbortedError when the signal is aborted first.
   */
  static async start(options: ProcessNetworkOptions): Promise<ProcessNetwork> {
    check('options', processNetworkShape, options)
    const {
      neurons,
      mechanisms = 1,
      seed = 'subnetkit',
      scheme = 'sr25519',
      timelock = 'plain',
      blockMs,
    } = options
    for (const [index, spec] of neurons.entries()) assertCloneable(`neurons[${index}].options`, spec.options)
    const accounts = networkAccounts({ seed, scheme, cast: neurons })
    const validators = neurons.filter(({ role }) => role === 'validator')
    const preset = networkPreset(options.preset, validators.length, mechanisms)
    const chain = await LocalChain.start({
      preset,
      endowed: endowmentsFor(accounts, preset),
      seed,
      timelock,
      ...(blockMs === undefined ? {} : { blockMs }),
    })
    const { host = '127.0.0.1', port = 0 } = options
    let node: ChainNode | undefined
    try {
      const { logger } = options
      node = await ChainNode.start({ chain, host, port, ...(logger === undefined ? {} : { logger }) })
      const netuid = await setUpSubnet(chain, accounts, options.signal)
      const network = new ProcessNetwork(made, options, { chain, node, netuid, accounts })
      await network.#start()
      return network
    } catch (error) {
      await node?.close()
      await chain.close()
      const { signal } = options
      throw signal?.aborted ? new AbortedError({ what: 'Starting the network', cause: signal.reason }) : error
    }
  }

  /** Where the chain's node listens: neurons started by hand connect here. */
  get url(): string {
    return this.#node.url
  }

  /**
   * The subnet at the head, as one of its mechanisms has it; the first by default.
   *
   * @throws SubnetNotExistsError for a mechanism that it does not have.
   */
  metagraph(mechanism?: number): Promise<Metagraph> {
    return this.chain.metagraph(this.netuid, mechanism === undefined ? {} : { mechanism })
  }

  /** The keys of a neuron, or of the subnet's `'owner'`, for calls to the chain. @throws InvalidArgumentError for an unknown name. */
  signersOf(name: string): NetworkSigners {
    return signersOf(this.#accounts, name)
  }

  /**
   * One frame per epoch, in order, each handed out once, beginning with the first epoch after `start`. Ends after `count` frames, with
   * the network, or quietly when the signal aborts.
   *
   * @throws InvalidArgumentError for a count that is no whole number from 0.
   */
  epochs(options: EpochsOptions = {}): AsyncGenerator<EpochFrame, void, undefined> {
    check('options', epochsShape, options)
    return this.#epochs(options)
  }

  /** Process id of a neuron; `undefined` while it does not run. @throws InvalidArgumentError for an unknown name. */
  pidOf(name: string): number | undefined {
    return this.#slot(name).pid
  }

  /** Last lines that a neuron's process wrote. @throws InvalidArgumentError for an unknown name. */
  linesOf(name: string): readonly string[] {
    return this.#slot(name).lines
  }

  /**
   * Ends a neuron's process at once, by default as a crash would, and waits until it has ended.
   *
   * @throws InvalidArgumentError for an unknown name, or a signal that does not end a process.
   */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const slot = this.#slot(name)
    check('signal', endingSignal, signal)
    await slot.kill(signal)
  }

  /**
   * Starts a neuron's process anew, ending it first when it runs, and returns when it is ready. Asked again meanwhile, it waits for the
   * restart that is under way.
   *
   * @throws InvalidArgumentError for an unknown name.
   * @throws NeuronStartError when it ends early or is not ready in time.
   * @throws AbortedError when the network is stopped first; nothing is left running then.
   */
  async restart(name: string): Promise<void> {
    await this.#slot(name).restart()
  }

  /** Ends every process, then the node and the chain; returns when nothing is left running. Stopping twice does nothing. */
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
      const frame = await this.#frames.next(signal)
      if (frame === undefined) return
      yield frame
    }
  }

  async #start(): Promise<void> {
    const { signal } = this.#options
    const stop = (): void => void this.stop()
    this.#framesDone = this.#frames.run()
    try {
      if (signal?.aborted) throw new AbortedError({ what: 'Starting the network', cause: signal.reason })
      signal?.addEventListener('abort', stop, { once: true })
      const starting = this.#options.neurons.map(({ name, role }) => ({
        role,
        ready: this.#slot(name).start(),
      }))
      const miners = starting.filter(({ role }) => role === 'miner').map(({ ready }) => ready)
      const minersServe = Promise.all(miners).then(() => this.#minersServe.resolve())
      await Promise.all([minersServe, ...starting.map(({ ready }) => ready)])
    } catch (error) {
      await this.stop()
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
    this.#frames.open()
  }

  async #stop(): Promise<void> {
    this.#controller.abort()
    await Promise.all([...this.#slots.values()].map((slot) => slot.stop()))
    await this.#framesDone
    await this.#node.close()
    await this.chain.close()
    this.#reporter.close()
  }

  #slotFor(spec: ProcessSpec): NeuronSlot {
    const { name, role, options, restarts = 0 } = spec
    const {
      mechanisms = 1,
      stateFolder,
      roundsFolder = null,
      execArgv,
      startMs = 30_000,
      stopMs = 3_000,
    } = this.#options
    const { hotkeySeed } = accountNamed(this.#accounts, name)
    return new NeuronSlot({
      module: spec.module,
      execArgv,
      restarts,
      startMs,
      stopMs,
      signal: this.#controller.signal,
      mayBegin: role === 'miner' ? Promise.resolve() : this.#minersServe.promise,
      config: {
        name,
        role,
        scheme: this.#accounts.scheme,
        hotkeySeed,
        chainUrl: this.#node.url,
        netuid: this.netuid,
        mechanisms,
        roundsFolder,
        storePath: stateFolder === undefined || role === 'miner' ? null : join(stateFolder, `${name}.state`),
        options,
      },
      tell: (event, fault) => this.#reporter.tell({ neuron: name, ...event }, fault),
    })
  }

  #slot(name: string): NeuronSlot {
    accountNamed(this.#accounts, name)
    const slot = this.#slots.get(name)
    assert(slot !== undefined, `neuron ${name} has an account and no slot`)
    return slot
  }
}

/** Options travel to another process: functions and the like cannot. */
function assertCloneable(field: string, value: unknown): void {
  try {
    structuredClone(value)
  } catch (cause) {
    throw new InvalidArgumentError({
      field,
      value,
      remedy: 'Pass data that can be structured-cloned.',
      cause,
    })
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<void>((onResolve) => {
    resolve = onResolve
  })
  return { promise, resolve }
}
