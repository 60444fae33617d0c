import type { Clock } from '../clock/index.js'
import type { AxonInfo } from '../metagraph/index.js'

/** Least wait between two looks; also the wait before a first silence is confirmed. */
const FLOOR_MS = 5_000
/** Looks in a row that found nobody before the other program counts as gone. */
const SILENCES = 2

/** What a watch needs. */
export interface AddressWatchOptions {
  readonly clock: Clock
  /** Whether a program that proves the miner's own hotkey answers there. Bounded in time by whoever gives it. */
  readonly answersAt: (address: AxonInfo) => Promise<boolean>
}

/**
 * Looks now and then whether the program that a miner gave its address away to still answers.
 *
 * Silence after an answer means that the other one is gone. Where nobody ever answered, silence may also mean that it cannot be
 * reached from here, as behind a router that does not lead back in: then the address is taken back once and never again, since two
 * live programs that take turns would go on for ever.
 */
export class AddressWatch {
  readonly #options: AddressWatchOptions
  #shown: AxonInfo | undefined
  #hasAnswered = false
  #silences = 0
  #nextMs = 0
  /** Whether the address was taken from one that never answered. */
  #hasTriedBlindly = false

  constructor(options: AddressWatchOptions) {
    this.#options = options
  }

  /** Whether the other one is gone; `false` while it is not time to look again. */
  async isGone(shown: AxonInfo, everyMs: number): Promise<boolean> {
    const { clock, answersAt } = this.#options
    if (shown.host !== this.#shown?.host || shown.port !== this.#shown.port) this.#begin(shown)
    if (clock.now() < this.#nextMs) return false
    const answers = await answersAt(shown)
    this.#silences = answers ? 0 : this.#silences + 1
    if (answers) this.#hasAnswered = true
    const isUnsure = !answers && this.#mayTakeBack
    this.#nextMs = clock.now() + (isUnsure ? FLOOR_MS : Math.max(FLOOR_MS, everyMs))
    return isUnsure && this.#silences >= SILENCES
  }

  /** The address is the miner's own again. */
  end(): void {
    if (this.#shown !== undefined && !this.#hasAnswered) this.#hasTriedBlindly = true
    this.#shown = undefined
  }

  get #mayTakeBack(): boolean {
    return this.#hasAnswered || !this.#hasTriedBlindly
  }

  #begin(shown: AxonInfo): void {
    this.#shown = shown
    this.#hasAnswered = false
    this.#silences = 0
    this.#nextMs = 0
  }
}
