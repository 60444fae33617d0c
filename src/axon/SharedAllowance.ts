/** Refills are sums of fractions: what is short of a whole by less than this is a whole. */
const ROUNDING = 1e-6

/**
 * So much of something in an interval, refilled evenly, in two parts: one is open to all, the other is kept for callers with standing, who
 * use it once the first is empty. What comes fills the kept part first: while callers with standing ask for much, all of it is theirs.
 */
export class SharedAllowance {
  readonly #amount: number
  readonly #intervalMs: number
  readonly #mostKept: number
  #kept: number
  #open: number

  /** @param keptShare - the part that is kept, from 0 to below 1; of two or more it is at least one, unless nothing is to be kept. */
  constructor(amount: number, keptShare: number, intervalMs: number) {
    this.#amount = amount
    this.#intervalMs = intervalMs
    this.#mostKept = keptShare > 0 && amount > 1 ? Math.max(1, Math.floor(amount * keptShare)) : 0
    this.#kept = this.#mostKept
    this.#open = amount - this.#mostKept
  }

  /** Time has passed. */
  refill(elapsedMs: number): void {
    const came = (this.#amount * elapsedMs) / this.#intervalMs
    const kept = Math.min(this.#mostKept, this.#kept + came)
    this.#open = Math.min(this.#amount - this.#mostKept, this.#open + came - (kept - this.#kept))
    this.#kept = kept
  }

  /**
   * 0 when there is one, else the milliseconds after which there will be one, if nobody else takes it.
   *
   * @param spent - that count as being there still, wherever they were taken.
   * @param besides - that will be taken by then.
   */
  waitMs(hasStanding: boolean, { spent = 0, besides = 0 } = {}): number {
    const short = 1 + besides - ROUNDING
    const mayUseKept = hasStanding && this.#mostKept > 0
    // What a caller with standing has spent is looked for in the kept part alone: once is enough.
    const missingOpen = Math.max(0, short - this.#open - (mayUseKept ? 0 : spent))
    const missingKept = Math.max(0, short - this.#kept - spent)
    const missing = missingOpen === 0 ? 0 : missingOpen + this.#mostKept - this.#kept
    return this.#timeOf(mayUseKept ? Math.min(missing, missingKept) : missing)
  }

  /** Takes so much; what is open may be overdrawn by all, what is kept by callers with standing alone. */
  take(amount: number, hasStanding: boolean): void {
    if (hasStanding && this.#mostKept > 0 && this.#open < 1 - ROUNDING) this.#kept -= amount
    else this.#open -= amount
  }

  #timeOf(missing: number): number {
    return Math.ceil((missing * this.#intervalMs) / this.#amount)
  }
}
