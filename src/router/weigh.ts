import type { Hotkey } from '../units/index.js'

/** What a candidate's chance to be chosen is made of. */
export interface CandidateWorth {
  readonly hotkey: Hotkey
  /** In multiples of the mean of all candidates: 1 is average. */
  readonly incentive: number
  /** As the caller's `price` said; 1 without one. */
  readonly price: number
  /** Share of its calls that were answered, above 0, at most 1; the last two minutes weigh most. */
  readonly successRate: number
  /** Time that its answers take, in multiples of what is usual for the synapse: 1 is usual. */
  readonly pace: number
  /** Calls that it is at now. */
  readonly inFlight: number
}

/** Counted in for every candidate, so that one without any incentive is called now and then. */
const LEAST_INCENTIVE = 0.05

/**
 * The chance of a candidate to be chosen, in proportion to that of the others:
 *
 * (incentive + 0.05) × successRate³ ÷ (price × pace × (1 + inFlight))
 *
 * So twice the incentive, half the price or half the time doubles it; a miner that fails every second call has an eighth, and each call
 * that a miner is at makes the next one go elsewhere.
 */
export function defaultWeight(worth: CandidateWorth): number {
  const { incentive, price, successRate, pace, inFlight } = worth
  return ((incentive + LEAST_INCENTIVE) * successRate ** 3) / (price * pace * (1 + inFlight))
}
