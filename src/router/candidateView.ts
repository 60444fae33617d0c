import type { BreakerState } from './Breaker.js'
import type { Candidate } from './Candidate.js'
import type { CandidateBook } from './CandidateBook.js'
import type { CandidateWorth } from './weigh.js'

/** A miner that may be asked, and what is known of it. */
export interface CandidateView extends CandidateWorth {
  readonly host: string
  readonly port: number
  /** Its chance to be chosen, in proportion to the others'; 0 while its breaker is open or it has no room. */
  readonly weight: number
  readonly breaker: BreakerState
  /** Calls that it gets at once at most. */
  readonly concurrency: number
  /** When it was last asked, in milliseconds of the clock; `null` for never. */
  readonly lastUsedMs: number | null
  /** How long its answers take, by the synapses it was called for last, 8 at most. */
  readonly latencyMs: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>
}

/**
 * What is known of a candidate, for reading.
 *
 * @param wallAheadMs - by how much the clock that others go by is ahead of that of `nowMs`.
 */
export function viewOf(
  book: CandidateBook,
  candidate: Candidate,
  nowMs: number,
  wallAheadMs: number,
): CandidateView {
  const { health, target } = candidate
  const latencies = health.figures.latencies.map(([synapse, sketch]) => {
    return [synapse, { p50: sketch.quantile(0.5) ?? 0, p95: sketch.quantile(0.95) ?? 0 }] as const
  })
  return {
    ...book.worthOf(candidate, nowMs),
    host: target.host,
    port: target.port,
    weight: book.weightOf(candidate),
    breaker: health.breaker.stateAt(nowMs),
    concurrency: health.concurrency.limit,
    lastUsedMs: health.lastUsedMs === 0 ? null : health.lastUsedMs + wallAheadMs,
    latencyMs: Object.fromEntries(latencies),
  }
}
