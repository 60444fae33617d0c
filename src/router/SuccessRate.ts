/** After so long an answer, or a failure, weighs half. */
const HALF_LIFE_MS = 120_000

/** Calls that weigh at most: more of them than this push older ones out. */
const MOST = 64

/** The figures of a rate, as a memory keeps them. */
export interface SuccessFigures {
  readonly good: number
  readonly bad: number
  /** When they were worth that. */
  readonly atMs: number
}

/**
 * The share of calls that were answered. Both time and newer calls take weight from older ones; one answer more than there was is
 * always counted in, so that a miner that is new, or was not called for long, is taken for a good one.
 */
export class SuccessRate {
  #good: number
  #bad: number
  #atMs: number

  constructor(figures: SuccessFigures = { good: 0, bad: 0, atMs: 0 }) {
    this.#good = figures.good
    this.#bad = figures.bad
    this.#atMs = figures.atMs
  }

  get figures(): SuccessFigures {
    return { good: this.#good, bad: this.#bad, atMs: this.#atMs }
  }

  /** Above 0, at most 1. */
  at(nowMs: number): number {
    const left = this.#left(nowMs)
    return (this.#good * left + 1) / ((this.#good + this.#bad) * left + 1)
  }

  add(isGood: boolean, nowMs: number): void {
    const left = this.#left(nowMs)
    const full = (this.#good + this.#bad) * left + 1
    const kept = full > MOST ? left * (MOST / full) : left
    this.#good = this.#good * kept + (isGood ? 1 : 0)
    this.#bad = this.#bad * kept + (isGood ? 0 : 1)
    this.#atMs = Math.max(this.#atMs, nowMs)
  }

  #left(nowMs: number): number {
    return 2 ** (-Math.max(0, nowMs - this.#atMs) / HALF_LIFE_MS)
  }
}
