/** Answers that are remembered, and how many it takes to say anything. */
const REMEMBERED = 64
const ENOUGH = 16

/** How long the last answers of a synapse took. */
export class ServiceTimes {
  readonly #lastMs: number[] = []
  #at = 0
  #sortedMs: readonly number[] | undefined

  note(elapsedMs: number): void {
    this.#lastMs[this.#at] = elapsedMs
    this.#at = (this.#at + 1) % REMEMBERED
    this.#sortedMs = undefined
  }

  /** What the given part of the last answers took at most, in milliseconds; 0 while there are too few of them. */
  quantileMs(part: number): number {
    if (this.#lastMs.length < ENOUGH) return 0
    this.#sortedMs ??= [...this.#lastMs].sort((a, b) => a - b)
    return this.#sortedMs[Math.ceil(part * this.#sortedMs.length) - 1] ?? 0
  }
}
