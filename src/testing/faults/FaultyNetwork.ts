import { check, clock, custom, func, listOf, optional, plainObject, shape, text } from '../../checks/index.js'
import { type Clock, onAbort, type Timer, WaitList } from '../../clock/index.js'
import { AbortedError } from '../../errors/index.js'
import {
  type Carrier,
  type Channel,
  createMemoryNetwork,
  type DialOptions,
  type Listener,
  type ListenOptions,
  type NetworkAddress,
  UnreachableError,
} from '../../transport/index.js'
import { FaultPlan } from './FaultPlan.js'
import { FaultyLink } from './FaultyLink.js'
import { checkFaults, linkShape, peerName, toldOfCut } from './faultShapes.js'
import { PeerRun } from './PeerRun.js'
import type { FaultyPeer, PeerLife, RunningPeer, Stoppable } from './peers.js'
import { skewedClock } from './skewedClock.js'
import type { Fault, FaultCounters, FaultScope, ToldOfCut } from './types.js'

/** How long a dial may take when nobody says. */
const DEFAULT_DIAL_MS = 10_000

/** What a faulty network is made of. */
export interface FaultyNetworkOptions {
  /** Decides what is left to chance: the same seed, faults and peers give the same history. */
  readonly seed: string
  /** A `VirtualClock`, kept running (`clock.run`) while peers talk; on the system clock faults take real time. */
  readonly clock: Clock
  /** Default: none; see `setFaults`. */
  readonly faults?: readonly Fault[]
}

/** Connections of some peers; what is left out is any. */
export type FaultyLinks = Pick<FaultScope, 'dialler' | 'listener'>

/** A network in memory on which things go wrong as they are asked to. */
export interface FaultyNetwork {
  /** What is in force, or will be. */
  readonly faults: readonly Fault[]
  /** A copy. */
  readonly counters: FaultCounters
  /** Connections that at least one end believes open. */
  readonly connectionCount: number
  /**
   * What a peer is given in place of its carrier and clock. The same name is the same peer.
   *
   * @throws InvalidArgumentError for a name that is none.
   */
  peer(name: string): FaultyPeer
  /**
   * Runs a peer that `restart` faults and `RunningPeer.restart` take down and bring back; `start` is called for each of its lives.
   *
   * @throws InvalidArgumentError for a name that is none, or already runs.
   * @throws What `start` throws for the first life.
   */
  run(name: string, start: (life: PeerLife) => Promise<Stoppable>): Promise<RunningPeer>
  /**
   * Other faults from now on, for connections that stand as well.
   *
   * @throws InvalidArgumentError naming the part that is wrong, such as `faults[2].chance`.
   */
  setFaults(faults: readonly Fault[]): void
  /**
   * Loses connections now: those between these peers, or all.
   *
   * @throws InvalidArgumentError for what names no connections.
   */
  cut(links?: FaultyLinks, told?: ToldOfCut): void
  /** Loses every connection, restarts nobody any more. */
  close(): void
}

const optionsShape = shape<FaultyNetworkOptions>({
  seed: text(),
  clock,
  // Each is looked at by its kind.
  faults: optional(listOf(plainObject)),
})

/**
 * A network inside this process on which frames get lost, late, altered or repeated, connections break at a given frame or by halves,
 * clocks go wrong and peers restart: all of it on virtual time, and the same again for the same seed.
 *
 * @throws InvalidArgumentError naming what is wrong, such as `faults[0].kind`.
 *
 * @example
 * ```ts
 * import { VirtualClock } from 'subnetkit/clock'
 * import { faultyNetwork } from 'subnetkit/testing'
 *
 * const clock = new VirtualClock()
 * const network = faultyNetwork({ seed: 'run 7', clock, faults: [{ kind: 'delay', delayMs: 20, jitterMs: 60 }] })
 * const { carrier, clock: itsClock } = network.peer('validator') // for a Dendrite or an Axon
 * network.setFaults([{ kind: 'cut', afterFrame: 5, direction: 'toDialler', told: 'listener' }])
 * carrier.kind satisfies string
 * itsClock.now()
 * ```
 */
export function faultyNetwork(options: FaultyNetworkOptions): FaultyNetwork {
  check('options', optionsShape, options)
  checkFaults(options.faults ?? [])
  return new Network(options)
}

class Network implements FaultyNetwork {
  readonly #clock: Clock
  readonly #inner: Carrier
  readonly #plan: FaultPlan
  readonly #links = new Set<FaultyLink>()
  /** Name of whoever listens at an address. */
  readonly #owners = new Map<string, string>()
  readonly #connections = new Map<string, number>()
  readonly #runs = new Map<string, PeerRun>()
  readonly #changes = new WaitList()
  readonly #counters: FaultCounters = {
    framesSent: 0,
    framesLost: 0,
    framesRepeated: 0,
    framesAltered: 0,
    framesDelayed: 0,
    cuts: 0,
    dials: 0,
    dialsRefused: 0,
    restarts: 0,
  }
  #restarts: Timer[] = []
  /** The connection that is being made: the carrier hands its far end over while it is dialled. */
  #dialled: FaultyLink | undefined

  constructor({ seed, clock, faults = [] }: FaultyNetworkOptions) {
    this.#clock = clock
    this.#inner = createMemoryNetwork({ clock })
    this.#plan = new FaultPlan(seed, faults, this.#counters)
    this.#scheduleRestarts()
  }

  get faults(): readonly Fault[] {
    return this.#plan.faults
  }

  get counters(): FaultCounters {
    return { ...this.#counters }
  }

  get connectionCount(): number {
    return this.#links.size
  }

  peer(name: string): FaultyPeer {
    check('name', peerName, name)
    return { name, carrier: this.#carrierOf(name, () => true), clock: this.#clockOf(name) }
  }

  async run(name: string, start: (life: PeerLife) => Promise<Stoppable>): Promise<RunningPeer> {
    check(
      'name',
      custom(
        'Pass the name of a peer that does not run.',
        (value) =>
          typeof value === 'string' && value.length > 0 && value.length <= 64 && !this.#runs.has(value),
      ),
      name,
    )
    check('start', func, start)
    const run = new PeerRun({
      name,
      start,
      clock: this.#clock,
      peerClock: this.#clockOf(name),
      carrierOf: (isAlive) => this.#carrierOf(name, isAlive),
      loseConnections: (told) => this.#loseConnectionsOf(name, told),
      onRestart: () => this.#counters.restarts++,
      onStopped: () => this.#runs.delete(name),
    })
    this.#runs.set(name, run)
    try {
      await run.begin()
    } catch (error) {
      this.#runs.delete(name)
      throw error
    }
    return run
  }

  setFaults(faults: readonly Fault[]): void {
    checkFaults(faults)
    this.#plan.faults = faults
    this.#scheduleRestarts()
    for (const link of this.#links) link.pump()
    this.#changes.wake()
  }

  cut(links: FaultyLinks = {}, told: ToldOfCut = 'both'): void {
    check('links', linkShape, links)
    check('told', toldOfCut, told)
    for (const link of [...this.#links]) {
      const { dialler, listener } = link.name
      const isMeant = (name: string | undefined, its: string): boolean => name === undefined || name === its
      if (isMeant(links.dialler, dialler) && isMeant(links.listener, listener)) link.cut(told)
    }
  }

  close(): void {
    this.#plan.faults = []
    this.#scheduleRestarts()
    for (const link of [...this.#links]) link.cut('both')
    this.#changes.wake()
  }

  #carrierOf(name: string, isAlive: () => boolean): Carrier {
    return {
      kind: 'faulty memory',
      listen: (options) => this.#listen(name, isAlive, options),
      dial: (address, options) => this.#dial(name, isAlive, address, options),
    }
  }

  #clockOf(name: string): Clock {
    return skewedClock(this.#clock, () => this.#plan.skewOf(name))
  }

  async #listen(name: string, isAlive: () => boolean, options: ListenOptions): Promise<Listener> {
    const listener = await this.#inner.listen({
      ...options,
      onChannel: (inner) => {
        const link = this.#dialled
        // Nobody else dials here.
        if (link !== undefined) options.onChannel(link.accept(inner))
      },
    })
    const key = keyOf(listener.address)
    this.#owners.set(key, name)
    const close = async (): Promise<void> => {
      if (this.#owners.get(key) === name) this.#owners.delete(key)
      await listener.close()
    }
    this.#runs.get(name)?.listening(close, isAlive)
    return { address: listener.address, close }
  }

  async #dial(
    name: string,
    isAlive: () => boolean,
    address: NetworkAddress,
    options: DialOptions,
  ): Promise<Channel> {
    this.#counters.dials++
    const listener =
      this.#owners.get(keyOf(address)) ??
      this.#owners.get(keyOf({ ...address, host: '0.0.0.0' })) ??
      keyOf(address)
    const pair = `${name}>${listener}`
    const connection = this.#connections.get(pair) ?? 0
    const linkName = { dialler: name, listener, connection }
    this.#connections.set(pair, connection + 1)
    if (options.signal?.aborted !== true) {
      await this.#underWay(linkName, address, options)
      if (!isAlive() || this.#plan.refuses(linkName, this.#clock.now())) {
        this.#counters.dialsRefused++
        throw new UnreachableError({ address })
      }
    }
    const link = new FaultyLink({
      name: linkName,
      plan: this.#plan,
      clock: this.#clock,
      counters: this.#counters,
      onOver: (over) => {
        this.#links.delete(over)
        this.#plan.forget(linkName)
      },
    })
    this.#dialled = link
    const dialling = this.#inner.dial(address, options)
    // Without latency of its own the carrier has handed over the far end by now.
    this.#dialled = undefined
    const inner = await dialling
    this.#links.add(link)
    return link.connect(inner)
  }

  /** Waits as long as a dial is under way. */
  async #underWay(
    link: FaultyLink['name'],
    address: NetworkAddress,
    { timeoutMs = DEFAULT_DIAL_MS, signal }: DialOptions,
  ): Promise<void> {
    const startedAtMs = this.#clock.now()
    const deadlineMs = startedAtMs + timeoutMs
    const delayMs =
      this.#plan.delayOf(link, 'toListener', startedAtMs) + this.#plan.delayOf(link, 'toDialler', startedAtMs)
    for (;;) {
      const nowMs = this.#clock.now()
      const silentUntilMs = Math.max(
        this.#plan.silentUntilMs(link, 'toListener', nowMs),
        this.#plan.silentUntilMs(link, 'toDialler', nowMs),
      )
      const untilMs = Math.max(startedAtMs + delayMs, silentUntilMs)
      if (untilMs <= nowMs) return
      if (nowMs >= deadlineMs) {
        this.#counters.dialsRefused++
        throw new UnreachableError({ address })
      }
      await this.#sleepOrChange(Math.min(untilMs, deadlineMs) - nowMs, signal)
    }
  }

  /** Waits for a while, or until faults are others. */
  async #sleepOrChange(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const timer = this.#clock.setTimer(() => over.abort(), delayMs)
    const unlisten = signal && onAbort(signal, () => over.abort())
    await this.#changes.wait(over.signal)
    timer.cancel()
    unlisten?.()
    if (signal?.aborted) throw new AbortedError({ what: 'The dial', cause: signal.reason })
  }

  #loseConnectionsOf(name: string, told: 'everybody' | 'itself'): void {
    for (const link of [...this.#links]) {
      const { dialler, listener } = link.name
      if (dialler !== name && listener !== name) continue
      if (told === 'everybody' || dialler === listener) link.cut('both')
      else link.cut(dialler === name ? 'dialler' : 'listener')
    }
  }

  #scheduleRestarts(): void {
    for (const timer of this.#restarts) timer.cancel()
    const nowMs = this.#clock.now()
    this.#restarts = this.#plan.restarts
      .filter(({ atMs }) => atMs >= nowMs)
      .map((fault) =>
        this.#clock.setTimer(() => {
          // Its errors are told when the peer is stopped.
          void this.#runs.get(fault.peer)?.goDown(fault)
        }, fault.atMs - nowMs),
      )
  }
}

function keyOf({ host, port }: NetworkAddress): string {
  return `${host}:${port}`
}
