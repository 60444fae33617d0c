const FIRST = 16
const LEAST = 1
const MOST = 128

/** The limit is lowered once for what goes wrong within so long. */
const SAME_TROUBLE_MS = 250

/**
 * How many calls a miner gets at once: one more for every limit of answers that came while half of it was in use, half as many
 * when the miner says that it is overloaded or is silent until a deadline. From 1 to 128; 16 at first.
 */
export class ConcurrencyLimit {
  #limit: number
  #inFlight = 0
  #loweredAtMs = Number.NEGATIVE_INFINITY

  constructor(limit = FIRST) {
    this.#limit = Math.min(MOST, Math.max(LEAST, limit))
  }

  get limit(): number {
    return Math.floor(this.#limit)
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.limit
  }

  begin(): void {
    this.#inFlight++
  }

  end(): void {
    this.#inFlight--
  }

  /** An answer came, of a call that is still counted. */
  raise(): void {
    if (2 * this.#inFlight >= this.limit) this.#limit = Math.min(MOST, this.#limit + 1 / this.#limit)
  }

  lower(nowMs: number): void {
    if (nowMs - this.#loweredAtMs < SAME_TROUBLE_MS) return
    this.#loweredAtMs = nowMs
    this.#limit = Math.max(LEAST, this.#limit / 2)
  }
}
