import { check, finiteNumber, func } from '../checks/index.js'

/** A timer that was set; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void
}

/** Longest wait of a platform timer, a bit over 24 days; it fires a longer one at once. */
const MAX_SLICE_MS = 0x7fff_ffff

const anyDelay = finiteNumber()

/**
 * Holds what a clock is asked for to what it can keep.
 *
 * PERF: three comparisons for a timer that is right; every call over a connection sets one.
 *
 * @throws InvalidArgumentError
 */
export function checkTimer(callback: unknown, delayMs: unknown): void {
  if (typeof callback === 'function' && typeof delayMs === 'number' && Number.isFinite(delayMs)) return
  check('callback', func, callback)
  check('delayMs', anyDelay, delayMs)
}

/** A timer of the platform; a long one is several, each set when the one before has fired. */
export function setSystemTimer(callback: () => void, delayMs: number): Timer {
  if (delayMs <= MAX_SLICE_MS) {
    const handle = setTimeout(callback, delayMs)
    return { cancel: () => clearTimeout(handle) }
  }
  let slice: Timer
  const wait = (leftMs: number): void => {
    const sliceMs = Math.min(leftMs, MAX_SLICE_MS)
    slice = setSystemTimer(() => (leftMs > sliceMs ? wait(leftMs - sliceMs) : callback()), sliceMs)
  }
  wait(delayMs)
  return { cancel: () => slice.cancel() }
}
