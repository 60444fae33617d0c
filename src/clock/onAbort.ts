import { check, func, signal as signalCheck } from '../checks/index.js'

interface Waiter {
  readonly callback: () => void
}

/** Who waits for a signal. Weak: a signal that nobody holds takes its waiters along. */
const waitersOf = new WeakMap<AbortSignal, Set<Waiter>>()

/**
 * Calls back once when a signal is aborted, at once when it is already; the returned function takes that back.
 *
 * Any number of waits share one listener on the signal, which goes with the last of them: a platform warns of a leak when
 * more than ten listen for themselves, and looks through all of them for each that comes.
 *
 * PERF: constant, whoever else waits.
 *
 * @throws InvalidArgumentError for what is no signal or no function.
 *
 * @example
 * ```ts
 * import { onAbort } from 'subnetkit/clock'
 *
 * const controller = new AbortController()
 * const forget = onAbort(controller.signal, () => {})
 * forget()
 * ```
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (!(signal instanceof AbortSignal) || typeof callback !== 'function') {
    check('signal', signalCheck, signal)
    check('callback', func, callback)
  }
  if (signal.aborted) {
    callback()
    return () => {}
  }
  const waiter: Waiter = { callback }
  const waiters = waitersOf.get(signal) ?? listenTo(signal)
  waiters.add(waiter)
  return () => {
    if (!waiters.delete(waiter) || waiters.size > 0) return
    signal.removeEventListener('abort', rouse)
    waitersOf.delete(signal)
  }
}

function listenTo(signal: AbortSignal): Set<Waiter> {
  const waiters = new Set<Waiter>()
  waitersOf.set(signal, waiters)
  signal.addEventListener('abort', rouse, { once: true })
  return waiters
}

/** Rouses who waits for the signal that was aborted, in the order in which they came. */
function rouse(event: Event): void {
  const signal = event.currentTarget as AbortSignal
  const waiters = waitersOf.get(signal)
  waitersOf.delete(signal)
  for (const waiter of waiters ?? []) {
    // Whom an earlier one took back is not roused.
    if (!waiters?.delete(waiter)) continue
    try {
      waiter.callback()
    } catch (error) {
      // As of any listener: the others are roused all the same, and the process hears of it.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
