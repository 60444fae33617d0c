import type { Hotkey } from '../units/index.js'
import type { QueuedCall } from './QueuedCall.js'

/** A call that waits, and as which it came. */
export interface Waiting {
  readonly call: QueuedCall
  readonly arrival: number
}

/** Negative for the one that goes first: that of higher priority, else the earlier one. */
export function compareWaiting(a: Waiting, b: Waiting): number {
  if (a.call.priority !== b.call.priority) return a.call.priority > b.call.priority ? -1 : 1
  return a.arrival - b.arrival
}

/** The calls of one caller that wait, in the order in which they go; never without any while somebody looks at it. */
export class CallerLine {
  readonly caller: Hotkey
  readonly #waiting: [Waiting, ...Waiting[]]

  constructor(first: Waiting) {
    this.caller = first.call.caller
    this.#waiting = [first]
  }

  get size(): number {
    return this.#waiting.length
  }

  get first(): Waiting {
    return this.#waiting[0]
  }

  get last(): Waiting {
    return this.#waiting.at(-1) ?? this.first
  }

  add(waiting: Waiting): void {
    let at = this.#waiting.length
    // Most calls of a caller are of one priority, and the newest goes last.
    while (at > 0 && compareWaiting(waiting, this.#waiting[at - 1] as Waiting) < 0) at--
    this.#waiting.splice(at, 0, waiting)
  }

  remove(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
  }
}
