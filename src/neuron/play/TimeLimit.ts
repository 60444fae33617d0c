import { type Clock, startDeadline, type Timer } from '../../clock/index.js'

/** A limit of time that stands still while something is under way that does not count. */
export class TimeLimit {
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>
  readonly #onOver: () => void
  #leftMs: number
  #sinceMs = 0
  #pauses = 0
  #isOver = false
  #timer: Timer | undefined

  constructor(clock: Pick<Clock, 'now' | 'setTimer'>, limitMs: number, onOver: () => void) {
    this.#clock = clock
    this.#leftMs = limitMs
    this.#onOver = onOver
    this.#begin()
  }

  /** Time stands still until what it gives is called, once. */
  pause(): () => void {
    if (this.#pauses++ === 0) {
      this.#leftMs -= this.#clock.now() - this.#sinceMs
      this.#timer?.cancel()
    }
    return () => {
      if (--this.#pauses === 0 && !this.#isOver) this.#begin()
    }
  }

  end(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  #begin(): void {
    this.#sinceMs = this.#clock.now()
    this.#timer = this.#clock.setTimer(
      () => {
        this.#isOver = true
        this.#onOver()
      },
      Math.max(0, this.#leftMs),
    )
  }
}

/** A clock's timers, none of which held work waits for. */
export function deadlinesOf(clock: Clock): Pick<Clock, 'now' | 'setTimer'> {
  return {
    now: () => clock.now(),
    setTimer(callback, delayMs) {
      const { signal, dispose } = startDeadline(clock, delayMs)
      signal.addEventListener('abort', callback)
      return { cancel: dispose }
    },
  }
}
