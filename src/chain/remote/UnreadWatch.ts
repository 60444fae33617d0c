import type { Clock, Timer } from '../../clock/index.js'
import { LOW_WATER_BYTES } from '../../transport/index.js'

interface UnreadWatchOptions {
  readonly clock: Clock
  readonly unreadMs: number
  /** Bytes that were sent and not read. */
  readonly unreadBytes: () => number
  readonly onStuck: () => void
}

/** Notices a peer that does not read what it asked for, or reads less than 64 KiB in a while. */
export class UnreadWatch {
  readonly #options: UnreadWatchOptions
  #sentBytes = 0
  #timer: Timer | undefined

  constructor(options: UnreadWatchOptions) {
    this.#options = options
  }

  /** So many bytes more were sent. */
  sent(bytes: number): void {
    this.#sentBytes += bytes
    if (this.#timer === undefined && this.#options.unreadBytes() > LOW_WATER_BYTES) this.#arm()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    const { clock, unreadMs, unreadBytes, onStuck } = this.#options
    const readBefore = this.#sentBytes - unreadBytes()
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined
      if (unreadBytes() <= LOW_WATER_BYTES) return
      if (this.#sentBytes - unreadBytes() - readBefore < LOW_WATER_BYTES) onStuck()
      else this.#arm()
    }, unreadMs)
  }
}
