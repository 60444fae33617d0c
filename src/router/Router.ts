import { assertMade, made, withDefaults } from '../checks/index.js'
import { type Clock, systemClock, waitOn } from '../clock/index.js'
import { requestIds, stderrLogger } from '../log/index.js'
import { SeededRandom } from '../math/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { assertSynapse, type CallScope, type StreamSynapse, type Synapse } from '../synapse/index.js'
import { CallGate } from './CallGate.js'
import { CandidateBook } from './CandidateBook.js'
import { type CandidateView, viewOf } from './candidateView.js'
import { copyOf } from './copyOf.js'
import type { RouterEvents } from './events.js'
import { HealthBook } from './HealthBook.js'
import { HedgeBudget } from './HedgeBudget.js'
import { Latencies } from './Latencies.js'
import { defaultRouterLimits, type RouterLimits } from './limits.js'
import { MemorySaver } from './MemorySaver.js'
import { MetagraphFollower } from './MetagraphFollower.js'
import type { PassedOn } from './passedOn.js'
import { type RoutedStream, routedStream } from './RoutedStream.js'
import { type RouterCounters, RouterLog } from './RouterLog.js'
import type { RouteServices } from './RouteServices.js'
import { checkCandidates, type RouterTarget, readCandidates } from './readCandidates.js'
import type { RoutedResult } from './routedResult.js'
import { RouterClosedError } from './routerErrors.js'
import { decodeMemory, encodeMemory } from './routerMemory.js'
import {
  checkRoutedOptions,
  checkRouterOptions,
  type RoutedCallOptions,
  type RouterOptions,
} from './routerOptions.js'
import { steadyClock } from './steadyClock.js'
import { TurnQueue } from './TurnQueue.js'
import { UnaryRoute } from './UnaryRoute.js'
import { defaultWeight } from './weigh.js'

/** Synapses whose usual latency is known at once. */
const MOST_SYNAPSES = 64

const SEED_BYTES = 16

/**
 * The way of a buyer to the miners of a subnet: chooses whom to ask for each call by what they earn, cost and did so far, goes
 * elsewhere when one fails and that is safe, and keeps trying those that are new or were down.
 *
 * A call always ends, by an answer or by a status of the closed set, within its time-out. What is asked twice is asked because no
 * handler can have begun with it, or because its synapse is `idempotent`.
 *
 * PERF: a call without trouble costs the log of the candidates; within a session, or in trouble, a look at each.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { Dendrite } from 'subnetkit/dendrite'
 * import { Router } from 'subnetkit/router'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number(), idempotent: true })
 * const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob'), limits: { dialMs: 1_000 } })
 * const candidates = [
 *   { hotkey: keyPairFromUri('//Alice').hotkey, host: '127.0.0.1', port: 9944 },
 *   { hotkey: keyPairFromUri('//Charlie').hotkey, host: '127.0.0.1', port: 9945 },
 * ]
 * const router = await Router.start({ dendrite, candidates })
 * const result = await router.call(double, 21, { timeoutMs: 2_000 })
 * if (result.status === 'ok') result.answer satisfies number
 * await router.close()
 * await dendrite.close()
 * ```
 */
export class Router {
  readonly #options: RouterOptions
  readonly #limits: RouterLimits
  /** What others go by: a deadline of theirs, and what is stored. */
  readonly #wall: Clock
  /** What the router itself goes by. */
  readonly #clock: Clock
  readonly #log: RouterLog
  readonly #health: HealthBook
  readonly #book: CandidateBook
  readonly #gate: CallGate
  readonly #services: RouteServices
  readonly #follower: MetagraphFollower | undefined
  readonly #saver: MemorySaver | undefined
  readonly #nextRequestId = requestIds()
  #metagraph: Metagraph | undefined
  #closing: Promise<void> | undefined

  private constructor(mark: typeof made, options: RouterOptions) {
    assertMade(mark, 'Router', 'await Router.start(options)')
    const limits = withDefaults(defaultRouterLimits, options.limits)
    const wall = options.clock ?? systemClock
    const clock = steadyClock(wall)
    const log = new RouterLog(options.logger ?? stderrLogger())
    const random = new SeededRandom(options.seed ?? crypto.getRandomValues(new Uint8Array(SEED_BYTES)))
    this.#options = options
    this.#limits = limits
    this.#wall = wall
    this.#clock = clock
    this.#log = log
    this.#health = new HealthBook(limits.maxRemembered)
    this.#book = new CandidateBook({
      health: this.#health,
      random: random.fork('choice'),
      exploreShare: options.exploreShare ?? 0.05,
      weigh: options.weigh ?? defaultWeight,
      onUnfit: (_worth, cause) => log.fault({ part: 'weigh', cause }),
    })
    this.#gate = new CallGate(limits)
    this.#services = {
      dendrite: options.dendrite,
      clock,
      random: random.fork('pauses'),
      limits,
      gate: this.#gate,
      book: this.#book,
      budget: new HedgeBudget(options.hedgeShare ?? 0.05),
      usual: new Latencies(MOST_SYNAPSES),
      room: new TurnQueue(),
      log,
    }
    const { candidates, store } = options
    this.#follower =
      typeof candidates === 'function'
        ? new MetagraphFollower({ clock, latest: candidates, everyMs: limits.refreshMs })
        : undefined
    this.#saver = store && new MemorySaver({ store, clock, everyMs: limits.saveMs })
  }

  /**
   * Starts a router: reads its memory, and whom it may ask.
   *
   * @throws InvalidArgumentError naming the option that is wrong, or does not exist.
   * @throws RouterStoreError, RouterMemoryError when its memory cannot be had or used.
   * @throws CandidatesError when a metagraph cannot be read.
   */
  static async start(options: RouterOptions): Promise<Router> {
    checkRouterOptions(options)
    const router = new Router(made, options)
    await router.#open()
    return router
  }

  /** What was counted since it was started; a copy. */
  get counters(): RouterCounters {
    return this.#log.snapshot({
      callsInFlight: this.#gate.inFlight,
      callsWaiting: this.#gate.waiting,
      breakersOpen: this.#book.openCount,
      candidates: this.#book.all.length,
      minersRemembered: this.#health.size,
    })
  }

  /** Who may be asked now, and what is known of each; a copy. */
  get candidates(): readonly CandidateView[] {
    const nowMs = this.#clock.now()
    return this.#book.all.map((candidate) => viewOf(this.#book, candidate, nowMs, this.#wallAheadMs))
  }

  /**
   * Listens to events of one name until the returned function is called. A listener that throws is dropped, which is a `fault`.
   *
   * @throws InvalidArgumentError for an event that does not exist, or what is no function.
   */
  on<Name extends keyof RouterEvents>(name: Name, listener: (event: RouterEvents[Name]) => void): () => void {
    return this.#log.events.on(name, listener)
  }

  /**
   * Takes other candidates: a later metagraph, or targets by hand. What is known of those that stay is kept.
   *
   * @throws InvalidArgumentError naming the part that is wrong; nothing is changed then.
   */
  update(candidates: Metagraph | readonly RouterTarget[]): void {
    const given: unknown = candidates
    checkCandidates('candidates', typeof given === 'function' ? undefined : given)
    this.#take(candidates)
  }

  /**
   * Asks one miner, and others when that is needed and safe. Whatever miners or the network do is a status in the result. Each is asked
   * what the request was when the call was made, whatever becomes of the object afterwards.
   *
   * @throws SchemaMismatchError, UnencodableMessageError, DendriteClosedError as `Dendrite.call`.
   * @throws InvalidArgumentError naming what is wrong with the synapse or the options.
   * @throws RouterClosedError after `close`.
   */
  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    request: Request,
    options: RoutedCallOptions = {},
  ): Promise<RoutedResult<Answer>> {
    this.#check(synapse, 'unary', options)
    return await waitOn(this.#clock, () => this.#call(synapse, request, options))
  }

  /**
   * Asks one miner for a stream, and goes on with another when that one fails, where the synapse defines `resume` or nothing was delivered
   * and no handler has begun. It is asked for when the first chunk is, with the request as it is then.
   *
   * @throws StreamTruncatedError, of its iterator, when it ends before its end.
   * @throws As `call`.
   */
  stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    request: Request,
    options: RoutedCallOptions = {},
  ): RoutedStream<Chunk> {
    this.#check(synapse, 'stream', options)
    const { timeoutMs = this.#limits.streamMs, within } = options
    const deadlineMs = this.#deadlineMs(within)
    const wish = { synapse, request, timeoutMs, deadlineMs, ...this.#shared(options) }
    return routedStream(this.#services, wish, () => this.#saveIfDue())
  }

  /**
   * Takes no more calls, saves its memory for the last time and lets go of the store. Calls in flight go on; the dendrite stays open.
   * Asked for twice, it closes once.
   *
   * @throws RouterStoreError when its memory could not be saved.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #open(): Promise<void> {
    const stored = (await this.#saver?.open()) ?? null
    try {
      if (stored !== null)
        this.#health.resume(
          decodeMemory(stored, this.#limits, { nowMs: this.#wall.now(), aheadMs: this.#wallAheadMs }),
        )
      const { candidates } = this.#options
      if (this.#follower !== undefined) this.#take(await this.#follower.read())
      else if (typeof candidates !== 'function') this.#take(candidates)
    } catch (error) {
      await this.#saver?.release()
      throw error
    }
  }

  async #close(): Promise<void> {
    this.#log.sayFaults()
    await this.#saver?.close(this.#memory())
  }

  #check(synapse: unknown, kind: 'unary' | 'stream', options: RoutedCallOptions): void {
    assertSynapse('synapse', synapse, kind)
    checkRoutedOptions(options)
    if (this.#closing !== undefined) throw new RouterClosedError()
    this.#keepCurrent()
  }

  #call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    request: Request,
    options: RoutedCallOptions,
  ): Promise<RoutedResult<Answer>> {
    const { timeoutMs = this.#limits.callMs, within } = options
    const startedAtMs = this.#clock.now()
    const deadlineMs = Math.min(startedAtMs + timeoutMs, this.#deadlineMs(within))
    const wish = { synapse, request: copyOf(request), startedAtMs, deadlineMs, ...this.#shared(options) }
    const route = new UnaryRoute(this.#services, wish)
    route.start()
    return route.result.finally(() => this.#saveIfDue())
  }

  /** By how much the clock that others go by is ahead. */
  get #wallAheadMs(): number {
    return this.#wall.now() - this.#clock.now()
  }

  /** When the call is over on whose behalf another is made. */
  #deadlineMs(within: CallScope | undefined): number {
    return within === undefined ? Number.POSITIVE_INFINITY : within.deadlineMs - this.#wallAheadMs
  }

  /** What calls and streams have in common. All attempts of one bear one name. */
  #shared({ signal, session, within, ...options }: RoutedCallOptions): {
    readonly signals: readonly AbortSignal[]
    readonly session: string | undefined
    readonly passed: PassedOn
  } {
    const requestId = options.requestId ?? within?.requestId ?? this.#nextRequestId()
    const traceparent = options.traceparent ?? within?.traceparent
    return {
      signals: [signal, within?.signal].filter((one) => one !== undefined),
      session,
      passed: { requestId, ...(traceparent === undefined ? {} : { traceparent }) },
    }
  }

  /** Reads the metagraph again beside the calls, when the last one is old. */
  #keepCurrent(): void {
    if (this.#follower?.isDue !== true) return
    this.#follower.read().then(
      (metagraph) => this.#take(metagraph),
      (cause: unknown) => this.#log.fault({ part: 'candidates', cause }),
    )
  }

  #take(source: Metagraph | readonly RouterTarget[]): void {
    if (source === this.#metagraph) return
    const facts = readCandidates(source, {
      filter: this.#options.filter,
      price: this.#options.price,
      onFault: (event) => this.#log.fault(event),
      most: this.#limits.maxCandidates,
      self: this.#options.dendrite.hotkey,
      isKnown: (hotkey) => this.#book.has(hotkey),
    })
    this.#metagraph = Array.isArray(source) ? undefined : (source as Metagraph)
    this.#book.update(facts, this.#clock.now())
    // Calls that wait for a miner may have one now.
    this.#services.room.next()
  }

  #saveIfDue(): void {
    this.#saver?.saveIfDue(
      () => this.#memory(),
      (cause) => this.#log.fault({ part: 'store', cause }),
    )
  }

  #memory(): Uint8Array {
    return encodeMemory(this.#health.known, this.#limits, this.#wallAheadMs)
  }
}
