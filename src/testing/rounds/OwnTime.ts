import { type Clock, VirtualClock } from '../../clock/index.js'

/** Virtual time that moves by itself while somebody waits for it, and stands still otherwise. */
export class OwnTime implements Clock {
  readonly #clock = new VirtualClock()
  #waiting = 0
  #isMoving = false

  now(): number {
    return this.#clock.now()
  }

  setTimer(...args: Parameters<Clock['setTimer']>): ReturnType<Clock['setTimer']> {
    return this.#clock.setTimer(...args)
  }

  hold<T>(...args: Parameters<VirtualClock['hold']>): Promise<T> {
    return this.#clock.hold(...args) as Promise<T>
  }

  async wait<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++
    void this.#move()
    try {
      return await this.#clock.wait(work)
    } finally {
      this.#waiting--
    }
  }

  async #move(): Promise<void> {
    if (this.#isMoving) return
    this.#isMoving = true
    while (this.#waiting > 0) await this.#clock.run({ until: () => this.#waiting === 0 })
    this.#isMoving = false
  }
}
