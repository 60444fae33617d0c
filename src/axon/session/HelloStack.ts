import type { Clock } from '../../clock/index.js'

/**
 * Paces the answers to strangers: each costs a signature, so there is one per turn of the clock, and calls in
 * flight are served in between. The newest goes first: in a flood an honest newcomer is answered at once, while the
 * oldest have been given up by then. Bounded; the oldest falls out.
 */
export class HelloStack {
  readonly #clock: Clock
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  #isPaused = false

  constructor(clock: Clock, max: number) {
    this.#clock = clock
    this.#max = max
  }

  get size(): number {
    return this.#waiting.length
  }

  /** Answers now, or in a later turn. */
  push(answer: () => void): void {
    if (!this.#isPaused) {
      this.#do(answer)
      return
    }
    this.#waiting.push(answer)
    if (this.#waiting.length > this.#max) this.#waiting.shift()
  }

  #do(answer: () => void): void {
    this.#isPaused = true
    this.#clock.setTimer(() => {
      this.#isPaused = false
      const next = this.#waiting.pop()
      if (next !== undefined) this.#do(next)
    }, 0)
    answer()
  }
}
