import {
  Axon,
  type CallContext,
  type CallerInfo,
  type FailedEvent,
  type FaultEvent,
  OverrunError,
} from '../axon/index.js'
import type { WaitOptions } from '../chain/index.js'
import { check, func } from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import type { Dendrite } from '../dendrite/index.js'
import { AbortedError, InvalidArgumentError, portableError } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import { assertSynapseOf } from '../mechanism/index.js'
import type { CallResult, Synapse } from '../synapse/index.js'
import { asHotkey, type BlockNumber, type Hotkey, RAO_PER_TAO } from '../units/index.js'
import { AddressKeeper } from './AddressKeeper.js'
import { AddressWatch } from './AddressWatch.js'
import { admitsCaller } from './admitsCaller.js'
import { answersAt } from './answersAt.js'
import type { AnswerTask } from './answerTask.js'
import { assertAnnounceable } from './assertAnnounceable.js'
import { assertRegistered } from './assertRegistered.js'
import { assertCanJoin, joinSubnet } from './joinSubnet.js'
import { Lifecycle } from './Lifecycle.js'
import type { MinerEvent } from './minerEvents.js'
import { type MinerJoinOptions, type MinerOptions, minerJoinOptions, minerOptions } from './minerOptions.js'
import { NeuronReporter } from './NeuronReporter.js'
import { ownDendrite } from './ownDendrite.js'
import { SubnetFollower } from './SubnetFollower.js'
import { waitOptions } from './waitOptions.js'

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
  #hasServed = false
  /** Made when this miner first calls another one. */
  #ownDendrite: Dendrite | undefined

  /**
   * Registers the hotkey when it is not registered yet, at the cost of `coldkey`, and starts a miner for it. Everything that can be
   * known beforehand is looked at before anything is paid: the options, the chain, the owner of the hotkey, the port, and the
   * address to announce. When it rejects, nothing is left running.
   *
   * @throws InvalidArgumentError naming the option that is wrong, or `coldkey` when another one owns the hotkey.
   * @throws UnannounceableAddressError for an address that nobody can dial.
   * @throws SubnetNotExistsError when the subnet does not exist.
   * @throws ListenError when the port is taken.
   * @throws CallRefusedError when the chain refuses the registration, or the address.
   */
  static async join<Task, Answer>(options: MinerJoinOptions<Task, Answer>): Promise<Miner<Task, Answer>> {
    check('options', minerJoinOptions, options)
    const { coldkey, limitRao, ...own } = options
    const miner = new Miner(own)
    const { hotkey } = miner
    const { chain, netuid } = own
    const { signal } = miner.#lifecycle
    const join = { chain, coldkey, hotkey, netuid, signal, ...(limitRao === undefined ? {} : { limitRao }) }
    await miner.#start(
      () => assertCanJoin(join),
      () => joinSubnet(join),
    )
    return miner
  }

  /** @throws InvalidArgumentError naming the option, or the part of the synapse, that is wrong, or two synapses of one name. */
  constructor(options: MinerOptions<Task, Answer>) {
    check('options', minerOptions, options)
    assertSynapseOf(options.mechanism)
    const { chain, netuid, signer } = options
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
    this.#answer(options.mechanism.synapse, options.answer)
    for (const further of options.furtherAnswers ?? []) {
      further.addTo((synapse, answer) => this.#answer(synapse, answer))
    }
  }

  /** The miner's server, for its counters and events. */
  get axon(): Axon {
    return this.#axon
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
  observe(listener: (event: MinerEvent) => void): () => void {
    check('listener', func, listener)
    return this.#reporter.observe(listener)
  }

  /** Settles when the miner has stopped or its chain has closed; rejects with what broke it. */
  get done(): Promise<void> {
    return this.#lifecycle.done
  }

  /**
   * Listens, puts the address on chain, and returns when it is there.
   *
   * @throws NotRegisteredError when the hotkey holds no slot of the subnet.
   * @throws UnannounceableAddressError for an address that nobody can dial.
   * @throws ListenError when the port is taken.
   * @throws CallRefusedError when the chain refuses the address for another reason than its rate limit.
   * @throws NeuronStateError when it was started before, AbortedError when it is stopped meanwhile.
   */
  async start(): Promise<void> {
    const { chain, netuid } = this.#options
    const { hotkey } = this
    await this.#start(
      () => assertRegistered({ chain, netuid, hotkey, signal: this.#lifecycle.signal }),
      async () => {},
    )
  }

  /** Stops answering, closes every connection and returns when nothing is left running. The address stays on chain. */
  async stop(): Promise<void> {
    await this.#lifecycle.stop()
  }

  /** Answers one kind of question. */
  #answer<T, A>(synapse: Synapse<T, A>, answer: AnswerTask<T, A>): void {
    this.#axon.handle(synapse, (task, context) =>
      answer(task, {
        hotkey: this.hotkey,
        caller: context.caller,
        signal: context.signal,
        receivedAtMs: context.receivedAtMs,
        deadlineMs: context.deadlineMs,
        requestId: context.requestId,
        traceparent: context.traceparent,
        clock: this.#clock,
        metagraph: () => this.#follower.metagraph(),
        ask: (hotkey, question, askOptions) =>
          this.#ask(synapse, hotkey, question, { ...askOptions, within: context }),
      }),
    )
  }

  /** Looks first, listens, then joins: what was paid is paid for a miner that can be reached. */
  async #start(look: () => Promise<void>, join: () => Promise<unknown>): Promise<void> {
    const { chain, announce } = this.#options
    let onServed = (): void => {}
    const served = new Promise<void>((resolve) => {
      onServed = resolve
    })
    await this.#lifecycle.start({
      prepare: async () => {
        await look()
        if (announce !== undefined) assertAnnounceable(chain, announce)
        await this.#axon.start()
        if (announce === undefined) assertAnnounceable(chain, this.#axon.address)
        await join()
      },
      loops: () => [this.#follower.run(), this.#keeper(onServed).run()],
      cleanUp: () => this.#close(),
      onCrash: (error) => {
        // Before, it is the start that fails.
        if (this.#hasServed) this.#reporter.tell({ type: 'crashed', error: portableError(error) })
      },
    })
    const ended = this.#lifecycle.done.then(() => {
      throw new AbortedError({ what: 'The start of the miner' })
    })
    await Promise.race([served, ended])
  }

  /** Keeps the address on chain; `onServed` is told once it is there. */
  #keeper(onServed: () => void): AddressKeeper {
    const { signal } = this.#lifecycle
    return new AddressKeeper({
      ...this.#options,
      follower: this.#follower,
      address: this.#options.announce ?? this.#axon.address,
      watch: new AddressWatch({
        clock: this.#clock,
        answersAt: (address) => answersAt(this.#dendrite, { hotkey: this.hotkey, ...address }, signal),
      }),
      signal,
      onServed: () => {
        this.#hasServed = true
        onServed()
      },
      tell: (event) => this.#reporter.tell(event),
    })
  }

  #onFailed({ caller, status, cause }: FailedEvent): void {
    // The connection was lost, or this miner stops.
    if (status === 'unreachable') return
    // Nothing but a thrown `undefined` fails without a cause.
    const error = cause === undefined && status !== 'failed' ? null : portableError(cause)
    this.#reporter.tell({ type: 'answerFailed', caller, status, error })
  }

  #onFault({ part, cause }: FaultEvent): void {
    // Of an answer that failed, `failed` tells.
    if (part === 'handler' && !(cause instanceof OverrunError)) return
    this.#reporter.tell({ type: 'axonFault', part, error: portableError(cause) })
  }

  async #refuses(call: CallerInfo): Promise<boolean> {
    const { blacklist, minCallerStakeAlpha = 1_000n * RAO_PER_TAO } = this.#options
    const { hotkey: caller } = call
    const metagraph = await this.#follower.metagraph()
    if (blacklist === undefined) return !admitsCaller(metagraph, caller, minCallerStakeAlpha)
    try {
      const refuses: unknown = await blacklist(caller, metagraph, call)
      if (typeof refuses === 'boolean') return refuses
      throw new InvalidArgumentError({
        field: 'what blacklist returned',
        value: refuses,
        remedy: 'Return true to turn the caller away, else false.',
      })
    } catch (error) {
      this.#reporter.tell({ type: 'blacklistFailed', caller, error: portableError(error) })
      return true
    }
  }

  async #ask<T, A>(
    synapse: Synapse<T, A>,
    hotkey: Hotkey,
    task: T,
    options: { timeoutMs?: number; signal?: AbortSignal; within: CallContext },
  ): Promise<CallResult<A>> {
    const metagraph = await this.#follower.metagraph()
    const uid = metagraph.uidOf(hotkey)
    const axon = uid === undefined ? null : metagraph.columns.axon[uid]
    const { requestId } = options.within
    if (axon == null) {
      return { status: 'unreachable', reason: 'It serves no axon.', unhandled: true, requestId, elapsedMs: 0 }
    }
    return await this.#dendrite.call(synapse, { hotkey, ...axon }, task, options)
  }

  get #dendrite(): Dendrite {
    this.#ownDendrite ??= ownDendrite(this.#options, this.#clock)
    return this.#ownDendrite
  }

  async #close(): Promise<void> {
    await Promise.all([this.#axon.stop(), this.#ownDendrite?.close()])
    this.#reporter.close()
  }
}
