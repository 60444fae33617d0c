import { type Check, durationMs, optional, shape, wholeNumber } from '../checks/index.js'
import { MAX_STREAM_CREDIT } from '../synapse/index.js'

/** Every bound of a dendrite. */
export interface DendriteLimits {
  /** Bytes of one frame, either way. */
  readonly maxFrameBytes: number
  /** Connections held, being made or going away; the one unused for longest gives way. */
  readonly maxConnections: number
  /** Calls in flight on one connection. Servers refuse more than their own limit, 128 unless they say otherwise. */
  readonly maxCallsPerConnection: number
  /** Calls that may wait for one connection to be free. */
  readonly maxQueuedPerConnection: number
  /** Chunks of a stream that may wait to be read. */
  readonly streamCredit: number
  /** How long a connection may take to be made, handshake included. */
  readonly dialMs: number
  /** A connection without calls is closed after this. */
  readonly idleMs: number
  /** How long a call may take when the caller does not say. */
  readonly callMs: number
  /** How long a stream may take when the caller does not say. */
  readonly streamMs: number
}

/** What a dendrite allows unless told otherwise. */
export const defaultDendriteLimits: DendriteLimits = {
  maxFrameBytes: 1_048_576,
  maxConnections: 512,
  maxCallsPerConnection: 128,
  maxQueuedPerConnection: 1_024,
  streamCredit: 16,
  dialMs: 5_000,
  idleMs: 30_000,
  callMs: 10_000,
  streamMs: 300_000,
}

const count = optional(wholeNumber({ min: 1 }))
const ms = optional(durationMs({ min: 1 }))

/** Some of the limits, each what it must be. */
export const dendriteLimitsShape: Check = shape<Partial<DendriteLimits>>({
  maxFrameBytes: count,
  maxConnections: count,
  maxCallsPerConnection: count,
  maxQueuedPerConnection: count,
  streamCredit: optional(wholeNumber({ min: 1, max: MAX_STREAM_CREDIT })),
  dialMs: ms,
  idleMs: ms,
  callMs: ms,
  streamMs: ms,
})
