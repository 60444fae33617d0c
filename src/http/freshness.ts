import type { Clock } from '../clock/index.js'
import { RequestRefusedError } from './httpErrors.js'

const NS_PER_MS = 1_000_000n

/** Milliseconds, whole or not, as nanoseconds. */
export function nsOfMs(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n
}

/** A clock's time in nanoseconds since its epoch. */
export function nowNsOf(clock: Clock): bigint {
  return nsOfMs(clock.now())
}

/** When a request was signed, and between which times it is taken; exactly the bounds are. */
export interface Freshness {
  /** Nanoseconds since 1970. */
  readonly nonce: bigint
  readonly nowNs: bigint
  readonly maxAgeMs: number
  readonly maxSkewMs: number
  readonly notBeforeMs?: number | undefined
}

/** @throws RequestRefusedError `stale` outside of the window. */
export function checkFreshness({ nonce, nowNs, maxAgeMs, maxSkewMs, notBeforeMs }: Freshness): void {
  const stale = (why: string): RequestRefusedError => new RequestRefusedError({ refusal: 'stale', why })
  if (nowNs - nonce > nsOfMs(maxAgeMs)) throw stale('The request is too old.')
  if (nonce - nowNs > nsOfMs(maxSkewMs)) throw stale('The request is from the future.')
  if (notBeforeMs !== undefined && nonce < nsOfMs(notBeforeMs))
    throw stale('The request was signed before this server started.')
}

/**
 * Nonces that rise and never come twice: the time to the millisecond, and below that by chance, so that another process with the same key
 * does not find the same ones.
 */
export class Nonces {
  readonly #clock: Clock
  #lastNs = 0n

  constructor(clock: Clock) {
    this.#clock = clock
  }

  next(): bigint {
    const chance = BigInt(Math.floor(Math.random() * 1_000_000))
    const nowNs = BigInt(Math.floor(this.#clock.now())) * NS_PER_MS + chance
    this.#lastNs = nowNs > this.#lastNs ? nowNs : this.#lastNs + 1n
    return this.#lastNs
  }
}
