import type { Clock } from './Clock.js'
import { checkClock } from './checkClock.js'

/**
 * Milliseconds since some instant that setting the time does not move, whole ones on the system clock: two of one clock say how long
 * something lasted, one says nothing.
 *
 * @throws InvalidArgumentError for what is no clock.
 *
 * @example
 * ```ts
 * import { elapsedOf, systemClock } from 'subnetkit/clock'
 *
 * const begunAtMs = elapsedOf(systemClock)
 * console.log(elapsedOf(systemClock) - begunAtMs >= 0) // true
 * ```
 */
export function elapsedOf(clock: Clock): number {
  checkClock(clock)
  const elapsedMs = clock.elapsed?.()
  return elapsedMs === undefined ? clock.now() : Math.floor(elapsedMs)
}
