import { check, clock as clockCheck } from '../checks/index.js'

/** Clocks that were looked at. */
const knownClocks = new WeakSet<object>()

/**
 * Looks at each clock once: every call of a dendrite comes through here.
 *
 * @throws InvalidArgumentError for what is no clock.
 */
export function checkClock(clock: object): void {
  if (knownClocks.has(clock)) return
  check('clock', clockCheck, clock)
  knownClocks.add(clock)
}
