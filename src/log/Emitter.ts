import { check, func, listOf, oneOf, text } from '../checks/index.js'
import { callListener } from './callListener.js'

type Listeners<Events> = Map<keyof Events, Set<(event: never) => void>>

const namesShape = listOf(text({ min: 1 }), { min: 1 })

/**
 * Hands events to those who listen, by name of the event. A listener that throws, or whose promise rejects, is dropped and counted;
 * whoever emits never hears of it.
 *
 * @example
 * ```ts
 * import { Emitter } from 'subnetkit/log'
 *
 * const events = new Emitter<{ served: { count: number } }>(['served'], (thrown) => console.error(thrown))
 * const forget = events.on('served', ({ count }) => { count satisfies number })
 * events.emit('served', { count: 1 })
 * forget()
 * ```
 */
export class Emitter<Events extends object> {
  readonly #listeners: Listeners<Events> = new Map()
  readonly #onDropped: (thrown: unknown) => void
  readonly #name: ReturnType<typeof oneOf>
  #dropped = 0

  /**
   * @param names - of all events.
   * @param onDropped - hears what a listener threw, which is no longer there by then; must not throw.
   * @throws InvalidArgumentError for an empty list of names, or what is no function.
   */
  constructor(names: readonly (keyof Events & string)[], onDropped: (thrown: unknown) => void) {
    check('names', namesShape, names)
    check('onDropped', func, onDropped)
    for (const name of names) this.#listeners.set(name, new Set())
    this.#name = oneOf(names)
    this.#onDropped = onDropped
  }

  /** Listeners that were dropped because they threw. */
  get listenersDropped(): number {
    return this.#dropped
  }

  /**
   * Listens to events of one name until the returned function is called.
   *
   * @throws InvalidArgumentError for an event that does not exist, or what is no function.
   */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    check('name', this.#name, name)
    check('listener', func, listener)
    const listeners = this.#listeners.get(name)
    listeners?.add(listener)
    return () => {
      listeners?.delete(listener)
    }
  }

  /** @throws InvalidArgumentError for an event that does not exist. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const listeners = this.#listeners.get(name)
    if (listeners === undefined) check('name', this.#name, name)
    for (const listener of listeners ?? []) {
      const drop = (thrown: unknown): void => {
        // It may have failed at several events before the first was heard of.
        if (listeners?.delete(listener) !== true) return
        this.#dropped++
        this.#onDropped(thrown)
      }
      callListener(() => (listener as (event: Events[Name]) => void)(event), drop)
    }
  }
}
