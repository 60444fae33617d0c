import { check, custom, having } from '../checks/index.js'
import { portableError } from '../errors/index.js'
import { type Logger, stderrLogger } from '../log/index.js'
import { isTraceparent, type Status } from '../synapse/index.js'
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

/** How a call ended; a stream that its reader left before its end is `cancelled`. */
export interface ObservedEnd {
  readonly status: Status
  readonly elapsedMs: number
}

/** What an observer has to say of one call. */
export interface CallObservation {
  /** Travels with the request in place of the call's own. */
  readonly traceparent?: string
  /** Hears of the end; once. */
  ended(end: ObservedEnd): void
}

/** Hears of every call of a dendrite that is sent, and of its end. One that throws is dropped, which is said once to standard error. */
export interface CallObserver {
  /** A call begins. */
  begins(call: ObservedCall): CallObservation
}

const anyObserver = having('an observer of calls', ['begins'])
const anyTrace = custom('Pass a traceparent of W3C Trace Context, or none.', isTraceparent)

/** Who watches the calls of a dendrite. */
export class CallObservers {
  /** Undefined while there is none. */
  #observers: ReadonlySet<CallObserver> | undefined
  readonly #logger: Logger

  constructor(logger: Logger = stderrLogger()) {
    this.#logger = logger
  }

  /** A call that nobody watches costs this one look. */
  get isEmpty(): boolean {
    return this.#observers === undefined
  }

  /** @throws InvalidArgumentError for what is no observer. */
  add(observer: CallObserver): () => void {
    check('observer', anyObserver, observer)
    // One entry each, also for an observer that is added twice.
    const own: CallObserver = { begins: (call) => observer.begins(call) }
    this.#observers = new Set([...(this.#observers ?? []), own])
    return () => this.#drop(own)
  }

  /** Tells of a call; undefined when nobody watches. */
  begin(call: ObservedCall): CallObservation | undefined {
    if (this.#observers === undefined) return undefined
    let { traceparent } = call
    const observations: (readonly [CallObserver, CallObservation])[] = []
    for (const observer of this.#observers) {
      this.#guard(observer, () => {
        const observation = observer.begins({ ...call, traceparent })
        observations.push([observer, observation])
        // What is none would break the message, and with it every call of the connection.
        if (observation.traceparent !== undefined) check('traceparent', anyTrace, observation.traceparent)
        traceparent = observation.traceparent ?? traceparent
      })
    }
    const ended = (end: ObservedEnd): void => {
      for (const [observer, observation] of observations) this.#guard(observer, () => observation.ended(end))
    }
    return { ...(traceparent === undefined ? {} : { traceparent }), ended }
  }

  #guard(observer: CallObserver, tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      this.#drop(observer)
      const err = portableError(thrown)
      this.#logger.error(
        { err },
        'An observer of a dendrite threw and was dropped: mend it and observe again.',
      )
    }
  }

  #drop(observer: CallObserver): void {
    const left = new Set(this.#observers)
    left.delete(observer)
    this.#observers = left.size === 0 ? undefined : left
  }
}
