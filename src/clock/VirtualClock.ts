import { check, durationMs, func, optional, shape } from '../checks/index.js'
import type { Clock } from './Clock.js'
import { drainMicrotasks } from './drainMicrotasks.js'
import type { HeldWork } from './HeldWork.js'
import { HeldWorks } from './HeldWorks.js'
import { type HoldOptions, holdShape } from './HoldOptions.js'
import { type PendingTimer, TimerQueue } from './TimerQueue.js'
import { checkTimer, type Timer } from './timers.js'

/** How a virtual clock is made. */
export interface VirtualClockOptions {
  /** Default 0. */
  readonly startMs?: number
  /** Real milliseconds that time may stand still for one piece of held work. Default: any number. */
  readonly heldWorkLimitMs?: number
}

const optionsShape = shape<VirtualClockOptions>({
  startMs: optional(durationMs()),
  heldWorkLimitMs: optional(durationMs({ min: 1 })),
})
const runShape = shape<{ untilMs?: number; until?: () => boolean }>({
  untilMs: optional(durationMs()),
  until: optional(func),
})

/** Turns of the event loop that held work is given before the machine is left to it. */
const EAGER_TURNS = 64

/**
 * A clock whose time moves only when everything that can run has run.
 *
 * `run` fires timers one by one in order of (time, order of setting) and lets all promises settle
 * in between, so one program gives one history. Work outside the clock's sight must be wrapped in `hold`.
 *
 * Held work may wait for the clock: a timer set in its course, a call over a `Dendrite` or to a `LocalChain` of this clock lets time
 * move until it is over. Whatever held work does at one instant takes effect in the order in which the work began, so that neither
 * the machine's speed nor its load shows in the history. Where one piece of work races something real against the clock, hold the
 * real part by itself: `Promise.race([clock.hold(() => work()), sleep(clock, 500)])`.
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
  #pendingTimers = 0
  readonly #limitMs: number | undefined
  readonly #timers = new TimerQueue()
  readonly #held = new HeldWorks(() => this.#order++)

  /** @throws InvalidArgumentError for an option out of range. */
  constructor(options: VirtualClockOptions = {}) {
    check('options', optionsShape, options)
    this.#nowMs = options.startMs ?? 0
    this.#limitMs = options.heldWorkLimitMs
  }

  now(): number {
    return this.#nowMs
  }

  /** Timers that were set and have neither fired nor been cancelled: 0 when a program has let go of everything. */
  get pendingTimers(): number {
    return this.#pendingTimers
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    checkTimer(callback, delayMs)
    const frame = this.#held.current
    if (frame === undefined) return this.#set(callback, delayMs, this.#order++, 0)
    // Held work waits for it, and goes on in it.
    frame.beginWait()
    const { work } = frame
    const fire = (): void => {
      frame.endWait(this.#order++)
      this.#held.inside(frame, callback)
    }
    const timer = this.#set(fire, delayMs, work.rank, work.nextSub())
    let isOver = false
    return {
      cancel: () => {
        if (isOver || !timer.isPending) return
        isOver = true
        timer.cancel()
        frame.endWait(this.#order++)
      },
    }
  }

  /**
   * @throws HeldTooLongError when the work has not ended after `limitMs` of real time in which it did not wait for this clock.
   */
  async hold<T>(work: () => Promise<T>, options: HoldOptions = {}): Promise<T> {
    check('work', func, work)
    check('options', holdShape, options)
    const { costMs = 0, limitMs = this.#limitMs } = options
    const isWithin = this.#held.current !== undefined
    try {
      return await this.#held.hold(work, { ...options, limitMs }, (held, end) =>
        this.#endAfter(costMs, held, end),
      )
    } finally {
      // What is part of other work costs that work's time.
      if (isWithin && costMs > 0) await new Promise<void>((resolve) => void this.setTimer(resolve, costMs))
    }
  }

  async wait<T>(work: () => Promise<T>): Promise<T> {
    if (typeof work !== 'function') check('work', func, work)
    const frame = this.#held.current
    return frame === undefined ? await work() : await this.#held.wait(frame, work)
  }

  /** From here on time stands still for no work, whatever is under way: for the end of a simulation. */
  stopHolding(): void {
    this.#held.letGo()
  }

  /**
   * Moves time forward: to `untilMs` (default: as long as timers are pending), or until `until()` holds.
   * `until` is asked after every timer, when all that could run has run.
   */
  async run(options: { untilMs?: number; until?: () => boolean } = {}): Promise<void> {
    check('options', runShape, options)
    const untilMs = options.untilMs ?? Number.POSITIVE_INFINITY
    this.#held.start()
    try {
      for (;;) {
        await this.#settle()
        if (options.until?.()) return
        const next = this.#timers.peek()
        if (next === undefined || next.atMs > untilMs) break
        this.#timers.pop()
        this.#nowMs = Math.max(this.#nowMs, next.atMs)
        const { callback } = next
        next.callback = undefined
        this.#pendingTimers--
        callback?.()
      }
    } finally {
      this.#held.stop()
    }
    if (Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #set(callback: () => void, delayMs: number, rank: number, sub: number) {
    const timer: PendingTimer = { atMs: this.#dueAt(delayMs), rank, sub, callback }
    this.#timers.push(timer)
    this.#pendingTimers++
    return {
      get isPending() {
        return timer.callback !== undefined
      },
      cancel: () => {
        if (timer.callback === undefined) return
        timer.callback = undefined
        this.#pendingTimers--
      },
    }
  }

  /**
   * A wait takes time, also one that is too short to show in the sum, as between times that are no whole milliseconds: whoever waits
   * for what is left of a span would otherwise wait for ever.
   */
  #dueAt(delayMs: number): number {
    const atMs = this.#nowMs + Math.max(0, delayMs)
    return delayMs > 0 && atMs === this.#nowMs ? atMs + Number.EPSILON * atMs : atMs
  }

  /** Ends held work, at a time that the machine's speed has no part in. */
  #endAfter(costMs: number, held: HeldWork, end: () => void): void {
    if (costMs > 0) this.#set(end, costMs, held.rank, held.nextSub())
    else this.#held.enter(held, end)
  }

  async #settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      await drainMicrotasks()
      const seen = this.#held.look()
      if (seen === 'quiet') return
      if (seen === 'moved') turns = 0
      else if (turns > EAGER_TURNS) await this.#held.change()
    }
  }
}
