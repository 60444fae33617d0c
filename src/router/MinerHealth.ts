import { Breaker } from './Breaker.js'
import { ConcurrencyLimit } from './ConcurrencyLimit.js'
import { Latencies } from './Latencies.js'
import type { LatencySketch } from './LatencySketch.js'
import { type SuccessFigures, SuccessRate } from './SuccessRate.js'
import type { Verdict } from './verdict.js'

/** Synapses of which a miner's latencies are kept, and those that it does not answer. */
const MOST_SYNAPSES = 8

/** A miner that does not answer a synapse is asked for it again after this. */
const UNSERVED_MS = 60_000

/** Weight of a new answer in how slow a miner is. */
const NEW_SHARE = 0.1

/** Slower than this many times the usual is not told apart. */
const SLOWEST = 30

/** After so long without a call a miner is half as far from the usual pace. */
const PACE_HALF_LIFE_MS = 600_000

/** What a memory keeps of a miner. */
export interface HealthFigures {
  readonly success: SuccessFigures
  readonly pace: number
  readonly concurrency: number
  /** When it was last asked; 0 for never. */
  readonly lastUsedMs: number
  readonly latencies: readonly (readonly [synapse: string, sketch: LatencySketch])[]
}

/** One call to a miner, as its health sees it. */
export interface Experience {
  readonly verdict: Verdict
  readonly synapse: string
  readonly elapsedMs: number
  /** What a call of this synapse usually takes, with any miner; `undefined` while that is not known. */
  readonly usualMs: number | undefined
  /** How long it asked to be left alone; 0 where it did not. */
  readonly restMs: number
  readonly nowMs: number
  readonly isProbe: boolean
  /** From 0 to 1, drawn. */
  readonly spread: number
}

/** What is known of one miner by calling it; of a bounded size, whatever the miner does. */
export class MinerHealth {
  readonly breaker = new Breaker()
  readonly concurrency: ConcurrencyLimit
  readonly #success: SuccessRate
  readonly #latencies: Latencies
  readonly #unservedUntilMs = new Map<string, number>()
  /** Time that it takes, in multiples of the usual; as of the last call. */
  #pace: number
  #lastUsedMs: number

  constructor(figures?: HealthFigures) {
    this.concurrency = new ConcurrencyLimit(figures?.concurrency)
    this.#success = new SuccessRate(figures?.success)
    this.#latencies = new Latencies(MOST_SYNAPSES, figures?.latencies)
    this.#pace = figures?.pace ?? 1
    this.#lastUsedMs = figures?.lastUsedMs ?? 0
  }

  get figures(): HealthFigures {
    return {
      success: this.#success.figures,
      pace: this.#pace,
      concurrency: this.concurrency.limit,
      lastUsedMs: this.#lastUsedMs,
      latencies: [...this.#latencies.entries],
    }
  }

  /** When it was last asked; 0 for never. */
  get lastUsedMs(): number {
    return this.#lastUsedMs
  }

  latency(synapse: string): LatencySketch | undefined {
    return this.#latencies.of(synapse)
  }

  successRateAt(nowMs: number): number {
    return this.#success.at(nowMs)
  }

  /** Time that it takes in multiples of what is usual; what was long ago counts for less. */
  paceAt(nowMs: number): number {
    const left = 2 ** (-Math.max(0, nowMs - this.#lastUsedMs) / PACE_HALF_LIFE_MS)
    return this.#pace ** left
  }

  isUnserved(synapse: string, nowMs: number): boolean {
    const untilMs = this.#unservedUntilMs.get(synapse)
    return untilMs !== undefined && nowMs < untilMs
  }

  /** A call to it begins. @returns whether it is a probe of its breaker. */
  begin(nowMs: number): boolean {
    this.#lastUsedMs = nowMs
    this.concurrency.begin(nowMs)
    return this.breaker.begin(nowMs)
  }

  /** A call to it ended. @returns whether that opened its breaker. */
  end(experience: Experience): boolean {
    const { verdict, nowMs, restMs, isProbe, spread } = experience
    this.#measure(experience)
    if (verdict === 'good') this.concurrency.raise()
    if (verdict === 'busy') this.concurrency.refused(nowMs, restMs)
    if (verdict === 'silent') this.concurrency.lower(nowMs)
    this.concurrency.end(nowMs)
    if (verdict === 'unserved') this.#refuse(experience.synapse, nowMs)
    if (verdict === 'bad' || verdict === 'silent') {
      this.#success.add(false, nowMs)
      return this.breaker.failed(nowMs, spread, isProbe)
    }
    if (verdict === 'busy') this.#success.add(false, nowMs)
    if (verdict === 'good') {
      this.#success.add(true, nowMs)
      this.#unservedUntilMs.delete(experience.synapse)
      this.breaker.close()
    } else {
      this.breaker.ended(isProbe)
    }
    return false
  }

  /** Answers, and waits that were given up: those took at least so long. */
  #measure({ verdict, synapse, elapsedMs, usualMs, nowMs }: Experience): void {
    if (verdict !== 'good' && verdict !== 'silent' && verdict !== 'neutral') return
    // A wait that was given up before an answer was due says nothing.
    if (verdict === 'neutral' && elapsedMs < (this.latency(synapse)?.quantile(0.5) ?? usualMs ?? 0)) return
    this.#latencies.add(synapse, elapsedMs)
    if (usualMs === undefined) return
    const times = Math.min(SLOWEST, Math.max(1 / SLOWEST, elapsedMs / Math.max(1, usualMs)))
    const before = this.paceAt(nowMs)
    // In the mean of logarithms one answer in ten that is ten times as slow does not drown the others.
    this.#pace = before ** (1 - NEW_SHARE) * times ** NEW_SHARE
  }

  #refuse(synapse: string, nowMs: number): void {
    this.#unservedUntilMs.delete(synapse)
    this.#unservedUntilMs.set(synapse, nowMs + UNSERVED_MS)
    if (this.#unservedUntilMs.size <= MOST_SYNAPSES) return
    for (const oldest of this.#unservedUntilMs.keys()) {
      this.#unservedUntilMs.delete(oldest)
      return
    }
  }
}
