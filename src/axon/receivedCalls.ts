import type { Observation } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'

/** A call that came to an axon and that somebody answers by that name. */
export interface ReceivedCall {
  /** Name of the synapse. */
  readonly synapse: string
  readonly kind: 'unary' | 'stream'
  /** The hotkey that the caller proved. */
  readonly caller: Hotkey
  /** Address as the carrier knows it: for logs, never for trust. */
  readonly remote: string
  /** What its caller, or else the axon, named it. */
  readonly requestId: string
  /** The trace that it belongs to, as its caller says. */
  readonly traceparent: string | undefined
}

/** What an observer has to say of one call that came. */
export type ReceivedObservation = Observation

/** Hears of every call that an axon has a handler for, before its hooks, and of its last word. One that throws is dropped, which is a `fault`. */
export interface ReceivedObserver {
  /** A call begins. */
  begins(call: ReceivedCall): ReceivedObservation
}
