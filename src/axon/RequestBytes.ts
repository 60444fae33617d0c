import type { Hotkey } from '../units/index.js'
import type { StandingOf } from './standing.js'
import { Tally } from './Tally.js'

/** How many bytes of requests may be held at once. */
export interface RequestByteLimits {
  readonly maxRequestBytes: number
  readonly maxRequestBytesPerCaller: number
  /** Of all, how many are for callers with standing only. */
  readonly keptRequestBytes: number
}

/**
 * Bytes of requests, as they came, that have had no last word yet: bounded in total and per caller. One request is always let in, so that
 * none is refused for ever, however large a frame may be.
 */
export class RequestBytes {
  readonly #limits: RequestByteLimits
  readonly #standingOf: StandingOf
  readonly #held = new Tally()

  constructor(limits: RequestByteLimits, standingOf: StandingOf) {
    this.#limits = limits
    this.#standingOf = standingOf
  }

  get total(): number {
    return this.#held.total
  }

  /** False when there is no room. */
  enter(caller: Hotkey, bytes: number): boolean {
    const { maxRequestBytes, maxRequestBytesPerCaller, keptRequestBytes } = this.#limits
    const [all, own] = [this.#held.total, this.#held.of(caller)]
    const most = this.#standingOf(caller) > 0 ? maxRequestBytes : maxRequestBytes - keptRequestBytes
    if (all > 0 && all + bytes > most) return false
    if (own > 0 && own + bytes > maxRequestBytesPerCaller) return false
    this.#held.add(caller, bytes)
    return true
  }

  leave(caller: Hotkey, bytes: number): void {
    this.#held.remove(caller, bytes)
  }
}
