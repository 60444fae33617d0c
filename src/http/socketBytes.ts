import type { Socket } from 'node:net'
import type { ByteMeter } from '../transport/index.js'

/** What was counted of a socket already. */
interface Counted {
  read: number
  written: number
}

const counted = new WeakMap<Socket, Counted>()

/**
 * Adds what went over a socket since it was last asked to its meter, headers included; what comes later is added when the socket closes, or when
 * asked again. A socket has one meter.
 */
export function countSocket(socket: Socket, meter: ByteMeter): void {
  let known = counted.get(socket)
  if (known === undefined) {
    known = { read: 0, written: 0 }
    counted.set(socket, known)
    socket.once('close', () => countSocket(socket, meter))
  }
  const { bytesRead, bytesWritten } = socket
  meter.received += bytesRead - known.read
  meter.sent += bytesWritten - known.written
  known.read = bytesRead
  known.written = bytesWritten
}
