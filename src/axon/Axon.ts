import { check, func, having, withDefaults } from '../checks/index.js'
import { type Clock, elapsedOf, sleep, systemClock } from '../clock/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { requestIds, stderrLogger } from '../log/index.js'
import { assertSynapse, CallObservers, type StreamSynapse, type Synapse } from '../synapse/index.js'
import { ByteMeters, type NetworkAddress } from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { AdmissionPlaces } from './AdmissionPlaces.js'
import { type AxonCounters, AxonLog } from './AxonLog.js'
import { type AxonState, AxonStateError } from './axonErrors.js'
import { axonHooksShape, axonOptionsShape } from './axonShapes.js'
import { CallerQuotas } from './CallerQuotas.js'
import { CallQueue } from './CallQueue.js'
import type { AxonEvents } from './events.js'
import { hostOf } from './hostOf.js'
import { type AxonLimits, defaultAxonLimits } from './limits.js'
import type { ReceivedCall, ReceivedObserver } from './receivedCalls.js'
import { type Route, routeHooks } from './routes.js'
import type { CallServices } from './ServerCall.js'
import { ServiceTimes } from './ServiceTimes.js'
import { sessionServer } from './session/sessionServer.js'
import { standingOf } from './standing.js'
import type { AxonEndpoint, AxonHost, AxonTransport } from './transport.js'
import type { AxonHooks, AxonOptions, Handler, StreamHandler } from './types.js'

const anyEndpoint = having('a transport whose listen gives what listens', ['drain', 'close'])

/**
 * The server of a hotkey: answers synapses for callers that prove their own hotkey.
 *
 * Every stage has a bound (see `AxonLimits`), and whoever is turned away is named in a `refused` event and counted.
 *
 * @example
 * ```ts
 * import { Axon } from 'subnetkit/axon'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
 * const axon = new Axon({ signer: keyPairFromUri('//Alice') })
 * axon.handle(double, (value) => 2 * value)
 * await axon.start()
 * axon.on('refused', ({ reason, remote }) => { reason satisfies string; remote satisfies string })
 * await axon.stop()
 * ```
 */
export class Axon {
  readonly hotkey: Hotkey
  readonly #options: AxonOptions
  readonly #clock: Clock
  readonly #limits: AxonLimits
  readonly #log: AxonLog
  readonly #queue: CallQueue
  readonly #observers: CallObservers<ReceivedCall>
  readonly #admitting: AdmissionPlaces
  readonly #quotas: CallerQuotas
  readonly #routes = new Map<string, Route>()
  readonly #services: CallServices
  readonly #nextRequestId = requestIds()
  readonly #bytes = new ByteMeters()
  /** Of the transports that listen, in their order. */
  #endpoints: readonly AxonEndpoint[] = []
  #state: AxonState = 'stopped'
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** @throws InvalidArgumentError naming what is wrong, such as `limits.maxRunning`, or a key that does not exist. */
  constructor(options: AxonOptions) {
    check('options', axonOptionsShape, options)
    this.hotkey = asHotkey(options.signer.address)
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#limits = withDefaults(defaultAxonLimits, options.limits)
    this.#log = new AxonLog(options.logger ?? stderrLogger())
    // Where nobody can have standing, nothing is kept for those who have.
    const reservedShare = options.standing === undefined ? 0 : this.#limits.reservedPercent / 100
    const { maxRunning, maxAdmitting } = this.#limits
    const keptRunning = Math.floor(maxRunning * reservedShare)
    const keptAdmitting = Math.floor(maxAdmitting * reservedShare)
    this.#queue = new CallQueue({ ...this.#limits, keptRunning }, () => elapsedOf(this.#clock))
    this.#observers = new CallObservers((cause) => this.#log.fault({ part: 'listener', cause }))
    this.#admitting = new AdmissionPlaces({ ...this.#limits, keptAdmitting })
    this.#quotas = new CallerQuotas(options.quotas ?? {}, this.#clock, reservedShare)
    this.#services = {
      clock: this.#clock,
      log: this.#log,
      queue: this.#queue,
      observers: this.#observers,
      admitting: this.#admitting,
      quotas: this.#quotas,
      standingOf: standingOf(options.standing, this.#log),
      limits: this.#limits,
    }
  }

  /** @throws AxonStateError unless the axon is running. */
  get address(): NetworkAddress {
    const [first] = this.#endpoints
    if (first === undefined) throw new AxonStateError({ what: 'There is no address', state: this.#state })
    return first.address
  }

  get state(): AxonState {
    return this.#state
  }

  /** What was counted since this axon was made; a copy. */
  get counters(): AxonCounters {
    return this.#log.snapshot({
      connectionsOpen: this.#sum((endpoint) => endpoint.connectionCount),
      unauthenticatedOpen: this.#sum((endpoint) => endpoint.unauthenticatedCount),
      callsRunning: this.#queue.runningCount,
      callsQueued: this.#queue.queuedCount,
      callsAdmitting: this.#admitting.count,
      callersRemembered: this.#quotas.size,
      bytes: this.#bytes.counts(),
    })
  }

  /**
   * Says who answers a synapse; at any time.
   *
   * A handler holds its place (`limits.maxRunning`) until it has ended, whatever became of its call: one that waits for something
   * ends when `context.signal` aborts, or gives that wait a time-out. One that goes on is counted as `callsOverrunning` and, after
   * `limits.overrunMs`, named in a `fault` event.
   *
   * @param hooks - the synapse's own; each replaces the axon's of that name (see `AxonHooks`).
   * @throws InvalidArgumentError when somebody answers a synapse of that name already, or for what is no synapse, no function or no hooks.
   */
  handle<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    handler: Handler<NoInfer<Request>, NoInfer<Answer>>,
    hooks?: AxonHooks<NoInfer<Request>>,
  ): void
  handle<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    handler: StreamHandler<NoInfer<Request>, NoInfer<Chunk>>,
    hooks?: AxonHooks<NoInfer<Request>>,
  ): void
  handle(synapse: Synapse | StreamSynapse, handler: unknown, hooks: unknown = {}): void {
    assertSynapse('synapse', synapse)
    check('handler', func, handler)
    check('hooks', axonHooksShape, hooks)
    if (this.#routes.has(synapse.name)) {
      throw new InvalidArgumentError({
        field: 'synapse.name',
        value: synapse.name,
        remedy: 'Give each synapse of an axon its own name.',
      })
    }
    this.#routes.set(synapse.name, {
      synapse,
      handler,
      hooks: routeHooks(hooks as AxonHooks, this.#options),
      times: new ServiceTimes(),
    } as Route)
  }

  /**
   * Listens to events of one name until the returned function is called. A listener that throws is dropped, which is a `fault`.
   *
   * @throws InvalidArgumentError for an event that does not exist, or what is no function.
   */
  on<Name extends keyof AxonEvents>(name: Name, listener: (event: AxonEvents[Name]) => void): () => void {
    return this.#log.events.on(name, listener)
  }

  /**
   * Lets an observer, such as one that traces, hear of every call that there is a handler for, before its hooks, and of its last word, until
   * the returned function is called. One that throws is dropped, which is a `fault`.
   *
   * @throws InvalidArgumentError for what is no observer.
   */
  observe(observer: ReceivedObserver): () => void {
    return this.#observers.add(observer)
  }

  /**
   * Starts to listen.
   *
   * @throws ListenError when the address cannot be bound.
   * @throws AxonStateError unless the axon is stopped.
   */
  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw new AxonStateError({ what: 'It cannot start', state: this.#state })
    this.#state = 'starting'
    this.#starting = this.#listen()
    await this.#starting
  }

  /**
   * Stops: takes no more connections and calls, lets calls in flight end for `stopMs`, then aborts them and closes. An axon that is
   * starting is stopped once it has started. Stopping a stopped axon does nothing; asked for twice, it stops once, and both resolve
   * when it has.
   */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return
    this.#stopping ??= this.#stopNow().finally(() => {
      this.#stopping = undefined
    })
    await this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #listen(): Promise<void> {
    const { transports = [sessionServer()] } = this.#options
    const host = hostOf({
      options: this.#options,
      services: this.#services,
      routes: this.#routes,
      bytes: this.#bytes,
      nextRequestId: this.#nextRequestId,
      isStopping: () => this.#state === 'stopping' || this.#state === 'stopped',
    })
    const endpoints: AxonEndpoint[] = []
    try {
      for (const transport of transports) endpoints.push(await listening(transport, host))
      this.#endpoints = endpoints
      this.#state = 'running'
    } catch (error) {
      // Those before the one that failed listen already.
      await drain(endpoints).finally(() => {
        closeAll(endpoints)
        this.#state = 'stopped'
      })
      throw error
    }
  }

  async #stopNow(): Promise<void> {
    // Who started it hears why it did not.
    if (this.#state === 'starting') await this.#starting?.catch(() => {})
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    try {
      await drain(this.#endpoints)
      await this.#callsDone()
    } finally {
      closeAll(this.#endpoints)
      this.#endpoints = []
      this.#state = 'stopped'
      this.#log.sayFaults()
    }
  }

  #sum(count: (endpoint: AxonEndpoint) => number): number {
    return this.#endpoints.reduce((sum, endpoint) => sum + count(endpoint), 0)
  }

  /** Waits until no connection has a call, at most `stopMs`. */
  async #callsDone(): Promise<void> {
    const hasCalls = (): boolean => this.#endpoints.some((endpoint) => endpoint.callCount > 0)
    if (!hasCalls()) return
    const deadline = new AbortController()
    const offs = (['answered', 'failed', 'refused', 'disconnected'] as const).map((name) =>
      this.on(name, () => {
        if (!hasCalls()) deadline.abort()
      }),
    )
    await sleep(this.#clock, this.#limits.stopMs, deadline.signal).catch(() => {})
    for (const off of offs) off()
  }
}

async function drain(endpoints: readonly AxonEndpoint[]): Promise<void> {
  await Promise.all(endpoints.map((endpoint) => endpoint.drain()))
}

function closeAll(endpoints: readonly AxonEndpoint[]): void {
  for (const endpoint of endpoints) endpoint.close()
}

async function listening(transport: AxonTransport, host: AxonHost): Promise<AxonEndpoint> {
  const endpoint = await transport.listen(host)
  check('transports', anyEndpoint, endpoint)
  return endpoint
}
