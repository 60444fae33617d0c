import { check, durationMs, func, optional, shape } from '../checks/index.js'
import type { Clock } from './Clock.js'
import { checkTimer, type Timer } from './timers.js'

const optionsShape = shape<{ startMs?: number }>({ startMs: optional(durationMs()) })
const runShape = shape<{ untilMs?: number; until?: () => boolean }>({
  untilMs: optional(durationMs()),
  until: optional(func),
})

interface PendingTimer {
  readonly atMs: number
  readonly order: number
  /** Cleared when the timer fires or is cancelled; a cleared timer stays in the heap until it surfaces. */
  callback: (() => void) | undefined
}

/** Lets every promise callback that can run now run: a macrotask starts only when microtasks are drained. */
const drainMicrotasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * A clock whose time moves only when everything that can run has run.
 *
 * `run` fires timers one by one in order of (time, order of setting) and lets all promises settle
 * in between, so one program gives one history. Work outside the clock's sight must be wrapped in `hold`.
 * PERF: O(log t) per timer for t pending timers, plus one turn of the event loop.
 *
 * @example
 * ```ts
 * import { sleep, VirtualClock } from 'subnetkit/clock'
 *
 * const clock = new VirtualClock()
 * const slept = sleep(clock, 86_400_000)
 * await clock.run({ untilMs: 86_400_000 }) // a day, at once
 * await slept
 * ```
 */
export class VirtualClock implements Clock {
  #nowMs: number
  #order = 0
  #holds = 0
  /** Binary heap by (atMs, order). */
  readonly #heap: PendingTimer[] = []

  constructor(options: { startMs?: number } = {}) {
    check('options', optionsShape, options)
    this.#nowMs = options.startMs ?? 0
  }

  now(): number {
    return this.#nowMs
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    checkTimer(callback, delayMs)
    const timer: PendingTimer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback }
    this.#push(timer)
    return {
      cancel: () => {
        timer.callback = undefined
      },
    }
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    check('work', func, work)
    this.#holds++
    try {
      return await work()
    } finally {
      this.#holds--
    }
  }

  /**
   * Moves time forward: to `untilMs` (default: as long as timers are pending), or until `until()` holds.
   * `until` is asked after every timer, when all that could run has run.
   */
  async run(options: { untilMs?: number; until?: () => boolean } = {}): Promise<void> {
    check('options', runShape, options)
    const untilMs = options.untilMs ?? Number.POSITIVE_INFINITY
    for (;;) {
      await this.#settle()
      if (options.until?.()) return
      const next = this.#peek()
      if (next === undefined || next.atMs > untilMs) break
      this.#pop()
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      const { callback } = next
      next.callback = undefined
      callback?.()
    }
    if (Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  async #settle(): Promise<void> {
    do await drainMicrotasks()
    while (this.#holds > 0)
  }

  #peek(): PendingTimer | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.#pop()
    return this.#heap[0]
  }

  #push(timer: PendingTimer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(timer, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
