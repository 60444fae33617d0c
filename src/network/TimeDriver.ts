import { type Clock, systemClock, VirtualClock } from '../clock/index.js'
import { InvariantError } from '../errors/index.js'

/** Lets time pass while something is waited for: on virtual time it moves only then, in real time it moves anyway. */
export class TimeDriver {
  readonly clock: Clock
  readonly #virtual: VirtualClock | undefined
  #waiting = 0
  #isRunning = false

  constructor(time: 'virtual' | 'real', options: { readonly heldWorkLimitMs: number }) {
    this.#virtual = time === 'virtual' ? new VirtualClock(options) : undefined
    this.clock = this.#virtual ?? systemClock
  }

  /** Waits for work that waits for the clock. Several may wait at once. */
  async run<T>(work: Promise<T>): Promise<T> {
    if (this.#virtual === undefined) return await work
    this.#waiting++
    const done = work.finally(() => this.#waiting--)
    done.catch(() => {})
    if (!this.#isRunning) await this.#move(this.#virtual)
    return await done
  }

  /** Nothing is worth waiting for any more. */
  stopHolding(): void {
    this.#virtual?.stopHolding()
  }

  async #move(clock: VirtualClock): Promise<void> {
    this.#isRunning = true
    try {
      await clock.run({ until: () => this.#waiting === 0 })
    } finally {
      this.#isRunning = false
    }
    if (this.#waiting > 0) throw new InvariantError('virtual time has nothing left to wait for')
  }
}
