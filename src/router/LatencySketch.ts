/** Buckets to a doubling: what a sketch says lies within 9% of what was measured. */
const PER_DOUBLING = 4

/** From 1 ms to 2^18 ms, over four minutes; what lies outside is counted at the ends. */
const BUCKETS = 18 * PER_DOUBLING

/** Times held; then all are halved, so that the last few hundred answers weigh most. */
const MOST = 512

/**
 * How long a miner's answers take, as a histogram of 72 buckets whose width grows by a fourth of a doubling: percentiles of any
 * number of answers in 144 bytes, of which older ones weigh less and less.
 */
export class LatencySketch {
  readonly #counts: Uint16Array
  #total: number

  /** @param counts - as `counts` gave them, checked. */
  constructor(counts?: readonly number[]) {
    this.#counts = Uint16Array.from({ length: BUCKETS }, (_, at) => counts?.[at] ?? 0)
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0)
  }

  /** Times that it holds, each as often as it still weighs. */
  get total(): number {
    return this.#total
  }

  /** What is in each bucket, without the empty ones at the end: what a memory keeps. */
  get counts(): readonly number[] {
    const counts = [...this.#counts]
    while (counts.at(-1) === 0) counts.pop()
    return counts
  }

  /** Whether this is what `counts` may give. */
  static isCounts(value: unknown): value is readonly number[] {
    if (!Array.isArray(value) || value.length > BUCKETS) return false
    const areCounts = value.every((one) => Number.isInteger(one) && one >= 0 && one <= MOST)
    return areCounts && value.reduce((sum: number, one: number) => sum + one, 0) <= MOST
  }

  add(ms: number): void {
    const at = Math.floor(Math.log2(Math.max(ms, 1)) * PER_DOUBLING)
    const bucket = Math.min(at, BUCKETS - 1)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    if (++this.#total >= MOST) this.#halve()
  }

  /**
   * The time that so many of the answers stay below, from 0 to 1; `undefined` while nothing is known.
   *
   * PERF: one walk over 72 numbers.
   */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined
    let left = share * this.#total
    for (let at = 0; at < BUCKETS; at++) {
      left -= this.#counts[at] ?? 0
      if (left <= 0) return 2 ** ((at + 0.5) / PER_DOUBLING)
    }
    return 2 ** (BUCKETS / PER_DOUBLING)
  }

  #halve(): void {
    this.#total = 0
    for (let at = 0; at < BUCKETS; at++) {
      this.#counts[at] = (this.#counts[at] ?? 0) >> 1
      this.#total += this.#counts[at] ?? 0
    }
  }
}
