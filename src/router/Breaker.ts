/** Failures in a row that open a breaker. */
const MOST_FAILURES = 3

/** How long it stays open at first; each failed probe doubles that. */
const FIRST_OPEN_MS = 1_000
const LONGEST_OPEN_MS = 30_000

/** The first wait before a miner may be tried all the same, where no other is left; each failure doubles it. */
const FIRST_RETRY_MS = 25
const LONGEST_RETRY_MS = 500

/** A probe that is silent for so long keeps no other from trying: its connection may be dead and the miner alive. */
const LONGEST_PROBE_MS = 1_000

/** Whether a miner is called: `closed` like others, `open` not at all, `halfOpen` by one call that tries it. */
export type BreakerState = 'closed' | 'open' | 'halfOpen'

/**
 * Keeps calls from a miner that fails. Three failures in a row open it for a second; then one call may try the miner. If that fails the
 * breaker is open for twice as long as before, half a minute at most; if it succeeds the breaker closes. A call that would have nobody
 * else may try sooner, one at a time.
 */
export class Breaker {
  #failures = 0
  #openMs = FIRST_OPEN_MS
  #retryMs = FIRST_RETRY_MS
  #isOpen = false
  /** When the probe that is under way began; `undefined` for none. */
  #probedAtMs: number | undefined
  #dueAtMs = 0
  #retryAtMs = 0

  get isClosed(): boolean {
    return !this.#isOpen
  }

  /** Whether a call is trying it. */
  isProbingAt(nowMs: number): boolean {
    return this.#probedAtMs !== undefined && nowMs < this.#probedAtMs + LONGEST_PROBE_MS
  }

  /** When a miner whose breaker is open may be tried though others are left. */
  get dueAtMs(): number {
    return this.#dueAtMs
  }

  /** When it may be tried because no other is left. */
  get retryAtMs(): number {
    return this.#retryAtMs
  }

  stateAt(nowMs: number): BreakerState {
    if (!this.#isOpen) return 'closed'
    return this.isProbingAt(nowMs) || nowMs >= this.#dueAtMs ? 'halfOpen' : 'open'
  }

  /** A call to the miner begins. @returns whether it is a probe. */
  begin(nowMs: number): boolean {
    if (!this.#isOpen) return false
    this.#probedAtMs = nowMs
    return true
  }

  /** An answer came, or the miner has moved to another address. */
  close(): void {
    this.#failures = 0
    this.#openMs = FIRST_OPEN_MS
    this.#retryMs = FIRST_RETRY_MS
    this.#isOpen = false
    this.#probedAtMs = undefined
  }

  /**
   * @param spread - from 0 to 1, to spread the probes of many.
   * @returns true when this opened it.
   */
  failed(nowMs: number, spread: number, isProbe: boolean): boolean {
    const wasClosed = !this.#isOpen
    // A call that began before it opened says nothing new.
    if (wasClosed ? ++this.#failures < MOST_FAILURES : !isProbe) return false
    this.#isOpen = true
    this.#probedAtMs = undefined
    this.#dueAtMs = nowMs + this.#openMs * (0.75 + 0.5 * spread)
    this.#retryAtMs = nowMs + this.#retryMs
    this.#openMs = Math.min(2 * this.#openMs, LONGEST_OPEN_MS)
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS)
    return wasClosed
  }

  /** A call ended in a way that says nothing of the miner. */
  ended(isProbe: boolean): void {
    if (isProbe) this.#probedAtMs = undefined
  }
}
