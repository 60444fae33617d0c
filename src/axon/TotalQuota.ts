import type { Quota } from './quotas.js'
import { SharedAllowance } from './SharedAllowance.js'
import { REFUSAL_BYTES } from './TokenBucket.js'

/** The quota of all callers together; where it is short, callers with standing come before strangers. */
export class TotalQuota {
  readonly #calls: SharedAllowance | undefined
  readonly #bytes: SharedAllowance | undefined
  #atMs: number

  /** @param keptShare - the part that is kept for callers with standing, from 0 to below 1. */
  constructor({ calls, bytes, intervalMs }: Quota, keptShare: number, nowMs: number) {
    this.#calls = calls === undefined ? undefined : new SharedAllowance(calls, keptShare, intervalMs)
    this.#bytes = bytes === undefined ? undefined : new SharedAllowance(bytes, keptShare, intervalMs)
    this.#atMs = nowMs
  }

  /**
   * 0 when a call may go on, else the milliseconds after which it may.
   *
   * @param spent - bytes of its request, which were spent already: whether there were any is asked as of before.
   */
  take(nowMs: number, hasStanding: boolean, spent = 0): number {
    this.#refill(nowMs)
    const callMs = this.#calls?.waitMs(hasStanding) ?? 0
    if (callMs > 0 || (this.#bytes?.waitMs(hasStanding, { spent }) ?? 0) > 0)
      return Math.max(callMs, this.#bytes?.waitMs(hasStanding, { besides: REFUSAL_BYTES }) ?? 0)
    this.#calls?.take(1, hasStanding)
    return 0
  }

  /** Strangers overdraw what is open to all, and never what is kept. */
  spend(nowMs: number, bytes: number, hasStanding: boolean): void {
    this.#refill(nowMs)
    this.#bytes?.take(bytes, hasStanding)
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#calls?.refill(elapsedMs)
    this.#bytes?.refill(elapsedMs)
  }
}
