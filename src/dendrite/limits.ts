import { InvalidArgumentError } from '../errors/index.js'

/** Every bound of a dendrite. */
export interface DendriteLimits {
  /** Bytes of one frame, either way. */
  readonly maxFrameBytes: number
  /** Connections held or being made; the one unused for longest gives way. */
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

/**
 * The defaults with some of them replaced.
 *
 * @throws InvalidArgumentError when a limit is not a positive integer.
 */
export function dendriteLimitsFrom(limits: Partial<DendriteLimits> = {}): DendriteLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new InvalidArgumentError({ field: `limits.${name}`, value, remedy: 'Pass a positive integer.' })
  }
  return { ...defaultDendriteLimits, ...limits }
}
