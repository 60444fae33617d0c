import type { Hotkey } from '../units/index.js'
import { CallerLine, compareWaiting, type Waiting } from './CallerLine.js'
import { IndexedHeap } from './IndexedHeap.js'

/**
 * Calls that wait for places of one kind, a line for each caller. A caller that has all its places is blocked: its calls keep theirs in the lane,
 * and others pass.
 */
export class WaitingLane {
  readonly #lines = new Map<Hotkey, CallerLine>()
  /** Lines of callers that are not blocked. */
  readonly #ready = new IndexedHeap<CallerLine>((a, b) => compareWaiting(a.first, b.first))
  readonly #all = new IndexedHeap<CallerLine>((a, b) => compareWaiting(b.last, a.last))

  /** The call that goes next, of callers that may have a place. */
  get next(): Waiting | undefined {
    return this.#ready.top?.first
  }

  /** The call that gives way first. */
  get last(): Waiting | undefined {
    return this.#all.top?.last
  }

  add(waiting: Waiting, isBlocked: boolean): void {
    const { caller } = waiting.call
    const line = this.#lines.get(caller)
    if (line !== undefined) {
      line.add(waiting)
      this.#ready.update(line)
      this.#all.update(line)
      return
    }
    const made = new CallerLine(waiting)
    this.#lines.set(caller, made)
    this.#all.add(made)
    if (!isBlocked) this.#ready.add(made)
  }

  remove(waiting: Waiting): void {
    const line = this.#lines.get(waiting.call.caller)
    if (line === undefined) return
    if (line.size > 1) {
      line.remove(waiting)
      this.#ready.update(line)
      this.#all.update(line)
      return
    }
    this.#ready.remove(line)
    this.#all.remove(line)
    this.#lines.delete(line.caller)
  }

  /** The caller has all its places. */
  block(caller: Hotkey): void {
    const line = this.#lines.get(caller)
    if (line !== undefined) this.#ready.remove(line)
  }

  /** The caller may have another place. */
  unblock(caller: Hotkey): void {
    const line = this.#lines.get(caller)
    if (line !== undefined && !this.#ready.has(line)) this.#ready.add(line)
  }
}
