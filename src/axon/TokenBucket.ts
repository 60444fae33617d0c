import type { Quota } from './quotas.js'

/** Refills are sums of fractions: what is short of a whole by less than this is a whole. */
const ROUNDING = 1e-6

/** What a refusal weighs at most, which is counted as well: who waits as long as it was told finds enough. */
export const REFUSAL_BYTES = 16

/** What is left of a quota, refilled evenly. Bytes may be overdrawn: what an answer weighs is known afterwards. */
export class TokenBucket {
  readonly #quota: Quota
  #calls: number
  #bytes: number
  #atMs: number

  constructor(quota: Quota, nowMs: number) {
    this.#quota = quota
    this.#calls = quota.calls ?? 0
    this.#bytes = quota.bytes ?? 0
    this.#atMs = nowMs
  }

  /**
   * Takes one call out when there is one: 0, or the milliseconds after which there will be one.
   *
   * @param spent - bytes of the call itself, which were spent already: whether there were any is asked as of before.
   */
  take(nowMs: number, spent = 0): number {
    this.#refill(nowMs)
    const { calls, bytes } = this.#quota
    const callMs = this.#waitMs(this.#calls, calls)
    if (callMs > 0 || this.#waitMs(this.#bytes + spent, bytes) > 0)
      return Math.max(callMs, this.#waitMs(this.#bytes - REFUSAL_BYTES, bytes))
    this.#calls--
    return 0
  }

  spend(nowMs: number, bytes: number): void {
    this.#refill(nowMs)
    this.#bytes -= bytes
  }

  /** How long until there is one; nothing is waited for where nothing is allotted. */
  #waitMs(left: number, allotted: number | undefined): number {
    if (allotted === undefined) return 0
    const missing = 1 - left - ROUNDING
    return missing <= 0 ? 0 : Math.ceil((missing * this.#quota.intervalMs) / allotted)
  }

  #refill(nowMs: number): void {
    const { calls = 0, bytes = 0, intervalMs } = this.#quota
    const part = Math.max(0, nowMs - this.#atMs) / intervalMs
    this.#atMs = nowMs
    this.#calls = Math.min(calls, this.#calls + calls * part)
    this.#bytes = Math.min(bytes, this.#bytes + bytes * part)
  }
}
