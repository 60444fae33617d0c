/**
 * Counts how long things took, in buckets.
 *
 * PERF: an observation is a walk over at most 15 numbers and writes three; what a scrape needs is made when it comes.
 */
export class Histogram {
  /** Upper bounds, seconds. */
  readonly buckets: readonly number[]
  /** Observations at or below each bound and above the one before it, and last those above all. */
  readonly #counts: Float64Array
  #sum = 0

  constructor(buckets: readonly number[]) {
    this.buckets = buckets
    this.#counts = new Float64Array(buckets.length + 1)
  }

  get sum(): number {
    return this.#sum
  }

  /** @param seconds - below 0, as when a clock was set back, counts as 0. */
  observe(seconds: number): void {
    const length = Math.max(0, seconds)
    let at = 0
    while (at < this.buckets.length && length > (this.buckets[at] ?? 0)) at++
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += length
  }

  /** Observations at or below each bound, and last all of them. */
  cumulative(): number[] {
    let total = 0
    return Array.from(this.#counts, (count) => {
      total += count
      return total
    })
  }
}
