import type { AxonLimits } from '../../../src/axon/index.js'

const KIB = 1_024

/** Connections of the listener itself: half-way through their upgrade, and closed ones that wait for the peer to read why. */
const MAX_PENDING = 1_024
const MAX_LINGERING = 128

/** Of a message that is not whole, what is not counted. */
const UNCOUNTED_BYTES = 64 * KIB

/** What a connection costs by itself, sockets and sessions, as measured with some room. */
const SOCKET_BYTES = 32 * KIB
const SESSION_BYTES = 64 * KIB

/** Bytes of headers and of a handshake that a stranger may send. */
const STRANGER_BYTES = 4 * KIB

/** What an axon holds for others at most, by part, of its limits alone: the table in docs/security.md. */
export function worstCaseBytes(limits: AxonLimits): Readonly<Record<string, number>> {
  return {
    pending: MAX_PENDING * (STRANGER_BYTES + SOCKET_BYTES),
    unproven: (2 * limits.maxUnauthenticated + MAX_LINGERING) * (STRANGER_BYTES + SESSION_BYTES),
    proven: limits.maxConnections * SESSION_BYTES,
    unfinished: 2 * Math.min(limits.maxUnfinishedBytes, limits.maxConnections * limits.maxFrameBytes),
    smallUnfinished: 2 * limits.maxConnections * Math.min(UNCOUNTED_BYTES, limits.maxFrameBytes),
    requests: limits.maxRequestBytes + limits.maxFrameBytes,
    unread: limits.maxTotalUnreadBytes + limits.maxFrameBytes,
  }
}

/** Bytes of a request's line and headers over HTTP. */
const REQUEST_HEADER_BYTES = 24 * KIB

/** What is added where an axon speaks HTTP too. */
export function worstCaseHttpBytes(
  limits: AxonLimits,
  maxHeldBytes: number,
): Readonly<Record<string, number>> {
  const { maxConnections, maxUnauthenticated } = limits
  return {
    longerHeaders: MAX_PENDING * (REQUEST_HEADER_BYTES - STRANGER_BYTES),
    requesting: (maxConnections + maxUnauthenticated) * (REQUEST_HEADER_BYTES + SOCKET_BYTES),
    askedAhead: maxUnauthenticated * REQUEST_HEADER_BYTES,
    bodies: maxHeldBytes,
  }
}

export function total(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)
}
