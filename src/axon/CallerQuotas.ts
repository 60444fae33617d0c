import { type Clock, elapsedOf } from '../clock/index.js'
import type { Hotkey } from '../units/index.js'
import { type AxonQuotas, DEFAULT_MAX_CALLERS } from './quotas.js'
import { TokenBucket } from './TokenBucket.js'
import { TotalQuota } from './TotalQuota.js'

/**
 * What callers have left of their quotas, each by itself and all together.
 * PERF: constant for each call; memory for at most `maxCallers` callers.
 */
export class CallerQuotas {
  readonly #quotas: AxonQuotas
  readonly #clock: Clock
  readonly #total: TotalQuota | undefined
  /** Whoever asked least lately comes first. */
  readonly #byCaller = new Map<Hotkey, TokenBucket>()

  /** @param keptShare - the part of `total` that is kept for callers with standing, from 0 to below 1. */
  constructor(quotas: AxonQuotas, clock: Clock, keptShare: number) {
    this.#quotas = quotas
    this.#clock = clock
    this.#total =
      quotas.total === undefined ? undefined : new TotalQuota(quotas.total, keptShare, elapsedOf(clock))
  }

  /** Callers whose use is remembered. */
  get size(): number {
    return this.#byCaller.size
  }

  /**
   * A call has come: 0 when its caller may have it, else the milliseconds after which it may.
   *
   * @param spent - bytes of its request, which were spent already.
   */
  arrive(caller: Hotkey, spent = 0): number {
    return this.#bucketOf(caller)?.take(elapsedOf(this.#clock), spent) ?? 0
  }

  /** A call was let in: 0 when there is room for it among all, else the milliseconds after which there is. */
  admit(hasStanding: boolean, spent = 0): number {
    return this.#total?.take(elapsedOf(this.#clock), hasStanding, spent) ?? 0
  }

  /** Bytes of a request or an answer of the caller's. `hasStanding` is asked only where bytes are counted. */
  spend(caller: Hotkey, bytes: number, hasStanding: () => boolean): void {
    const { perCaller, total } = this.#quotas
    const nowMs = elapsedOf(this.#clock)
    if (perCaller?.bytes !== undefined) this.#bucketOf(caller)?.spend(nowMs, bytes)
    if (total?.bytes !== undefined) this.#total?.spend(nowMs, bytes, hasStanding())
  }

  #bucketOf(caller: Hotkey): TokenBucket | undefined {
    const { perCaller, maxCallers = DEFAULT_MAX_CALLERS } = this.#quotas
    if (perCaller === undefined) return undefined
    const known = this.#byCaller.get(caller)
    const bucket = known ?? new TokenBucket(perCaller, elapsedOf(this.#clock))
    // Set anew, so that it comes last.
    this.#byCaller.delete(caller)
    this.#byCaller.set(caller, bucket)
    if (this.#byCaller.size > maxCallers) this.#byCaller.delete(this.#byCaller.keys().next().value as Hotkey)
    return bucket
  }
}
