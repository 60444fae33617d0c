import { type Check, durationMs, optional, shape, wholeNumber } from '../checks/index.js'

/** Every bound of an axon. */
export interface AxonLimits {
  /** Bytes of one frame, either way. */
  readonly maxFrameBytes: number
  /** Connections whose caller is proven; more push out the one that has been without calls for longest. */
  readonly maxConnections: number
  readonly maxConnectionsPerCaller: number
  /** Connections in their handshake, half of them before its answer and half after; more push the oldest out. */
  readonly maxUnauthenticated: number
  /**
   * Of `maxRunning`, `maxAdmitting`, `maxRequestBytes` and the total of the quotas, how much only callers with standing may take, in percent; nothing where nobody can have
   * standing. Of fewer than 4 places, 25 percent are none.
   */
  readonly reservedPercent: number
  /** Handlers running at once. */
  readonly maxRunning: number
  readonly maxRunningPerCaller: number
  /** Calls waiting for a handler to be free, highest priority first; none waits for more than half of its time. */
  readonly maxQueued: number
  readonly maxQueuedPerCaller: number
  /** Calls that hooks and schemas look at, those that are over meanwhile included. */
  readonly maxAdmitting: number
  readonly maxAdmittingPerCaller: number
  /** Bytes of requests, as they came, of calls that have no last word yet; more are refused. */
  readonly maxRequestBytes: number
  readonly maxRequestBytesPerCaller: number
  /** Calls of one connection that have no last word yet. */
  readonly maxCallsPerConnection: number
  /** Bytes that may have come of messages that are not whole yet, of all connections; above, those of which most has come are closed. */
  readonly maxUnfinishedBytes: number
  /** Bytes that may wait for one caller to read before its connection is closed. */
  readonly maxUnreadBytes: number
  /** Bytes that may wait for all callers together; above, the connections for which most waits are closed. */
  readonly maxTotalUnreadBytes: number
  readonly handshakeMs: number
  /** A connection without calls is closed after this. */
  readonly idleMs: number
  /** No call gets longer than this, whatever its caller asks for. */
  readonly maxCallMs: number
  /** How long after its call a handler or a hook may go on before it is named in a `fault` event. */
  readonly overrunMs: number
  /** How long `stop` lets calls in flight go on. */
  readonly stopMs: number
}

/** What an axon allows unless told otherwise. */
export const defaultAxonLimits: AxonLimits = {
  maxFrameBytes: 1_048_576,
  maxConnections: 1_024,
  maxConnectionsPerCaller: 8,
  maxUnauthenticated: 1_024,
  reservedPercent: 25,
  maxRunning: 64,
  maxRunningPerCaller: 16,
  maxQueued: 256,
  maxQueuedPerCaller: 128,
  maxAdmitting: 1_024,
  maxAdmittingPerCaller: 128,
  maxRequestBytes: 268_435_456,
  maxRequestBytesPerCaller: 33_554_432,
  maxCallsPerConnection: 128,
  maxUnfinishedBytes: 268_435_456,
  maxUnreadBytes: 8_388_608,
  maxTotalUnreadBytes: 268_435_456,
  handshakeMs: 5_000,
  idleMs: 60_000,
  maxCallMs: 300_000,
  overrunMs: 5_000,
  stopMs: 5_000,
}

const count = wholeNumber({ min: 1 })
const ms = durationMs({ min: 1 })

/** Some of the limits, each what it must be. */
export const axonLimitsShape: Check = shape<Partial<AxonLimits>>({
  maxFrameBytes: optional(count),
  maxConnections: optional(count),
  maxConnectionsPerCaller: optional(count),
  maxUnauthenticated: optional(count),
  reservedPercent: optional(wholeNumber({ max: 99 })),
  maxRunning: optional(count),
  maxRunningPerCaller: optional(count),
  maxQueued: optional(wholeNumber()),
  maxQueuedPerCaller: optional(count),
  maxAdmitting: optional(count),
  maxAdmittingPerCaller: optional(count),
  maxRequestBytes: optional(count),
  maxRequestBytesPerCaller: optional(count),
  maxCallsPerConnection: optional(count),
  maxUnfinishedBytes: optional(count),
  maxUnreadBytes: optional(count),
  maxTotalUnreadBytes: optional(count),
  handshakeMs: optional(ms),
  idleMs: optional(ms),
  maxCallMs: optional(ms),
  overrunMs: optional(ms),
  stopMs: optional(ms),
})
