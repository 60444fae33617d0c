import { check, custom, having } from '../checks/index.js'
import { isTraceparent } from './requestId.js'
import type { Status } from './types.js'

/** How a call ended; a stream that its reader left before its end is `cancelled`. */
export interface ObservedEnd {
  readonly status: Status
  readonly elapsedMs: number
}

/** What an observer has to say of one call. */
export interface Observation {
  /** Takes the place of the call's own: it travels with a request that is sent, and is what a handler sees and hands on with `within`. */
  readonly traceparent?: string
  /** Calls the handler, and every step of a stream, so that it runs in a context of the observer's; it must return what `step` does, which it does once. */
  run?<T>(step: () => T): T
  /** Hears of the end; once. A refused call ends with what its caller was told. */
  ended(end: ObservedEnd): void
}

/** What all observers of one call have to say. */
export type WatchedCall = Observation & Required<Pick<Observation, 'run'>>

/** Hears of every call as it begins. */
interface Observer<Call> {
  begins(call: Call): Observation
}

const anyObserver = /* @__PURE__ */ having('an observer of calls', ['begins'])
const anyTrace = /* @__PURE__ */ custom('Pass a traceparent of W3C Trace Context, or none.', isTraceparent)

/**
 * Who watches the calls of one end. An observer that throws is dropped.
 *
 * PERF: a call that nobody watches costs one look at `isEmpty`.
 *
 * @example
 * ```ts
 * import { CallObservers } from 'subnetkit/synapse'
 *
 * const observers = new CallObservers<{ synapse: string; traceparent: undefined }>(() => {})
 * observers.add({ begins: ({ synapse }) => ({ ended: ({ status }) => console.log(synapse, status) }) })
 * observers.begin({ synapse: 'double', traceparent: undefined })?.ended({ status: 'ok', elapsedMs: 3 })
 * ```
 */
export class CallObservers<Call extends { readonly traceparent: string | undefined }> {
  /** Undefined while there is none. */
  #observers: ReadonlySet<Observer<Call>> | undefined
  readonly #onDropped: (cause: unknown) => void

  /** `onDropped` hears what an observer threw; it is no longer there by then. */
  constructor(onDropped: (cause: unknown) => void) {
    this.#onDropped = onDropped
  }

  get isEmpty(): boolean {
    return this.#observers === undefined
  }

  /** @throws InvalidArgumentError for what is no observer. */
  add(observer: Observer<Call>): () => void {
    check('observer', anyObserver, observer)
    // One entry each, also for an observer that is added twice.
    const own: Observer<Call> = { begins: (call) => observer.begins(call) }
    this.#observers = new Set([...(this.#observers ?? []), own])
    return () => this.#drop(own)
  }

  /** Tells of a call; undefined when nobody watches. */
  begin(call: Call): WatchedCall | undefined {
    if (this.#observers === undefined) return undefined
    let { traceparent } = call
    const observations: (readonly [Observer<Call>, Observation])[] = []
    for (const observer of this.#observers) {
      this.#guard(observer, () => {
        const observation = observer.begins({ ...call, traceparent })
        // What is none would break the message, and with it every call of the connection.
        if (observation.traceparent !== undefined) check('traceparent', anyTrace, observation.traceparent)
        traceparent = observation.traceparent ?? traceparent
        // It is dropped where it gave none: nothing more is asked of it.
        observations.push([observer, observation])
      })
    }
    return {
      ...(traceparent === undefined ? {} : { traceparent }),
      run: (step) => {
        let wrapped = step
        for (const [observer, observation] of observations) {
          const inner = wrapped
          if (observation.run !== undefined) wrapped = () => this.#within(observer, observation, inner)
        }
        return wrapped()
      },
      ended: (end) => {
        for (const [observer, one] of observations) this.#guard(observer, () => one.ended(end))
      },
    }
  }

  /** Runs a step within what an observer has around it: once, also where that throws by itself, or asks for it again. */
  #within<T>(observer: Observer<Call>, observation: Observation, step: () => T): T {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined
    const once = (): T => {
      outcome ??= outcomeOf(step)
      if ('error' in outcome) throw outcome.error
      return outcome.value
    }
    try {
      return observation.run?.(once) as T
    } catch (thrown) {
      if (outcome !== undefined && 'error' in outcome) throw thrown
      this.#drop(observer)
      this.#onDropped(thrown)
      return once()
    }
  }

  #guard(observer: Observer<Call>, tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      this.#drop(observer)
      this.#onDropped(thrown)
    }
  }

  #drop(observer: Observer<Call>): void {
    const left = new Set(this.#observers)
    left.delete(observer)
    this.#observers = left.size === 0 ? undefined : left
  }
}

function outcomeOf<T>(step: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: step() }
  } catch (error) {
    return { error }
  }
}
