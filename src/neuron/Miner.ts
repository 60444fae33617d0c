import type { Artefact } from '../artefact/index.js'
import { Axon, type AxonHooks, type CallContext, type FailedEvent, type FaultEvent } from '../axon/index.js'
import { ChainClosedError, type WaitOptions } from '../chain/index.js'
import { check, func } from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { CallFailedError, type Dendrite, type Target } from '../dendrite/index.js'
import { AbortedError, assert, InvalidArgumentError, portableError } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { CallResult, StreamSynapse, Synapse } from '../synapse/index.js'
import { asHotkey, type BlockNumber, type Hotkey, RAO_PER_TAO } from '../units/index.js'
import { AddressKeeper } from './AddressKeeper.js'
import { AddressWatch } from './AddressWatch.js'
import { admitsCaller } from './admitsCaller.js'
import { answersAt } from './answersAt.js'
import type { AnswerStream, AnswerTask, AskOptions, WorkContext } from './answerTask.js'
import type { AnswerDoor } from './answerTo.js'
import { MinerArtefacts } from './artefacts/MinerArtefacts.js'
import { assertAnnounceable } from './assertAnnounceable.js'
import { assertRegistered } from './assertRegistered.js'
import { axonFaultEvent } from './axonFaultEvent.js'
import { assertCanJoin, joinSubnet } from './joinSubnet.js'
import { Lifecycle } from './Lifecycle.js'
import { LimitsMet } from './LimitsMet.js'
import type { MinerEvent } from './minerEvents.js'
import type { MinerHooks } from './minerHooks.js'
import {
  assertWork,
  type MinerJoinOptions,
  type MinerOptions,
  type MinerSettings,
  minerJoinOptions,
  minerOptions,
} from './minerOptions.js'
import { NeuronReporter } from './NeuronReporter.js'
import { ownDendrite } from './ownDendrite.js'
import { hashOfBlock } from './play/BlockHashes.js'
import { anyBlock } from './play/roundArguments.js'
import { SubnetFollower } from './SubnetFollower.js'
import { standingByStake } from './standingByStake.js'
import { waitOptions } from './waitOptions.js'

/** How an `ask` of a neuron that has no address ends. */
const NO_AXON = { status: 'unreachable', reason: 'It serves no axon.', unhandled: true } as const

/**
 * A miner: answers the subnet's tasks on an axon, and any other synapses (`answers`), keeps its address on chain, and serves validators only
 * unless told otherwise.
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
export class Miner<Task = unknown, Answer = unknown> {
  readonly hotkey: Hotkey
  readonly #options: MinerSettings
  readonly #clock: Clock
  readonly #axon: Axon
  readonly #lifecycle = new Lifecycle('The miner')
  readonly #reporter: NeuronReporter<MinerEvent>
  readonly #limits = new LimitsMet((event) => this.#reporter.tell(event))
  readonly #follower: SubnetFollower
  #hasServed = false
  /** What it commits to; `undefined` for a miner without artefacts. */
  readonly #artefacts: MinerArtefacts | undefined
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
    assertWork(options as MinerOptions<never, never>)
    const { chain, netuid, signer } = options
    this.#options = options
    this.#reporter = new NeuronReporter(options)
    this.#clock = options.clock ?? systemClock
    this.hotkey = asHotkey(signer.address)
    this.#follower = new SubnetFollower({ chain, netuid, signal: this.#lifecycle.signal })
    const { blacklist } = this.#hooks({})
    this.#axon = new Axon({
      // What it says of faults and limits are events of the miner, which says them.
      logger: silentLogger,
      ...options.axon,
      signer,
      clock: this.#clock,
      standing: this.#standing(),
      // Of names that nobody answers; each synapse is given its own.
      ...(blacklist && { blacklist }),
      ...(options.carrier === undefined ? {} : { carrier: options.carrier }),
    })
    this.#axon.on('failed', (event) => this.#onFailed(event))
    this.#axon.on('fault', (event) => this.#onFault(event))
    this.#axon.on('refused', (event) => this.#limits.refused(event))
    const door: AnswerDoor = {
      unary: (synapse, answer, hooks) => this.#answer(synapse, answer, hooks),
      stream: (synapse, answer, hooks) => this.#stream(synapse, answer, hooks),
    }
    if (options.mechanism !== undefined) door.unary(options.mechanism.synapse, options.answer, {})
    for (const answer of options.answers ?? []) answer.addTo(door)
    const { artefacts, artefactsAfterBlock: afterBlock = 0 } = options
    if (artefacts === undefined) return
    this.#artefacts = new MinerArtefacts({
      chain,
      signer,
      netuid,
      hotkey: this.hotkey,
      artefacts,
      afterBlock,
      follower: this.#follower,
      signal: this.#lifecycle.signal,
      onFailed: ({ number: block }, error) =>
        this.#reporter.tell({ type: 'failed', block, error: portableError(error) }),
    })
    this.#artefacts.answer.addTo(door)
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

  /**
   * Commits to other artefacts, in place of those before, and hands them out from now on.
   *
   * @returns the block of the commitment.
   * @throws InvalidArgumentError naming the artefact that is wrong, or for a miner that was made without `artefacts`.
   * @throws CallRefusedError when the chain refuses, AbortedError when the miner is stopped meanwhile.
   */
  async commitArtefacts(artefacts: readonly Artefact[]): Promise<BlockNumber> {
    if (this.#artefacts !== undefined) return await this.#artefacts.commit(artefacts)
    const remedy = 'Make the miner with artefacts, an empty list if need be, so that it can hand them out.'
    throw new InvalidArgumentError({ field: 'artefacts', value: undefined, remedy })
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
  #answer<T, A>(synapse: Synapse<T, A>, answer: AnswerTask<T, A>, hooks: MinerHooks<T>): void {
    this.#axon.handle<T, A>(
      synapse,
      (task, context) =>
        answer(task, {
          ...this.#workContext(context),
          ask: (hotkey, question, options) =>
            this.#ask(synapse, hotkey, question, { ...options, within: context }),
        }),
      this.#hooks(hooks),
    )
  }

  /** Answers one kind of question by chunks. */
  #stream<R, C>(synapse: StreamSynapse<R, C>, answer: AnswerStream<R, C>, hooks: MinerHooks<R>): void {
    this.#axon.handle<R, C>(
      synapse,
      (request, context) =>
        answer(request, {
          ...this.#workContext(context),
          ask: (hotkey, question, options) =>
            this.#askForStream(synapse, hotkey, question, { ...options, within: context }),
        }),
      this.#hooks(hooks),
    )
  }

  #workContext(call: CallContext): WorkContext {
    return {
      hotkey: this.hotkey,
      caller: call.caller,
      signal: call.signal,
      receivedAtMs: call.receivedAtMs,
      stopped: this.#lifecycle.signal,
      deadlineMs: call.deadlineMs,
      requestId: call.requestId,
      traceparent: call.traceparent,
      clock: this.#clock,
      metagraph: () => this.#follower.metagraph(),
      block: () => this.#newestBlock(),
      hashAt: (block) => this.#hashAt(block, call.signal),
    }
  }

  #newestBlock(): BlockNumber {
    const { block, known } = this.#follower
    assert(known !== undefined, 'a miner that serves has read the subnet')
    return Math.max(block ?? 0, known.block)
  }

  async #hashAt(block: BlockNumber, signal: AbortSignal): Promise<string> {
    check('block', anyBlock, block)
    const newest = this.#newestBlock()
    if (block > newest) {
      const remedy = `Pass a block that has come; the newest is ${newest}.`
      throw new InvalidArgumentError({ field: 'block', value: block, remedy })
    }
    const hash = await hashOfBlock(this.#options.chain, block, signal)
    if (hash !== undefined) return hash
    if (!signal.aborted) throw new ChainClosedError()
    throw new AbortedError({ what: `Reading block ${block}`, cause: signal.reason })
  }

  /** What callers count for, by the subnet as it was last seen. */
  #standing(): (caller: Hotkey) => number {
    const { standing, minCallerStakeAlpha } = this.#options
    const metagraph = (): Metagraph | undefined => this.#follower.known
    if (standing === undefined) {
      const least = minCallerStakeAlpha === undefined ? {} : { minStakeAlpha: minCallerStakeAlpha }
      return standingByStake({ metagraph, ...least })
    }
    return (caller) => {
      const known = metagraph()
      return known === undefined ? 0 : standing(caller, known)
    }
  }

  /** A synapse's own hooks, and the miner's where it has none, as the axon asks them. */
  #hooks<R>(own: MinerHooks<R>): AxonHooks<R> {
    const { minCallerStakeAlpha = 1_000n * RAO_PER_TAO } = this.#options
    const {
      blacklist = this.#options.blacklist ??
        ((caller, metagraph) => !admitsCaller(metagraph, caller, minCallerStakeAlpha)),
      verify = this.#options.verify,
      priority = this.#options.priority,
    } = own
    const follower = this.#follower
    return {
      blacklist: async (call) => blacklist(call.hotkey, await follower.metagraph(), call),
      ...(verify && { verify: async (call) => verify(call.hotkey, await follower.metagraph(), call) }),
      ...(priority && {
        priority: (call) => {
          const { known } = follower
          assert(known !== undefined, 'the blacklist of a call is handed a metagraph')
          return priority(call.hotkey, known, call)
        },
      }),
    }
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
        // Before the first call, so that it is known who has standing.
        await this.#follower.metagraph()
        await this.#axon.start()
        if (announce === undefined) assertAnnounceable(chain, this.#axon.address)
        await join()
        // What was read before does not show the miner.
        this.#follower.expire()
        await this.#artefacts?.start()
      },
      loops: () => {
        const artefacts = this.#artefacts === undefined ? [] : [this.#artefacts.run()]
        return [this.#follower.run(), this.#keeper(onServed).run(), ...artefacts]
      },
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
        answersAt: (address) => answersAt(this.dendrite, { hotkey: this.hotkey, ...address }, signal),
      }),
      signal,
      onServed: () => {
        this.#hasServed = true
        onServed()
      },
      tell: (event) => this.#reporter.tell(event),
    })
  }

  #onFailed({ synapse, caller, requestId, status, cause }: FailedEvent): void {
    // The connection was lost, or this miner stops.
    if (status === 'unreachable') return
    // Nothing but a thrown `undefined` fails without a cause.
    const error = cause === undefined && status !== 'failed' ? null : portableError(cause)
    this.#reporter.tell({ type: 'answerFailed', synapse, caller, requestId, status, error })
  }

  #onFault(event: FaultEvent): void {
    const told = axonFaultEvent(event)
    if (told !== undefined) this.#reporter.tell(told)
  }

  async #ask<T, A>(
    synapse: Synapse<T, A>,
    hotkey: Hotkey,
    task: T,
    options: AskOptions & { readonly within: CallContext },
  ): Promise<CallResult<A>> {
    const target = await this.#targetOf(hotkey)
    if (target === undefined) return { ...NO_AXON, requestId: options.within.requestId, elapsedMs: 0 }
    return await this.dendrite.call(synapse, target, task, options)
  }

  async *#askForStream<R, C>(
    synapse: StreamSynapse<R, C>,
    hotkey: Hotkey,
    request: R,
    options: AskOptions & { readonly within: CallContext },
  ): AsyncGenerator<C, void, undefined> {
    const target = await this.#targetOf(hotkey)
    if (target === undefined) {
      throw new CallFailedError({ synapse: synapse.name, ...NO_AXON, requestId: options.within.requestId })
    }
    yield* this.dendrite.stream(synapse, target, request, options)
  }

  /** Where another neuron of the subnet is called; `undefined` when it has no address. */
  async #targetOf(hotkey: Hotkey): Promise<Target | undefined> {
    const metagraph = await this.#follower.metagraph()
    const uid = metagraph.uidOf(hotkey)
    const axon = uid === undefined ? null : metagraph.columns.axon[uid]
    return axon == null ? undefined : { hotkey, ...axon }
  }

  /** The client with which it asks other miners, for those who observe it. */
  get dendrite(): Dendrite {
    this.#ownDendrite ??= ownDendrite(this.#options, this.#clock)
    return this.#ownDendrite
  }

  async #close(): Promise<void> {
    await Promise.all([this.#axon.stop(), this.#ownDendrite?.close()])
    this.#limits.close()
    this.#reporter.close()
  }
}
