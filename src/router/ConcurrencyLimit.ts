const FIRST = 16
const LEAST = 1
const MOST = 128

/** The limit is lowered once for what goes wrong within so long. */
const SAME_TROUBLE_MS = 250

/** One more call may begin when none has ended for so long, though the limit is reached: those may never end. */
const STUCK_MS = 1_000

/** Whoever says that it is overloaded is left alone for so long, by all calls: none of them makes it worse by trying again. */
const COOL_MS = 100

/** ... or for as long as it asks to be, but no longer than this: it may be wrong, or lie, and be the only one that is left later. */
const LONGEST_REST_MS = 30_000

/**
 * How many calls a miner gets at once: one more for every limit of answers that came while half of it was in use, half as many
 * when the miner says that it is overloaded or is silent until a deadline. From 1 to 128; 16 at first. When none has ended for a second
 * one more may begin: calls that are stuck keep nobody from a miner that is well again.
 */
export class ConcurrencyLimit {
  #limit: number
  #inFlight = 0
  #loweredAtMs = Number.NEGATIVE_INFINITY
  /** When a call began or ended last. */
  #movedAtMs = Number.NEGATIVE_INFINITY
  #coolUntilMs = Number.NEGATIVE_INFINITY
  /** It refused a call and has answered none since: one at a time tries it. */
  #isRefusing = false

  constructor(limit = FIRST) {
    this.#limit = Math.min(MOST, Math.max(LEAST, limit))
  }

  get limit(): number {
    return Math.floor(this.#limit)
  }

  get inFlight(): number {
    return this.#inFlight
  }

  hasRoomAt(nowMs: number): boolean {
    return this.#inFlight < this.#most && nowMs >= this.#coolUntilMs
  }

  /** Whether the calls that it is at have kept others waiting for too long. */
  isStuckAt(nowMs: number): boolean {
    return this.#inFlight >= this.#most && nowMs - this.#movedAtMs >= STUCK_MS && nowMs >= this.#coolUntilMs
  }

  /** Whether it has asked to be left alone for longer than a call waits for one that is busy. */
  isRestingAt(nowMs: number): boolean {
    return this.#coolUntilMs - nowMs > COOL_MS
  }

  begin(nowMs: number): void {
    this.#inFlight++
    this.#movedAtMs = nowMs
  }

  end(nowMs: number): void {
    this.#inFlight--
    this.#movedAtMs = nowMs
  }

  /** An answer came, of a call that is still counted. */
  raise(): void {
    this.#isRefusing = false
    if (2 * this.#inFlight >= this.limit) this.#limit = Math.min(MOST, this.#limit + 1 / this.#limit)
  }

  /** It says itself that it has too much to do, and asks to be left alone for so long. */
  refused(nowMs: number, restMs: number): void {
    this.#isRefusing = true
    const untilMs = nowMs + Math.min(LONGEST_REST_MS, Math.max(COOL_MS, restMs))
    this.#coolUntilMs = Math.max(this.#coolUntilMs, untilMs)
    this.lower(nowMs)
  }

  /** It has too much to do. */
  lower(nowMs: number): void {
    if (nowMs - this.#loweredAtMs < SAME_TROUBLE_MS) return
    this.#loweredAtMs = nowMs
    this.#limit = Math.max(LEAST, this.#limit / 2)
  }

  get #most(): number {
    return this.#isRefusing ? LEAST : this.limit
  }
}
