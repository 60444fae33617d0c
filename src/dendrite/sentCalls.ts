import { portableError } from '../errors/index.js'
import { type Logger, stderrLogger } from '../log/index.js'
import { CallObservers, type Observation } from '../synapse/index.js'
import type { Target } from './target.js'

/** A call that a dendrite is about to make. */
export interface ObservedCall {
  /** Name of the synapse. */
  readonly synapse: string
  readonly kind: 'unary' | 'stream'
  readonly target: Target
  /** The name that travels with the request. */
  readonly requestId: string
  /** The trace that the call belongs to, of its options or of the call that it is made within. */
  readonly traceparent: string | undefined
}

/** What an observer has to say of one call that is sent. */
export type CallObservation = Omit<Observation, 'run'>

/** Hears of every call of a dendrite that is sent, and of its end. One that throws is dropped, which is said once to standard error. */
export interface CallObserver {
  /** A call begins. */
  begins(call: ObservedCall): CallObservation
}

/** Who watches the calls of a dendrite. */
export function sentCallObservers(logger: Logger = stderrLogger()): CallObservers<ObservedCall> {
  return new CallObservers((thrown) => {
    const err = portableError(thrown)
    logger.error({ err }, 'An observer of a dendrite threw and was dropped: mend it and observe again.')
  })
}
