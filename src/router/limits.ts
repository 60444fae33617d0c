import { type Check, durationMs, optional, shape, wholeNumber } from '../checks/index.js'

/** Every bound of a router. */
export interface RouterLimits {
  /** Calls and streams in flight. */
  readonly maxInFlight: number
  /** Calls and streams that may wait for one of those to end; more end as `overloaded`. */
  readonly maxWaiting: number
  /** Miners that are asked for one call, one after the other or two at once. */
  readonly maxAttempts: number
  /** Handlers that may fail one idempotent call, or a stream that can go on without a chunk in between, before their answer is taken for the answer. */
  readonly maxFailures: number
  /** Candidates; of more, those with the most incentive are taken. */
  readonly maxCandidates: number
  /** Miners of which anything is remembered, those that are no candidates any more included. */
  readonly maxRemembered: number
  /** Bytes of the memory in a store. */
  readonly maxMemoryBytes: number
  /** How often the memory is saved at most. */
  readonly saveMs: number
  /** How often the metagraph is asked for at most. */
  readonly refreshMs: number
  /** How long a call may take when the caller does not say. */
  readonly callMs: number
  /** How long a stream may take when the caller does not say. */
  readonly streamMs: number
  /** A stream whose miner is silent for so long goes on with another, where it can. */
  readonly stallMs: number
}

/** What a router allows unless told otherwise. */
export const defaultRouterLimits: RouterLimits = {
  maxInFlight: 1_024,
  maxWaiting: 1_024,
  maxAttempts: 64,
  maxFailures: 4,
  maxCandidates: 4_096,
  maxRemembered: 8_192,
  maxMemoryBytes: 4_194_304,
  saveMs: 30_000,
  refreshMs: 12_000,
  callMs: 10_000,
  streamMs: 300_000,
  stallMs: 5_000,
}

const count = optional(wholeNumber({ min: 1 }))
const ms = optional(durationMs({ min: 1 }))

/** Some of the limits, each what it must be. */
export const routerLimitsShape: Check = shape<Partial<RouterLimits>>({
  maxInFlight: count,
  maxWaiting: optional(wholeNumber()),
  maxAttempts: count,
  maxFailures: count,
  maxCandidates: count,
  maxRemembered: count,
  maxMemoryBytes: optional(wholeNumber({ min: 1_024 })),
  saveMs: ms,
  refreshMs: ms,
  callMs: ms,
  streamMs: ms,
  stallMs: ms,
})
