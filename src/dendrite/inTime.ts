import { type Clock, elapsedOf, onAbort, startDeadline } from '../clock/index.js'
import type { TransportCall } from './transport.js'

/** How a call ends that is over before a schema has ended. */
export class Overdue {
  readonly status: 'timeout' | 'cancelled'

  constructor(status: 'timeout' | 'cancelled') {
    this.status = status
  }
}

/** Waits for a schema that takes its time, no longer than the call has. */
export async function inTime<T>(
  clock: Clock,
  work: Promise<T>,
  call: Pick<TransportCall, 'startedAtMs' | 'timeoutMs' | 'signal'>,
): Promise<T | Overdue> {
  const { startedAtMs, timeoutMs, signal } = call
  const leftMs = Math.max(0, startedAtMs + timeoutMs - elapsedOf(clock))
  const deadline = startDeadline(clock, leftMs, signal)
  try {
    return await new Promise<T | Overdue>((resolve, reject) => {
      onAbort(deadline.signal, () => resolve(new Overdue(deadline.expired ? 'timeout' : 'cancelled')))
      work.then(resolve, reject)
    })
  } finally {
    deadline.dispose()
  }
}
