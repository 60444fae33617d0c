import { join } from 'node:path'
import { ChainNode, LocalChain, type Preset } from '../chain/index.js'
import { type Clock, onAbort, sleep, systemClock } from '../clock/index.js'
import type { KeyScheme } from '../crypto/index.js'
import { AbortedError, InvalidArgumentError } from '../errors/index.js'
import type { EpochFrame, Metagraph } from '../metagraph/index.js'
import type { MinerEvent, ValidatorEvent } from '../neuron/index.js'
import type { Netuid, Rao } from '../units/index.js'
import {
  endowmentsFor,
  type NetworkAccounts,
  type NetworkNeuron,
  type NeuronAccount,
  type NeuronRole,
  networkAccounts,
} from './accounts.js'
import { FrameSource } from './FrameSource.js'
import { NeuronProcess, type ProcessExit } from './NeuronProcess.js'
import { networkPreset } from './networkPreset.js'
import { setUpSubnet } from './setUpSubnet.js'

/** Wait before a process that ended by itself is started again. */
const RESTART_DELAY_MS = 500

/** A neuron that runs in a process of its own. */
export interface ProcessSpec {
  readonly name: string
  readonly role: NeuronRole
  /** JavaScript module that calls `runNeuronProcess`: a file URL or a path. */
  readonly module: URL | string
  /** Handed to the module; anything that can be structured-cloned. */
  readonly options?: unknown
  /** Validators only. Default 10,000 TAO. */
  readonly stakeRao?: Rao
  /** How many times it is started again after it ended by itself. Default 0. */
  readonly restarts?: number
}

/** What a neuron of a process network tells, with its name. */
export type ProcessEvent = { readonly neuron: string } & (
  | MinerEvent
  | ValidatorEvent
  | { readonly type: 'started'; readonly pid: number }
  /** A line that the process wrote to its standard output or error. */
  | { readonly type: 'line'; readonly line: string }
  | ({ readonly type: 'ended'; readonly restarts: boolean } & ProcessExit)
)

/** How a network of processes is put together. */
export interface ProcessNetworkOptions {
  readonly neurons: readonly ProcessSpec[]
  /** Keys, and through the first block's hash the tasks, come from it. Default "subnetkit". */
  readonly seed?: string
  /** Default: `localnetPreset` with as many validator permits as validators. Its own accounts are not endowed. */
  readonly preset?: Preset
  /** Default: the preset's. */
  readonly blockMs?: number
  /** Where the chain's node listens. Default 127.0.0.1, any free port. */
  readonly host?: string
  readonly port?: number
  readonly scheme?: KeyScheme
  /** Folder in which validators keep their memory, one file each. Default: none is kept. */
  readonly stateFolder?: string
  /** Flags for Node in each process. Default: those of this one. */
  readonly execArgv?: readonly string[]
  /** Ends the start, and with it everything that was started. */
  readonly signal?: AbortSignal
  /** How long a process may take to get ready. Default 30,000. */
  readonly startMs?: number
  /** How long a process may take to end before it is killed. Default 3,000. */
  readonly stopMs?: number
  /** Is told what happens. It must not throw. */
  readonly onEvent?: (event: ProcessEvent) => void
}

/**
 * A network with one process per neuron and the chain in this one: real sockets, and no neuron's crash reaches
 * another. Children end when this process does, however it ends.
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
 * for await (const { epoch, earnedRao } of network.epochs({ count: 20 })) console.log(epoch, earnedRao)
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
  readonly #clock: Clock = systemClock
  readonly #frames: FrameSource
  readonly #controller = new AbortController()
  readonly #processes = new Map<string, NeuronProcess>()
  readonly #restartsLeft = new Map<string, number>()
  #framesDone: Promise<void> = Promise.resolve()

  private constructor(
    options: ProcessNetworkOptions,
    parts: { chain: LocalChain; node: ChainNode; netuid: Netuid; accounts: NetworkAccounts },
  ) {
    this.#options = options
    this.chain = parts.chain
    this.netuid = parts.netuid
    this.#node = parts.node
    this.#accounts = parts.accounts
    this.neurons = parts.accounts.neurons.map(({ neuron }) => neuron)
    for (const { name, restarts = 0 } of options.neurons) this.#restartsLeft.set(name, restarts)
    this.#frames = new FrameSource({
      chain: this.chain,
      netuid: this.netuid,
      names: parts.accounts.names,
      signal: this.#controller.signal,
      onFrame: () => {},
    })
  }

  /**
   * Starts the chain and its node, registers and stakes everyone, starts the processes, and returns when all are ready.
   *
   * @throws NeuronStartError when a process ends early or is not ready in time; nothing is left running then.
   * @throws InvalidArgumentError for a name that is empty or taken twice, or options that cannot be cloned.
   * @throws ListenError when the node's port is taken.
   * @throws AbortedError when the signal is aborted first.
   */
  static async start(options: ProcessNetworkOptions): Promise<ProcessNetwork> {
    const { neurons, seed = 'subnetkit', scheme = 'sr25519', blockMs } = options
    for (const [index, spec] of neurons.entries()) assertCloneable(`neurons[${index}].options`, spec.options)
    const accounts = networkAccounts({ seed, scheme, cast: neurons })
    const validators = neurons.filter(({ role }) => role === 'validator')
    const chain = await LocalChain.start({
      preset: options.preset ?? networkPreset(validators.length),
      endowed: endowmentsFor(accounts),
      seed,
      ...(blockMs === undefined ? {} : { blockMs }),
    })
    const { host = '127.0.0.1', port = 0 } = options
    let node: ChainNode | undefined
    try {
      node = await ChainNode.start({ chain, host, port })
      const netuid = await setUpSubnet(chain, accounts, options.signal)
      const network = new ProcessNetwork(options, { chain, node, netuid, accounts })
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

  /** The subnet at the head. */
  metagraph(): Promise<Metagraph> {
    return this.chain.metagraph(this.netuid)
  }

  /**
   * One frame per epoch, in order, each handed out once. Ends after `count` frames, with the network, or quietly
   * when the signal aborts.
   */
  async *epochs(
    options: { readonly count?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<EpochFrame, void, undefined> {
    const { count = Number.POSITIVE_INFINITY, signal } = options
    for (let handedOut = 0; handedOut < count; handedOut++) {
      const frame = await this.#frames.next(signal)
      if (frame === undefined) return
      yield frame
    }
  }

  /** Process id of a neuron; `undefined` while it does not run. @throws InvalidArgumentError for an unknown name. */
  pidOf(name: string): number | undefined {
    const process = this.#processOf(name)
    return process.isRunning ? process.pid : undefined
  }

  /** Last lines that a neuron's process wrote. @throws InvalidArgumentError for an unknown name. */
  linesOf(name: string): readonly string[] {
    return this.#processOf(name).lines
  }

  /** Ends a neuron's process at once, by default as a crash would, and waits until it has ended. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.#processOf(name)
    process.kill(signal)
    await process.ended
  }

  /**
   * Starts a neuron's process anew, ending it first when it runs, and returns when it is ready.
   *
   * @throws NeuronStartError when it ends early or is not ready in time.
   */
  async restart(name: string): Promise<void> {
    const process = this.#processOf(name)
    this.#processes.delete(name)
    await process.terminate(this.#options.stopMs ?? 3_000)
    await this.#spawn(this.#specOf(name)).ready(this.#startMs)
  }

  /** Ends every process, then the node and the chain; returns when nothing is left running. */
  async stop(): Promise<void> {
    this.#controller.abort()
    const graceMs = this.#options.stopMs ?? 3_000
    await Promise.all([...this.#processes.values()].map((process) => process.terminate(graceMs)))
    await this.#framesDone
    await this.#node.close()
    await this.chain.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  get #startMs(): number {
    return this.#options.startMs ?? 30_000
  }

  async #start(): Promise<void> {
    const { signal } = this.#options
    let unlisten: (() => void) | undefined
    this.#framesDone = this.#frames.run()
    try {
      if (signal?.aborted) throw new AbortedError({ what: 'Starting the network', cause: signal.reason })
      unlisten = signal && onAbort(signal, () => void this.stop())
      const processes = this.#options.neurons.map((spec) => this.#spawn(spec))
      await Promise.all(processes.map((process) => process.ready(this.#startMs)))
    } catch (error) {
      await this.stop()
      throw error
    } finally {
      unlisten?.()
    }
  }

  #spawn(spec: ProcessSpec): NeuronProcess {
    const { name, role, module, options } = spec
    const { stateFolder, execArgv } = this.#options
    const { hotkeySeed } = this.#accountOf(name)
    const started = new NeuronProcess({
      module,
      execArgv,
      clock: this.#clock,
      config: {
        name,
        role,
        scheme: this.#accounts.scheme,
        hotkeySeed,
        chainUrl: this.#node.url,
        netuid: this.netuid,
        storePath: stateFolder === undefined || role === 'miner' ? null : join(stateFolder, `${name}.state`),
        options,
      },
      onMessage: (message) => {
        if (message.type === 'event') this.#options.onEvent?.({ neuron: name, ...message.event })
      },
      onLine: (line) => this.#options.onEvent?.({ neuron: name, type: 'line', line }),
    })
    this.#processes.set(name, started)
    if (started.pid !== undefined)
      this.#options.onEvent?.({ neuron: name, type: 'started', pid: started.pid })
    void started.ended.then((exit) => this.#onEnded(spec, started, exit))
    return started
  }

  async #onEnded(spec: ProcessSpec, ended: NeuronProcess, exit: ProcessExit): Promise<void> {
    const { name } = spec
    const left = this.#restartsLeft.get(name) ?? 0
    const isWanted = !this.#controller.signal.aborted && this.#processes.get(name) === ended
    const restarts = isWanted && left > 0
    this.#options.onEvent?.({ neuron: name, type: 'ended', restarts, ...exit })
    if (!restarts) return
    this.#restartsLeft.set(name, left - 1)
    await sleep(this.#clock, RESTART_DELAY_MS, this.#controller.signal).catch(() => {})
    if (!this.#controller.signal.aborted && this.#processes.get(name) === ended) this.#spawn(spec)
  }

  #processOf(name: string): NeuronProcess {
    return this.#processes.get(name) ?? unknownName(name)
  }

  #specOf(name: string): ProcessSpec {
    return this.#options.neurons.find((spec) => spec.name === name) ?? unknownName(name)
  }

  #accountOf(name: string): NeuronAccount {
    return this.#accounts.neurons.find(({ neuron }) => neuron.name === name) ?? unknownName(name)
  }
}

function unknownName(name: string): never {
  throw new InvalidArgumentError({
    field: 'name',
    value: name,
    remedy: 'Pass the name of a neuron of this network.',
  })
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
