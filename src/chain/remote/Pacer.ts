import type { Clock } from '../../clock/index.js'

/** How long one turn of the event loop may go to work for clients. */
const TURN_MS = 10

/** Spreads work over turns of the event loop, in order, so that a flood of it delays neither blocks nor other sockets. */
export class Pacer {
  readonly #clock: Clock
  #waiting: (() => void)[] = []
  #turnBeganMs: number | undefined
  #isOver = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Does it now, or in a later turn. */
  do(work: () => void): void {
    if (this.#isOver) {
      this.#waiting.push(work)
      return
    }
    if (this.#turnBeganMs === undefined) {
      this.#turnBeganMs = this.#clock.now()
      this.#clock.setTimer(() => this.#nextTurn(), 0)
    }
    work()
    this.#isOver = this.#clock.now() - this.#turnBeganMs >= TURN_MS
  }

  #nextTurn(): void {
    this.#turnBeganMs = undefined
    this.#isOver = false
    const due = this.#waiting
    this.#waiting = []
    for (const work of due) this.do(work)
  }
}
