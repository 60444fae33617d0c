import type { Clock, Timer } from '../../clock/index.js'

/** A silence this long is questioned, and one twice as long ends the connection. */
export const SILENCE_MS = 15_000

export interface WatchdogOptions {
  readonly clock: Clock
  /** Whether anything is expected from the peer. */
  readonly isWaiting: () => boolean
  /** Asks the peer for a sign of life. */
  readonly onSilence: () => void
  /** The peer gave none. */
  readonly onDead: () => void
}

/**
 * Notices a peer that is gone though its connection stands: a stopped process, a pulled cable. It runs only
 * while something is expected, so that an idle connection costs nothing.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  #timer: Timer | undefined
  #heard = false
  #asked = false

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  /** Something is expected from now on. */
  watch(): void {
    if (this.#timer !== undefined) return
    this.#heard = false
    this.#asked = false
    this.#arm()
  }

  /** The peer said something. */
  heard(): void {
    this.#heard = true
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#options.clock.setTimer(() => this.#check(), SILENCE_MS)
  }

  #check(): void {
    this.#timer = undefined
    if (!this.#options.isWaiting()) return
    if (!this.#heard && this.#asked) {
      this.#options.onDead()
      return
    }
    this.#asked = !this.#heard
    this.#heard = false
    // Armed first: asking is itself something to wait for, and calls `watch`.
    this.#arm()
    if (this.#asked) this.#options.onSilence()
  }
}
