import type { Socket } from 'node:net'
import type { ByteMeter } from '../transport/index.js'

/** What was counted of a socket already. */
interface Counted {
  read: number
  written: number
}

const counted = new WeakMap<Socket, Counted>()

/**
 * Adds what went over a socket since it was last asked to its meter, headers included. A socket has one meter. It is asked with each response
 * and at its end, never when the socket closes: by then a WebSocket may have had it, whose bytes are of sessions.
 */
export function countSocket(socket: Socket, meter: ByteMeter): void {
  let known = counted.get(socket)
  if (known === undefined) {
    known = { read: 0, written: 0 }
    counted.set(socket, known)
  }
  const { bytesRead, bytesWritten } = socket
  meter.received += bytesRead - known.read
  meter.sent += bytesWritten - known.written
  known.read = bytesRead
  known.written = bytesWritten
}
