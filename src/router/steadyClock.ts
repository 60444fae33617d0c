import type { Clock } from '../clock/index.js'

/**
 * The same clock by a time that setting it does not move: that of now, and what has passed since. What is waited for ends when it should,
 * whatever the system's time is set to meanwhile.
 */
export function steadyClock(clock: Clock): Clock {
  const elapsed = clock.elapsed?.bind(clock)
  if (elapsed === undefined) return clock
  const wait = clock.wait?.bind(clock)
  const beganAtMs = clock.now() - elapsed()
  return {
    now: () => Math.floor(beganAtMs + elapsed()),
    setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
    hold: (work, options) => clock.hold(work, options),
    ...(wait === undefined ? {} : { wait }),
  }
}
