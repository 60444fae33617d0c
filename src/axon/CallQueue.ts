import type { Hotkey } from '../units/index.js'
import { Tally } from './Tally.js'

/** Work that wants one of the places. */
export interface QueuedCall {
  readonly caller: Hotkey
  /** Higher goes first; equal ones in order of arrival. */
  readonly priority: number
  /** It has a place now, until `leave`. */
  begin(): void
  /** It lost its place in the queue to work of higher priority. */
  displaced(): void
}

/** The bounds of a queue. */
export interface CallQueueLimits {
  readonly maxRunning: number
  readonly maxRunningPerCaller: number
  readonly maxQueued: number
  readonly maxQueuedPerCaller: number
}

/**
 * Gives out places to run, in order of priority, with bounds in total and per caller.
 * PERF: O(queued) per call that has to wait, nothing when places are free.
 */
export class CallQueue {
  readonly #limits: CallQueueLimits
  /** Highest priority first. */
  readonly #queue: QueuedCall[] = []
  readonly #running = new Tally()
  readonly #waiting = new Tally()

  constructor(limits: CallQueueLimits) {
    this.#limits = limits
  }

  get runningCount(): number {
    return this.#running.total
  }

  get queuedCount(): number {
    return this.#queue.length
  }

  /** Begins the call now or later; false when there is no place even to wait. */
  enter(call: QueuedCall): boolean {
    if (this.#hasPlaceFor(call)) {
      this.#begin(call)
      return true
    }
    const { maxQueued, maxQueuedPerCaller } = this.#limits
    if (this.#waiting.of(call.caller) >= maxQueuedPerCaller) return false
    if (this.#queue.length >= maxQueued) {
      const last = this.#queue.at(-1)
      if (last === undefined || last.priority >= call.priority) return false
      this.withdraw(last)
      last.displaced()
    }
    const index = this.#queue.findIndex((queued) => queued.priority < call.priority)
    this.#queue.splice(index === -1 ? this.#queue.length : index, 0, call)
    this.#waiting.add(call.caller)
    return true
  }

  /** Takes a call that has not begun out of the queue. */
  withdraw(call: QueuedCall): void {
    const index = this.#queue.indexOf(call)
    if (index === -1) return
    this.#queue.splice(index, 1)
    this.#waiting.remove(call.caller)
  }

  /** A call that had begun is over: its place goes to the first that may have it. */
  leave(call: QueuedCall): void {
    this.#running.remove(call.caller)
    const next = this.#queue.find((queued) => this.#hasPlaceFor(queued))
    if (next === undefined) return
    this.withdraw(next)
    this.#begin(next)
  }

  #hasPlaceFor(call: QueuedCall): boolean {
    const { maxRunning, maxRunningPerCaller } = this.#limits
    return this.#running.total < maxRunning && this.#running.of(call.caller) < maxRunningPerCaller
  }

  #begin(call: QueuedCall): void {
    this.#running.add(call.caller)
    call.begin()
  }
}
