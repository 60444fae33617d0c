import { type Check, durationMs, optional, shape, wholeNumber } from '../../checks/index.js'

/** Bounds of a chain node, of each client and of all together; all have defaults. */
export interface ChainNodeLimits {
  /** More push out one that never asked anything, one that is idle, or one of a host that has most of the places. */
  readonly maxConnections: number
  /** Requests of a client without an answer yet. */
  readonly maxRequests: number
  readonly maxTotalRequests: number
  /** Bytes of those requests. */
  readonly maxRequestBytes: number
  readonly maxTotalRequestBytes: number
  readonly maxSubscriptions: number
  readonly maxTotalSubscriptions: number
  /** Bytes that may wait for a client that does not read; above, it is dropped. */
  readonly maxBufferedBytes: number
  /** Above, the client for which most bytes wait is dropped. */
  readonly maxTotalBufferedBytes: number
  /** A client without requests that takes no blocks is closed after this. */
  readonly idleMs: number
  /** A client for which bytes wait must read at least 64 KiB of them in this time. */
  readonly unreadMs: number
}

const MIB = 1024 * 1024

/** What a chain node allows unless told otherwise. */
export const defaultChainNodeLimits: ChainNodeLimits = {
  maxConnections: 1_024,
  maxRequests: 256,
  maxTotalRequests: 8_192,
  maxRequestBytes: 8 * MIB,
  maxTotalRequestBytes: 64 * MIB,
  maxSubscriptions: 8,
  maxTotalSubscriptions: 2_048,
  maxBufferedBytes: 36 * MIB,
  maxTotalBufferedBytes: 256 * MIB,
  idleMs: 600_000,
  unreadMs: 30_000,
}

const count = optional(wholeNumber({ min: 1 }))
const ms = optional(durationMs({ min: 1 }))

export const nodeLimitsShape: Check = shape<Partial<ChainNodeLimits>>({
  maxConnections: count,
  maxRequests: count,
  maxTotalRequests: count,
  maxRequestBytes: count,
  maxTotalRequestBytes: count,
  maxSubscriptions: count,
  maxTotalSubscriptions: count,
  maxBufferedBytes: count,
  maxTotalBufferedBytes: count,
  idleMs: ms,
  unreadMs: ms,
})
