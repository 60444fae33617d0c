import type { Coldkey } from '../../units/index.js'

/** So long a round waits for bytes in all, and for those of one owner. */
export const WAIT_MS = 10_000

/** What is given back of it as time goes by: an owner that is always late holds up rounds for a hundredth of the time. */
const GIVEN_BACK = 1 / 100

/** Owners of whom it is known how long they were waited for. */
const MOST_OWNERS = 4_096

interface Used {
  readonly usedMs: number
  /** Until when, on the validator's clock. */
  readonly untilMs: number
}

/** How long rounds still wait for the bytes of each owner. Whoever was waited for is waited for less, also where its bytes came in the end. */
export class Patience {
  readonly #used = new Map<Coldkey, Used>()

  leftMs(owner: Coldkey, nowMs: number): number {
    return Math.max(0, Math.floor(WAIT_MS - this.#usedMs(owner, nowMs)))
  }

  /** An owner was waited for. Two waits at once count once. */
  use(owner: Coldkey, fromMs: number, untilMs: number): void {
    const before = this.#used.get(owner)
    const waitedMs = untilMs - Math.max(fromMs, before?.untilMs ?? fromMs)
    if (waitedMs <= 0) return
    const usedMs = this.#usedMs(owner, untilMs) + waitedMs
    this.#used.delete(owner)
    this.#used.set(owner, { usedMs, untilMs })
    for (const [oldest] of this.#used) {
      if (this.#used.size <= MOST_OWNERS) break
      this.#used.delete(oldest)
    }
  }

  #usedMs(owner: Coldkey, nowMs: number): number {
    const used = this.#used.get(owner)
    return used === undefined ? 0 : Math.max(0, used.usedMs - (nowMs - used.untilMs) * GIVEN_BACK)
  }
}
