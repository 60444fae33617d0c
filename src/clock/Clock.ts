import {
  check,
  clock as clockCheck,
  durationMs,
  func,
  optional,
  signal as signalCheck,
} from '../checks/index.js'
import { AbortedError } from '../errors/index.js'
import { checkClock } from './checkClock.js'
import { outsideHeldWork } from './HeldWorks.js'
import { type HoldOptions, holdShape } from './HoldOptions.js'
import { onAbort } from './onAbort.js'
import { checkTimer, setSystemTimer, type Timer } from './timers.js'

/**
 * Where every part that waits takes its time from: the system's clock, or a `VirtualClock`
 * that jumps from timer to timer so that a simulated day takes a second and always ends the same.
 */
export interface Clock {
  /** Milliseconds since the clock's epoch; never goes backwards on a `VirtualClock`. */
  now(): number
  /**
   * Milliseconds since some instant that setting the time does not move: for how long something lasted, never for what time it is. A clock
   * that nobody sets needs none: it is `now`.
   */
  elapsed?(): number
  /**
   * Calls back once after `delayMs`, however long that is; what is due in the past is due now. Timers due at the same instant
   * fire in the order they were set.
   *
   * @throws InvalidArgumentError for a delay that is no finite number: nothing would ever end that wait.
   */
  setTimer(callback: () => void, delayMs: number): Timer
  /**
   * Runs work that the clock cannot see (native inference, disk, another thread) and keeps virtual
   * time from moving until it ends; while the work waits for this clock, time moves on. A hold within held work is part of it.
   * On the system clock it only runs the work.
   */
  hold<T>(work: () => Promise<T>, options?: HoldOptions): Promise<T>
  /**
   * Waits for something that takes time on this clock, such as a block or another neuron's answer: work that is held lets time move
   * meanwhile. A clock whose time passes by itself needs none.
   */
  wait?<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Waits for work that takes time on a clock, such as a block or another neuron's answer: what is held meanwhile lets time move.
 *
 * @throws InvalidArgumentError for what is no clock or no function.
 *
 * @example
 * ```ts
 * import { sleep, VirtualClock, waitOn } from 'subnetkit/clock'
 *
 * const clock = new VirtualClock()
 * const later = (): Promise<void> => sleep(clock, 1_000)
 * const held = clock.hold(() => waitOn(clock, later))
 * await clock.run()
 * await held
 * ```
 */
export async function waitOn<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  checkClock(clock)
  if (typeof work !== 'function') check('work', func, work)
  return await (clock.wait === undefined ? work() : clock.wait(work))
}

/** The machine's own time. A timer of more than 24 days, longest that the platform has, is waited for in slices. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimer(callback, delayMs) {
    checkTimer(callback, delayMs)
    return setSystemTimer(callback, delayMs)
  },
  async hold(work, options = {}) {
    check('work', func, work)
    check('options', holdShape, options)
    return await work()
  },
}

const anyDuration = durationMs()
const anySignal = optional(signalCheck)

/**
 * Waits on a clock, however long.
 *
 * @throws AbortedError when `signal` is aborted before or during the wait.
 * @throws InvalidArgumentError for a delay that is negative or not finite.
 *
 * @example
 * ```ts
 * import { sleep, systemClock } from 'subnetkit/clock'
 *
 * const controller = new AbortController()
 * const slept = sleep(systemClock, 90 * 86_400_000, controller.signal).catch(() => 'aborted')
 * controller.abort()
 * await slept
 * ```
 */
export async function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  check('clock', clockCheck, clock)
  check('delayMs', anyDuration, delayMs)
  check('signal', anySignal, signal)
  if (signal?.aborted) throw new AbortedError({ what: 'The wait', cause: signal.reason })
  await new Promise<void>((resolve, reject) => {
    const timer = clock.setTimer(() => {
      unlisten?.()
      resolve()
    }, delayMs)
    const unlisten =
      signal &&
      onAbort(signal, () => {
        timer.cancel()
        reject(new AbortedError({ what: 'The wait', cause: signal.reason }))
      })
  })
}

/** A signal that aborts at a deadline or with its parent, whichever comes first. Dispose it when the work ends. */
export interface Deadline {
  readonly signal: AbortSignal
  /** True once the deadline itself, not the parent signal, ended the work. */
  readonly expired: boolean
  dispose(): void
}

/**
 * Starts a deadline on a clock; see {@link Deadline}.
 *
 * @throws InvalidArgumentError for a time that is negative or not finite.
 *
 * @example
 * ```ts
 * import { startDeadline, systemClock } from 'subnetkit/clock'
 *
 * const deadline = startDeadline(systemClock, 500)
 * try {
 *   deadline.signal.throwIfAborted()
 * } finally {
 *   deadline.dispose()
 * }
 * ```
 */
export function startDeadline(clock: Clock, timeoutMs: number, parent?: AbortSignal): Deadline {
  check('clock', clockCheck, clock)
  check('timeoutMs', anyDuration, timeoutMs)
  check('parent', anySignal, parent)
  const controller = new AbortController()
  let expired = false
  const unlisten = parent && onAbort(parent, () => controller.abort(parent.reason))
  const expire = (): void => {
    if (controller.signal.aborted) return
    expired = true
    controller.abort(new AbortedError({ what: `Work with a deadline of ${timeoutMs} ms` }))
  }
  // A deadline is no wait: held work that has one is still at it.
  const timer = outsideHeldWork(() => clock.setTimer(expire, timeoutMs))
  return {
    signal: controller.signal,
    get expired() {
      return expired
    },
    dispose() {
      timer.cancel()
      unlisten?.()
    },
  }
}
