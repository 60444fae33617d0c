import { check, func, oneOf, withDefaults } from '../checks/index.js'
import { type Clock, sleep, systemClock } from '../clock/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { stderrLogger } from '../log/index.js'
import { assertSynapse, type StreamSynapse, type Synapse } from '../synapse/index.js'
import {
  acceptSession,
  type Channel,
  closeCodes,
  generateNoiseKeyPair,
  type Listener,
  type NetworkAddress,
  type SecureSession,
  SessionRefusedError,
  webSocketCarrier,
} from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { AdmissionPlaces } from './AdmissionPlaces.js'
import { type AxonCounters, AxonLog } from './AxonLog.js'
import { type AxonState, AxonStateError } from './axonErrors.js'
import { axonOptionsShape } from './axonShapes.js'
import { CallQueue } from './CallQueue.js'
import { AXON_EVENTS, type AxonEvents } from './events.js'
import { HelloStack } from './HelloStack.js'
import { type AxonLimits, defaultAxonLimits } from './limits.js'
import type { Route } from './routes.js'
import { type ConnectionServices, ServerConnection } from './ServerConnection.js'
import type { AxonOptions, Handler, StreamHandler } from './types.js'
import { UnauthenticatedChannels } from './UnauthenticatedChannels.js'
import { UnreadBytes } from './UnreadBytes.js'

const eventName = oneOf(AXON_EVENTS)

/** Bytes a stranger may send: the handshake is below 512. */
const MAX_UNTRUSTED_BYTES = 4_096

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
  readonly #admitting: AdmissionPlaces
  readonly #routes = new Map<string, Route>()
  readonly #connections = new Set<ServerConnection>()
  readonly #connectionsByCaller = new Map<Hotkey, number>()
  readonly #unauthenticated: UnauthenticatedChannels
  readonly #hellos: HelloStack
  readonly #services: ConnectionServices
  readonly #staticKey = generateNoiseKeyPair()
  #listener: Listener | undefined
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
    this.#queue = new CallQueue(this.#limits)
    this.#admitting = new AdmissionPlaces(this.#limits)
    this.#unauthenticated = new UnauthenticatedChannels(this.#limits.maxUnauthenticated, (channel) => {
      this.#log.refused({ reason: 'pushedOut', remote: channel.remote })
      channel.close(closeCodes.tooManyConnections)
    })
    this.#hellos = new HelloStack(this.#clock, this.#limits.maxUnauthenticated)
    this.#services = {
      clock: this.#clock,
      log: this.#log,
      queue: this.#queue,
      admitting: this.#admitting,
      hooks: options,
      limits: this.#limits,
      unread: new UnreadBytes(this.#limits.maxTotalUnreadBytes),
      routes: this.#routes,
      isStopping: () => this.#state !== 'running',
      onClosed: (connection, code) => this.#onClosed(connection, code),
    }
  }

  /** @throws AxonStateError unless the axon is running. */
  get address(): NetworkAddress {
    if (this.#listener === undefined)
      throw new AxonStateError({ what: 'There is no address', state: this.#state })
    return this.#listener.address
  }

  get state(): AxonState {
    return this.#state
  }

  /** What was counted since this axon was made; a copy. */
  get counters(): AxonCounters {
    return this.#log.snapshot({
      connectionsOpen: this.#connections.size,
      unauthenticatedOpen: this.#unauthenticated.size,
      callsRunning: this.#queue.runningCount,
      callsQueued: this.#queue.queuedCount,
      callsAdmitting: this.#admitting.count,
    })
  }

  /**
   * Says who answers a synapse; at any time.
   *
   * A handler holds its place (`limits.maxRunning`) until it has ended, whatever became of its call: one that waits for something
   * ends when `context.signal` aborts, or gives that wait a time-out. One that goes on is counted as `callsOverrunning` and, after
   * `limits.overrunMs`, named in a `fault` event.
   *
   * @throws InvalidArgumentError when somebody answers a synapse of that name already, or for what is no synapse or no function.
   */
  handle<Request, Answer>(synapse: Synapse<Request, Answer>, handler: Handler<Request, Answer>): void
  handle<Request, Chunk>(synapse: StreamSynapse<Request, Chunk>, handler: StreamHandler<Request, Chunk>): void
  handle(synapse: Synapse | StreamSynapse, handler: unknown): void {
    assertSynapse('synapse', synapse)
    check('handler', func, handler)
    if (this.#routes.has(synapse.name)) {
      throw new InvalidArgumentError({
        field: 'synapse.name',
        value: synapse.name,
        remedy: 'Give each synapse of an axon its own name.',
      })
    }
    this.#routes.set(synapse.name, { synapse, handler } as Route)
  }

  /**
   * Listens to events of one name until the returned function is called. A listener that throws is dropped, which is a `fault`.
   *
   * @throws InvalidArgumentError for an event that does not exist, or what is no function.
   */
  on<Name extends keyof AxonEvents>(name: Name, listener: (event: AxonEvents[Name]) => void): () => void {
    check('name', eventName, name)
    check('listener', func, listener)
    return this.#log.events.on(name, listener)
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
    const { carrier = webSocketCarrier(), host = '127.0.0.1', port = 0, allowedOrigins = [] } = this.#options
    try {
      this.#listener = await carrier.listen({
        host,
        port,
        allowedOrigins,
        maxFrameBytes: this.#limits.maxFrameBytes,
        maxUntrustedBytes: MAX_UNTRUSTED_BYTES,
        // A proven caller never finds its place taken by unproven ones.
        maxConnections: this.#limits.maxConnections + 2 * this.#limits.maxUnauthenticated,
        onChannel: (channel) => void this.#onChannel(channel),
        onRefused: (reason, remote) => this.#log.refused({ reason, remote }),
      })
      this.#state = 'running'
    } catch (error) {
      this.#state = 'stopped'
      throw error
    }
  }

  async #stopNow(): Promise<void> {
    // Who started it hears why it did not.
    if (this.#state === 'starting') await this.#starting?.catch(() => {})
    if (this.#state !== 'running') return
    this.#state = 'stopping'
    try {
      await this.#listener?.close()
      this.#unauthenticated.closeAll(closeCodes.goingAway)
      for (const connection of this.#connections) connection.goAway()
      await this.#callsDone()
    } finally {
      for (const connection of [...this.#connections]) connection.close(closeCodes.goingAway)
      this.#listener = undefined
      this.#state = 'stopped'
      this.#log.sayFaults()
    }
  }

  async #onChannel(channel: Channel): Promise<void> {
    const { remote } = channel
    this.#unauthenticated.add(channel)
    try {
      const session = await acceptSession(channel, {
        signer: this.#options.signer,
        staticKey: this.#staticKey,
        clock: this.#clock,
        handshakeMs: this.#limits.handshakeMs,
        onHello: (answer) =>
          this.#hellos.push(() => {
            this.#unauthenticated.answered(channel)
            answer()
          }),
      })
      this.#unauthenticated.remove(channel)
      this.#onSession(session)
    } catch (error) {
      // A channel that is no longer listed was pushed out and is counted already.
      if (!this.#unauthenticated.remove(channel)) return
      const reason = error instanceof SessionRefusedError ? error.reason : 'badHandshake'
      if (reason !== 'closedByPeer') this.#log.refused({ reason, remote, cause: error })
      else this.#log.refused({ reason: 'handshakeAbandoned', remote, cause: error })
    }
  }

  #onSession(session: SecureSession): void {
    const { peer: caller, remote } = session
    const own = this.#connectionsByCaller.get(caller) ?? 0
    if (this.#state !== 'running') {
      session.close(closeCodes.goingAway)
      return
    }
    const isFull = this.#connections.size >= this.#limits.maxConnections && !this.#pushOutIdle()
    if (isFull || own >= this.#limits.maxConnectionsPerCaller) {
      this.#log.refused({ reason: isFull ? 'tooManyConnections' : 'tooManyFromCaller', remote, caller })
      session.close(closeCodes.tooManyConnections)
      return
    }
    this.#connectionsByCaller.set(caller, own + 1)
    this.#log.connectionsAccepted++
    this.#connections.add(new ServerConnection(session, this.#services))
    this.#log.events.emit('connected', { caller, remote })
  }

  /** Closes the proven connection that has been without calls for longest; false when all have calls. */
  #pushOutIdle(): boolean {
    let idlest: ServerConnection | undefined
    for (const connection of this.#connections) {
      if (connection.callCount > 0) continue
      if (idlest === undefined || connection.lastActiveMs < idlest.lastActiveMs) idlest = connection
    }
    if (idlest === undefined) return false
    const { remote, caller } = idlest
    this.#log.refused({ reason: 'pushedOut', remote, caller })
    this.#forget(idlest)
    // As idle: a call that is on its way here is safe to make again.
    idlest.close(closeCodes.idle)
    return true
  }

  #onClosed(connection: ServerConnection, code: number): void {
    const { caller, remote } = connection
    this.#forget(connection)
    this.#log.events.emit('disconnected', { caller, remote, code })
  }

  #forget(connection: ServerConnection): void {
    const { caller } = connection
    if (!this.#connections.delete(connection)) return
    const left = (this.#connectionsByCaller.get(caller) ?? 0) - 1
    if (left > 0) this.#connectionsByCaller.set(caller, left)
    else this.#connectionsByCaller.delete(caller)
  }

  /** Waits until no connection has a call, at most `stopMs`. */
  async #callsDone(): Promise<void> {
    const hasCalls = (): boolean => [...this.#connections].some((connection) => connection.callCount > 0)
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
