import { type Clock, onAbort, type Timer } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'

/** Work of somebody else's that takes longer than this is told of. */
export const OVERDUE_MS = 60_000

/** So long a stop waits for it. */
const GRACE_MS = 5_000

/** How somebody else's work is waited for. */
export interface Attendance {
  readonly clock: Clock
  /** Once it aborts, the work is left to itself after a while. */
  readonly signal: AbortSignal
  /** Is told once when the work is overdue; it is waited for on. */
  readonly onOverdue?: () => void
}

/**
 * Waits for somebody else's work, which may never end: that is told of, and holds up no stop.
 *
 * @throws AbortedError when the work goes on long after the abort. Nobody can end it from outside.
 */
export async function attended<T>(work: Promise<T>, options: Attendance): Promise<T> {
  const { clock, signal, onOverdue } = options
  const timers: Timer[] = []
  if (onOverdue !== undefined) timers.push(clock.setTimer(onOverdue, OVERDUE_MS))
  let forget = (): void => {}
  const left = new Promise<never>((_, reject) => {
    const leave = (): void => reject(new AbortedError({ what: 'Work that does not end' }))
    const give = (): void => void timers.push(clock.setTimer(leave, GRACE_MS))
    forget = onAbort(signal, give)
  })
  try {
    return await Promise.race([work, left])
  } finally {
    forget()
    for (const timer of timers) timer.cancel()
  }
}
