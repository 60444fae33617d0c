import { check, hostAndPort, shape } from '../checks/index.js'
import { type Clock, sleep, systemClock } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import { ListenError, UnreachableError } from './carrierErrors.js'
import { checkDial, checkLatency, checkListen, optionalClock, optionalLatency } from './carrierShapes.js'
import { MemoryChannel, type Trip } from './memoryChannel.js'
import type { Carrier, Channel, DialOptions, Listener, ListenOptions, NetworkAddress } from './types.js'

/** First port given to a listener that asks for any free one. */
const FIRST_FREE_PORT = 49_152

/** Without latency, trips between two turns of the clock: an endless exchange must let timers fire. */
const TRIPS_PER_TURN = 256

/** How a memory network behaves. */
export interface MemoryNetworkOptions {
  /** Where latency is waited on; default the system clock. */
  readonly clock?: Clock
  /**
   * Milliseconds one way, per frame, close and dial, or a function that gives them for the address that is dialled, asked once a dial. 0 (the default) delivers in the next
   * microtask.
   */
  readonly latencyMs?: number | ((address: NetworkAddress) => number)
}

const optionsShape = shape<MemoryNetworkOptions>({ clock: optionalClock, latencyMs: optionalLatency })

interface Bound {
  readonly options: ListenOptions
  open: number
}

/**
 * A private network inside this process, as a carrier: what listens here is reached only by dialling here.
 *
 * On a `VirtualClock` the history is the same every time: nothing but microtasks and that clock's timers is
 * waited on. Keep the clock running (`clock.run`) while peers talk.
 *
 * @example
 * ```ts
 * import { createMemoryNetwork } from 'subnetkit/transport'
 *
 * const network = createMemoryNetwork({ latencyMs: 20 })
 * const listener = await network.listen({
 *   host: '10.0.0.1', port: 9000, maxFrameBytes: 1024, maxConnections: 8,
 *   onChannel: (channel) => channel.receive({ onFrame: (frame) => channel.send(frame), onClose: () => {} }),
 * })
 * const channel = await network.dial(listener.address, { maxFrameBytes: 1024 })
 * ```
 */
export function createMemoryNetwork(options: MemoryNetworkOptions = {}): Carrier {
  check('options', optionsShape, options)
  const clock = options.clock ?? systemClock
  const { latencyMs: latency = 0 } = options
  const listeners = new Map<string, Bound>()
  let nextPort = FIRST_FREE_PORT
  let dials = 0

  const listen = async (wanted: ListenOptions): Promise<Listener> => {
    checkListen(wanted)
    let { port } = wanted
    if (port === 0) {
      while (listeners.has(keyOf({ host: wanted.host, port: nextPort }))) nextPort++
      port = nextPort++
    }
    const address = { host: wanted.host, port }
    const key = keyOf(address)
    if (listeners.has(key)) throw new ListenError({ address })
    const bound: Bound = { options: wanted, open: 0 }
    listeners.set(key, bound)
    return {
      address,
      async close() {
        if (listeners.get(key) === bound) listeners.delete(key)
      },
    }
  }

  const dial = async (address: NetworkAddress, dialOptions: DialOptions): Promise<Channel> => {
    checkDial(address, dialOptions)
    const { signal, maxFrameBytes } = dialOptions
    if (signal?.aborted) throw new AbortedError({ what: 'The dial', cause: signal.reason })
    const remote = `memory:${dials++}`
    const latencyMs = typeof latency === 'number' ? latency : checkLatency(latency(address))
    if (latencyMs > 0) await sleep(clock, latencyMs, signal)
    const bound = listeners.get(keyOf(address)) ?? listeners.get(keyOf({ ...address, host: '0.0.0.0' }))
    if (bound === undefined) throw new UnreachableError({ address })
    if (bound.open >= bound.options.maxConnections) {
      bound.options.onRefused?.('tooManyConnections', remote)
      throw new UnreachableError({ address })
    }
    bound.open++
    const near = new MemoryChannel({
      remote: keyOf(address),
      maxFrameBytes,
      trip: tripOver(clock, latencyMs),
    })
    const far = new MemoryChannel({
      remote,
      maxFrameBytes: bound.options.maxFrameBytes,
      maxUntrustedBytes: bound.options.maxUntrustedBytes,
      trip: tripOver(clock, latencyMs),
      onTooLarge: () => bound.options.onRefused?.('frameTooLarge', remote),
      onGone: () => bound.open--,
    })
    MemoryChannel.join(near, far)
    bound.options.onChannel(far)
    return near
  }

  return { kind: 'memory', listen, dial }
}

function keyOf(address: NetworkAddress): string {
  return hostAndPort(address)
}

/** One direction of one channel: everything that enters leaves one trip later, in order. */
function tripOver(clock: Clock, latencyMs: number): Trip {
  if (latencyMs > 0) return (callback) => void clock.setTimer(callback, latencyMs)
  let queue: (() => void)[] = []
  let trips = 0
  const flush = (): void => {
    const due = queue
    queue = []
    for (const callback of due) callback()
  }
  return (callback) => {
    if (queue.push(callback) > 1) return
    if (++trips % TRIPS_PER_TURN === 0) clock.setTimer(flush, 0)
    else queueMicrotask(flush)
  }
}
