import type { Quota } from './quotas.js'
import { TokenBucket } from './TokenBucket.js'

/** The quota of all callers together, in two buckets: one for all, and one that only callers with standing use, once the other is empty. */
export class TotalQuota {
  readonly #open: TokenBucket
  /** Undefined where nothing can be kept of so little. */
  readonly #kept: TokenBucket | undefined

  /** @param keptShare - the part that is kept for callers with standing, from 0 to below 1. */
  constructor(quota: Quota, keptShare: number, nowMs: number) {
    const kept = scaled(quota, (amount) => Math.floor(amount * keptShare))
    const isKept = kept.calls !== 0 && kept.bytes !== 0
    this.#kept = isKept ? new TokenBucket(kept, nowMs) : undefined
    const open = scaled(quota, (amount) => amount - Math.floor(amount * keptShare))
    this.#open = new TokenBucket(isKept ? open : quota, nowMs)
  }

  /**
   * 0 when a call may go on, else the milliseconds after which it may.
   *
   * @param spent - bytes of its request, which were spent already; those of callers with standing perhaps of what is kept.
   */
  take(nowMs: number, hasStanding: boolean, spent = 0): number {
    if (!hasStanding || this.#kept === undefined) return this.#open.take(nowMs, spent)
    const waitMs = this.#open.take(nowMs)
    return waitMs === 0 ? 0 : Math.min(waitMs, this.#kept.take(nowMs, spent))
  }

  /** Strangers overdraw what is open to all, and never what is kept. */
  spend(nowMs: number, bytes: number, hasStanding: boolean): void {
    const isFromKept = hasStanding && this.#kept !== undefined && !this.#open.hasBytes(nowMs)
    const bucket = isFromKept ? this.#kept : this.#open
    bucket?.spend(nowMs, bytes)
  }
}

function scaled({ calls, bytes, intervalMs }: Quota, scale: (amount: number) => number): Quota {
  return {
    intervalMs,
    ...(calls === undefined ? {} : { calls: scale(calls) }),
    ...(bytes === undefined ? {} : { bytes: scale(bytes) }),
  }
}
