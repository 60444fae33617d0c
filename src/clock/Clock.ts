import { AbortedError } from '../errors/index.js'

/** A timer that was set; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void
}

/**
 * Where every part that waits takes its time from: the system's clock, or a `VirtualClock`
 * that jumps from timer to timer so that a simulated day takes a second and always ends the same.
 */
export interface Clock {
  /** Milliseconds since the clock's epoch; never goes backwards on a `VirtualClock`. */
  now(): number
  /** Calls back once after `delayMs`; timers due at the same instant fire in the order they were set. */
  setTimer(callback: () => void, delayMs: number): Timer
  /**
   * Runs work that the clock cannot see (native inference, disk, another thread) and keeps virtual
   * time from moving until it ends. On the system clock it only runs the work. Never wait for this
   * clock's own timers inside: virtual time would stand still for ever.
   */
  hold<T>(work: () => Promise<T>): Promise<T>
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
  hold: (work) => work(),
}

/**
 * Waits on a clock.
 *
 * @throws AbortedError when `signal` is aborted before or during the wait.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new AbortedError({ what: 'The wait', cause: signal.reason }))
      return
    }
    const onAbort = (): void => {
      timer.cancel()
      reject(new AbortedError({ what: 'The wait', cause: signal?.reason }))
    }
    const timer = clock.setTimer(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** A signal that aborts at a deadline or with its parent, whichever comes first. Dispose it when the work ends. */
export interface Deadline {
  readonly signal: AbortSignal
  /** True once the deadline itself, not the parent signal, ended the work. */
  readonly expired: boolean
  dispose(): void
}

/** Starts a deadline on a clock; see {@link Deadline}. */
export function startDeadline(clock: Clock, timeoutMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  let expired = false
  const onParentAbort = (): void => controller.abort(parent?.reason)
  if (parent?.aborted) controller.abort(parent.reason)
  else parent?.addEventListener('abort', onParentAbort, { once: true })
  const timer = clock.setTimer(() => {
    if (controller.signal.aborted) return
    expired = true
    controller.abort(new AbortedError({ what: `Work with a deadline of ${timeoutMs} ms` }))
  }, timeoutMs)
  return {
    signal: controller.signal,
    get expired() {
      return expired
    },
    dispose() {
      timer.cancel()
      parent?.removeEventListener('abort', onParentAbort)
    },
  }
}
