import { check, custom, having } from '../checks/index.js'
import { isTraceparent, type Status } from '../synapse/index.js'
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

/** What an observer has to say of one call. */
export interface ReceivedObservation {
  /** What the handler sees as the call's trace, and hands on with `within`, in place of what the caller said. */
  readonly traceparent?: string
  /** Calls the handler, and every step of a stream, so that it runs in a context of the observer's; it must return what `step` does. */
  run?<T>(step: () => T): T
  /** Hears of the last word; once. A refused call ends with what its caller was told. */
  ended(end: { readonly status: Status; readonly elapsedMs: number }): void
}

/** What all observers of one call have to say. */
export type WatchedCall = ReceivedObservation & Required<Pick<ReceivedObservation, 'run'>>

/** Hears of every call that an axon has a handler for, before its hooks, and of its last word. One that throws is dropped, which is a `fault`. */
export interface ReceivedObserver {
  /** A call begins. */
  begins(call: ReceivedCall): ReceivedObservation
}

const anyObserver = having('an observer of calls', ['begins'])
const anyTrace = custom('Pass a traceparent of W3C Trace Context, or none.', isTraceparent)

/** Who watches the calls of an axon. */
export class CallObservers {
  /** Undefined while there is none. */
  #observers: ReadonlySet<ReceivedObserver> | undefined
  readonly #onDropped: (cause: unknown) => void

  /** `onDropped` hears what an observer threw; it is no longer there by then. */
  constructor(onDropped: (cause: unknown) => void) {
    this.#onDropped = onDropped
  }

  /** A call that nobody watches costs this one look. */
  get isEmpty(): boolean {
    return this.#observers === undefined
  }

  /** @throws InvalidArgumentError for what is no observer. */
  add(observer: ReceivedObserver): () => void {
    check('observer', anyObserver, observer)
    const own: ReceivedObserver = { begins: (call) => observer.begins(call) }
    this.#observers = new Set([...(this.#observers ?? []), own])
    return () => this.#drop(own)
  }

  /** Tells of a call; undefined when nobody watches. */
  begin(call: ReceivedCall): WatchedCall | undefined {
    if (this.#observers === undefined) return undefined
    let { traceparent } = call
    const observations: (readonly [ReceivedObserver, ReceivedObservation])[] = []
    for (const observer of this.#observers) {
      this.#guard(observer, () => {
        const observation = observer.begins({ ...call, traceparent })
        observations.push([observer, observation])
        // What is none would break the message, and with it every call of the connection.
        if (observation.traceparent !== undefined) check('traceparent', anyTrace, observation.traceparent)
        traceparent = observation.traceparent ?? traceparent
      })
    }
    return {
      ...(traceparent === undefined ? {} : { traceparent }),
      run: (step) => {
        let wrapped = step
        for (const [, observation] of observations) {
          const inner = wrapped
          if (observation.run !== undefined)
            wrapped = () => observation.run?.(inner) as ReturnType<typeof step>
        }
        return wrapped()
      },
      ended: (end) => {
        for (const [observer, one] of observations) this.#guard(observer, () => one.ended(end))
      },
    }
  }

  #guard(observer: ReceivedObserver, tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      this.#drop(observer)
      this.#onDropped(thrown)
    }
  }

  #drop(observer: ReceivedObserver): void {
    const left = new Set(this.#observers)
    left.delete(observer)
    this.#observers = left.size === 0 ? undefined : left
  }
}
