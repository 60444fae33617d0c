import { deserialize, serialize } from 'node:v8'
import { hexOf, sha256 } from '../../crypto/index.js'
import type { JsOutcome } from '../../sandbox/index.js'

/** What is kept, in all; an outcome that takes a larger part of it is not. */
const MOST_KEPT = { runs: 1_024, bytes: 4 * 2 ** 20, bytesOfOne: 2 ** 18 }

/**
 * Runs of programs that call nothing outside. What comes of one follows from what it is given, on any machine, so whoever asks again is told what came of it before, and
 * who asks meanwhile waits for it: validators of one process ask the same in each round.
 */
export class RunMemory {
  readonly #underWay = new Map<string, Promise<JsOutcome>>()
  /** What came of runs, in bytes; the one asked for last stands last. */
  readonly #kept = new Map<string, Uint8Array>()
  #keptBytes = 0

  /** @param given - all that the run is given: plain, and changed by nobody meanwhile. */
  async outcomeOf(given: readonly unknown[], run: () => Promise<JsOutcome>): Promise<JsOutcome> {
    const key = hexOf(sha256(serialize(given)))
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#keep(key, kept)
      return deserialize(kept) as JsOutcome
    }
    const underWay = this.#underWay.get(key)
    if (underWay === undefined) return await this.#begun(key, run)
    const outcome = await underWay.catch(() => undefined)
    // Where another could not run it, that says nothing of it. Who was told to end leaves it to the next one.
    if (outcome?.kind === 'notScored' && outcome.reason === 'crashed') return await this.outcomeOf(given, run)
    return outcome === undefined || outcome.kind === 'notScored' ? await run() : structuredClone(outcome)
  }

  async #begun(key: string, run: () => Promise<JsOutcome>): Promise<JsOutcome> {
    const underWay = run()
    this.#underWay.set(key, underWay)
    try {
      const outcome = await underWay
      if (outcome.kind !== 'notScored') this.#keep(key, new Uint8Array(serialize(outcome)))
      return outcome
    } finally {
      this.#underWay.delete(key)
    }
  }

  #keep(key: string, outcome: Uint8Array): void {
    if (outcome.length > MOST_KEPT.bytesOfOne) return
    this.#forget(key)
    this.#kept.set(key, outcome)
    this.#keptBytes += outcome.length
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT.runs && this.#keptBytes <= MOST_KEPT.bytes) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#keptBytes -= this.#kept.get(key)?.length ?? 0
    this.#kept.delete(key)
  }
}

/** That of this process. */
export const runMemory = new RunMemory()
