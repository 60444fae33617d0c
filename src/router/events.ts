import type { Status } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'
import type { Attempt } from './routedResult.js'

/** A call or a stream is over. */
export interface CalledEvent {
  readonly synapse: string
  readonly status: Status
  readonly attempts: number
  readonly elapsedMs: number
}

/** A miner was asked, and that is over. */
export interface AttemptEvent extends Attempt {
  readonly synapse: string
}

/** The breaker of a miner opened after failures in a row, or closed with an answer. */
export interface BreakerEvent {
  readonly hotkey: Hotkey
  readonly isOpen: boolean
}

/** A stream goes on with another miner. */
export interface FailedOverEvent {
  readonly synapse: string
  readonly from: Hotkey
  readonly to: Hotkey
  /** Chunks that were delivered before. */
  readonly delivered: number
}

/** What a router was given does not do as it should; said to the logger as well. */
export interface RouterFaultEvent {
  readonly part: 'candidates' | 'filter' | 'price' | 'weigh' | 'resume' | 'store' | 'listener'
  readonly cause: unknown
}

/** What a router tells, by name of event. */
export interface RouterEvents {
  readonly called: CalledEvent
  readonly attempt: AttemptEvent
  readonly breaker: BreakerEvent
  readonly failedOver: FailedOverEvent
  readonly fault: RouterFaultEvent
}

/** Names of all events. */
export const ROUTER_EVENTS = [
  'called',
  'attempt',
  'breaker',
  'failedOver',
  'fault',
] as const satisfies readonly (keyof RouterEvents)[]
