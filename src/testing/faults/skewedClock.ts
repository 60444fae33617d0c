import type { Clock, HoldOptions } from '../../clock/index.js'

/** What is wrong with a clock at the moment. */
export interface Skew {
  readonly offsetMs: number
  /** Millionths by which it runs too fast. */
  readonly ratePpm: number
}

/**
 * The clock of a peer whose idea of time is another than the network's. It shows whole milliseconds, as machines do; its timers take as
 * long as its milliseconds.
 */
export function skewedClock(clock: Clock, skewNow: () => Skew): Clock {
  return {
    now() {
      const { offsetMs, ratePpm } = skewNow()
      if (offsetMs === 0 && ratePpm === 0) return clock.now()
      return Math.floor(clock.now() * (1 + ratePpm / 1e6) + offsetMs)
    },
    setTimer(callback, delayMs) {
      const { ratePpm } = skewNow()
      return clock.setTimer(callback, ratePpm === 0 ? delayMs : delayMs / (1 + ratePpm / 1e6))
    },
    hold: <T>(work: () => Promise<T>, options?: HoldOptions) => clock.hold(work, options),
    wait: <T>(work: () => Promise<T>) => (clock.wait === undefined ? work() : clock.wait(work)),
  }
}
