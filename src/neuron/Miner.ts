import {
  Axon,
  type AxonOptions,
  type CallerInfo,
  type FailedEvent,
  type FaultEvent,
  OverrunError,
} from '../axon/index.js'
import type { Chain } from '../chain/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { Dendrite } from '../dendrite/index.js'
import { AbortedError, InvalidArgumentError } from '../errors/index.js'
import { type Logger, silentLogger } from '../log/index.js'
import { assertSynapseOf } from '../mechanism/index.js'
import type { AxonInfo, Metagraph } from '../metagraph/index.js'
import type { CallResult, Synapse } from '../synapse/index.js'
import type { Carrier } from '../transport/index.js'
import { asHotkey, type Hotkey, type Netuid, RAO_PER_TAO, type Rao } from '../units/index.js'
import { AddressKeeper } from './AddressKeeper.js'
import { admitsCaller } from './admitsCaller.js'
import { beginNeuron, ownDendrite } from './beginNeuron.js'
import { eventError } from './eventError.js'
import { joinSubnet } from './joinSubnet.js'
import { Lifecycle } from './Lifecycle.js'
import type { MinerEvent } from './minerEvents.js'
import { NeuronReporter } from './NeuronReporter.js'
import { SubnetFollower } from './SubnetFollower.js'

/** What an answer may use besides the task. */
export interface AnswerContext<Task, Answer> {
  /** The miner's own hotkey. */
  readonly hotkey: Hotkey
  /** Verified hotkey of who asks. */
  readonly caller: Hotkey
  /** Aborts when the caller gives up or the deadline passes. */
  readonly signal: AbortSignal
  readonly receivedAtMs: number
  readonly clock: Clock
  /** The subnet as the miner sees it now. */
  metagraph(): Promise<Metagraph>
  /** Asks another neuron of the subnet the same kind of question, as this miner. */
  ask(
    hotkey: Hotkey,
    task: Task,
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ): Promise<CallResult<Answer>>
}

/** A miner's work: one task in, one answer out. An answer that does not fit the synapse's schema never leaves. */
export type AnswerTask<Task, Answer> = (
  task: Task,
  context: AnswerContext<Task, Answer>,
) => Answer | Promise<Answer>

/** How a miner works; only the first five must be given. */
export interface MinerOptions<Task, Answer> {
  readonly chain: Chain
  /** The miner's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  /** The subnet's mechanism; only its synapse is used. */
  readonly mechanism: { readonly synapse: Synapse<Task, Answer> }
  readonly answer: AnswerTask<Task, Answer>
  /** Limits, host and port of the axon. Default: 127.0.0.1, any free port. */
  readonly axon?: Omit<AxonOptions, 'signer' | 'carrier' | 'clock' | 'blacklist'>
  /** Default: WebSocket. */
  readonly carrier?: Carrier
  /** Address to put on chain when it is not the one listened on. */
  readonly announce?: AxonInfo
  /** Turns a caller away when it returns true. Default: everyone but validators; see `minCallerStakeRao`. */
  readonly blacklist?: (caller: Hotkey, metagraph: Metagraph, call: CallerInfo) => boolean | Promise<boolean>
  /** Stake from which a caller without a validator permit is served. Default 1,000 TAO. */
  readonly minCallerStakeRao?: Rao
  readonly clock?: Clock
  /** Where faults are said, each once and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: MinerEvent) => void
}

/**
 * A miner: answers the subnet's tasks on an axon, keeps its address on chain, and serves validators only unless told otherwise.
 *
 * @example
 * ```ts
 * import { RemoteChain } from 'subnetkit/chain'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { Miner } from 'subnetkit/neuron'
 *
 * async function mine(mechanism: IncentiveMechanism<string, string>): Promise<void> {
 *   const chain = await RemoteChain.connect({ url: 'ws://127.0.0.1:9944' })
 *   const coldkey = keyPairFromUri('//Bob')
 *   const signer = keyPairFromUri('//Bob//miner')
 *   const answer = (task: string): string => task.toUpperCase()
 *   const miner = await Miner.join({ chain, coldkey, signer, netuid: 1, mechanism, answer })
 *   await miner.done
 * }
 * ```
 */
export class Miner<Task, Answer> {
  readonly hotkey: Hotkey
  readonly #options: MinerOptions<Task, Answer>
  readonly #clock: Clock
  readonly #axon: Axon
  readonly #lifecycle = new Lifecycle('The miner')
  readonly #reporter: NeuronReporter<MinerEvent>
  readonly #follower: SubnetFollower
  /** Made when an answer first asks another neuron. */
  #dendrite: Dendrite | undefined

  /** Registers the hotkey when it is not registered yet, at the cost of `coldkey`, and starts a miner for it. */
  static async join<Task, Answer>(
    options: MinerOptions<Task, Answer> & { readonly coldkey: Signer; readonly limitRao?: Rao },
  ): Promise<Miner<Task, Answer>> {
    await joinSubnet({ ...options, hotkey: asHotkey(options.signer.address) })
    const miner = new Miner(options)
    await miner.start()
    return miner
  }

  constructor(options: MinerOptions<Task, Answer>) {
    const { chain, netuid, signer } = options
    assertSynapseOf(options.mechanism)
    this.#options = options
    this.#reporter = new NeuronReporter(options)
    this.#clock = options.clock ?? systemClock
    this.hotkey = asHotkey(signer.address)
    this.#follower = new SubnetFollower({ chain, netuid, signal: this.#lifecycle.signal })
    this.#axon = new Axon({
      // Its faults are events of the miner, which says them.
      logger: silentLogger,
      ...options.axon,
      signer,
      clock: this.#clock,
      ...(options.carrier === undefined ? {} : { carrier: options.carrier }),
      blacklist: (call) => this.#refuses(call),
    })
    this.#axon.on('failed', (event) => this.#onFailed(event))
    this.#axon.on('fault', (event) => this.#onFault(event))
    this.#axon.handle(options.mechanism.synapse, (task, context) =>
      options.answer(task, {
        hotkey: this.hotkey,
        caller: context.caller,
        signal: context.signal,
        receivedAtMs: context.receivedAtMs,
        clock: this.#clock,
        metagraph: () => this.#follower.metagraph(),
        ask: (hotkey, question, askOptions) => this.#ask(hotkey, question, askOptions),
      }),
    )
  }

  /** The miner's server, for its counters and events. */
  get axon(): Axon {
    return this.#axon
  }

  /** Settles when the miner has stopped or its chain has closed; rejects with what broke it. */
  get done(): Promise<void> {
    return this.#lifecycle.done
  }

  /**
   * Listens, puts the address on chain, and returns when it is there.
   *
   * @throws NotRegisteredError when the hotkey holds no slot of the subnet.
   * @throws CallRefusedError when the chain refuses the address for another reason than its rate limit.
   * @throws NeuronStateError when it was started before.
   */
  async start(): Promise<void> {
    const { chain, netuid } = this.#options
    const { hotkey } = this
    const prepare = (): Promise<unknown> => this.#axon.start()
    await beginNeuron({ lifecycle: this.#lifecycle, chain, netuid, hotkey, prepare })
    await this.#keepAddress()
  }

  /** Stops answering, closes every connection and returns when nothing is left running. The address stays on chain. */
  async stop(): Promise<void> {
    await this.#lifecycle.stop()
  }

  /** Starts the loops and returns once the address is on chain. */
  #keepAddress(): Promise<void> {
    return new Promise((resolve, reject) => {
      const keeper = new AddressKeeper({
        ...this.#options,
        follower: this.#follower,
        address: this.#options.announce ?? this.#axon.address,
        signal: this.#lifecycle.signal,
        onServed: resolve,
        tell: (event) => this.#reporter.tell(event),
      })
      this.#lifecycle.run(
        [this.#follower.run(), keeper.run()],
        () => this.#close(),
        (error) => this.#reporter.tell({ type: 'crashed', error: eventError(error) }),
      )
      this.#lifecycle.done.then(() => reject(new AbortedError({ what: 'Starting the miner' })), reject)
    })
  }

  #onFailed({ caller, status, cause }: FailedEvent): void {
    // The others are the caller's doing.
    if (status !== 'failed' && status !== 'timeout' && status !== 'tooLarge') return
    const error = cause === undefined ? null : eventError(cause)
    this.#reporter.tell({ type: 'answerFailed', caller, status, error })
  }

  #onFault({ part, cause }: FaultEvent): void {
    // Of an answer that failed, `failed` tells.
    if (part === 'handler' && !(cause instanceof OverrunError)) return
    this.#reporter.tell({ type: 'axonFault', part, error: eventError(cause) })
  }

  async #refuses(call: CallerInfo): Promise<boolean> {
    const { blacklist, minCallerStakeRao = 1_000n * RAO_PER_TAO } = this.#options
    const { hotkey: caller } = call
    const metagraph = await this.#follower.metagraph()
    if (blacklist === undefined) return !admitsCaller(metagraph, caller, minCallerStakeRao)
    try {
      const refuses: unknown = await blacklist(caller, metagraph, call)
      if (typeof refuses === 'boolean') return refuses
      throw new InvalidArgumentError({
        field: 'what blacklist returned',
        value: refuses,
        remedy: 'Return true to turn the caller away, else false.',
      })
    } catch (error) {
      this.#reporter.tell({ type: 'blacklistFailed', caller, error: eventError(error) })
      return true
    }
  }

  async #ask(
    hotkey: Hotkey,
    task: Task,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<CallResult<Answer>> {
    const { mechanism } = this.#options
    const metagraph = await this.#follower.metagraph()
    const uid = metagraph.uidOf(hotkey)
    const axon = uid === undefined ? null : metagraph.columns.axon[uid]!
    if (axon === null) return { status: 'unreachable', reason: 'It serves no axon.', elapsedMs: 0 }
    this.#dendrite ??= ownDendrite(this.#options, this.#clock)
    return await this.#dendrite.call(mechanism.synapse, { hotkey, ...axon }, task, options)
  }

  async #close(): Promise<void> {
    await Promise.all([this.#axon.stop(), this.#dendrite?.close()])
    this.#reporter.close()
  }
}
