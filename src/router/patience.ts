import type { Candidate } from './Candidate.js'
import type { RouteServices } from './RouteServices.js'

/** Answers that must be known before a percentile of them is acted on. */
const LEAST_KNOWN = 20

/** How long one attempt of a call that may be asked twice is waited for; each `undefined` where another one would not pay. */
export interface Patience {
  /** From then on it is slower than nearly all its answers: a second miner is asked, if the budget allows it. */
  readonly hedgeMs: number | undefined
  /** From then on it is taken for stalled: a second miner is asked in any case. */
  readonly stallMs: number | undefined
}

/**
 * How long to wait before another miner is asked.
 *
 * The hedge comes after the miner's own 95th percentile, or that of all miners while too few of its answers are known, and never
 * later than twice that of all. It is taken for stalled after twice that percentile, but not before a quarter of what is left nor after a half,
 * unless what would be left then is less than an answer usually takes.
 */
export function patienceWith(
  services: Pick<RouteServices, 'usual'>,
  candidate: Candidate,
  synapse: string,
  leftMs: number,
): Patience {
  const own = candidate.health.latency(synapse)
  const all = services.usual.of(synapse)
  const usualP95 = all !== undefined && all.total >= LEAST_KNOWN ? all.quantile(0.95) : undefined
  const ownP95 = own !== undefined && own.total >= LEAST_KNOWN ? own.quantile(0.95) : undefined
  const slowMs = usualP95 === undefined ? ownP95 : Math.min(ownP95 ?? usualP95, 2 * usualP95)
  const stallMs = Math.max(leftMs / 4, Math.min(2 * (slowMs ?? 0), leftMs / 2))
  const pays = (afterMs: number): boolean => leftMs - afterMs > (all?.quantile(0.5) ?? 0)
  return {
    hedgeMs: slowMs !== undefined && pays(slowMs) ? slowMs : undefined,
    stallMs: pays(stallMs) ? stallMs : undefined,
  }
}
