import { AsyncContext } from './AsyncContext.js'
import { HeldTooLongError } from './clockErrors.js'
import { type HeldFrame, HeldWork, InnerFrame, OuterFrame } from './HeldWork.js'
import { NativeWatch, socketsInUse } from './NativeWork.js'

/** A step of held work into the world of the clock, which waits for its turn. */
interface Arrival {
  readonly order: number
  readonly sub: number
  readonly enter: () => void
}

/** How work is held here; see `HoldOptions`. */
export interface Hold {
  readonly what?: string
  readonly limitMs: number | undefined
}

interface HeldContext {
  readonly works: HeldWorks
  readonly frame: HeldFrame
}

const context = new AsyncContext<HeldContext>()
const watch = new NativeWatch(() => {
  const work = context.current?.frame.work
  return work === undefined || work.isOver ? undefined : work
})

/** Runs something that held work sets off but does not wait for, such as the timer of a deadline. */
export function outsideHeldWork<T>(work: () => T): T {
  return context.current === undefined ? work() : context.run(undefined, work)
}

/**
 * The held work of one clock. How fast the machine is shows in nothing that it does: whatever work is done at one instant enters the
 * clock's world, by its result or by a wait, only when all of it has come that far, and then in the order in which it began.
 */
export class HeldWorks {
  /** To be looked at: the others wait for time. */
  readonly #active = new Set<HeldWork>()
  readonly #ends = new Map<HeldWork, (error: HeldTooLongError) => void>()
  readonly #nextOrder: () => number
  #arrivals: Arrival[] = []
  /** In use before held work of this instant began. */
  #socketsBefore: number | undefined
  #isRunning = false
  #isWatching = false
  #letsGo = false
  #wake: (() => void) | undefined

  /** @param nextOrder - numbers whatever happens on the clock. */
  constructor(nextOrder: () => number) {
    this.#nextOrder = nextOrder
  }

  /** The held work in whose course this runs. */
  get current(): HeldFrame | undefined {
    const now = context.current
    return now === undefined || now.works !== this || now.frame.isOver ? undefined : now.frame
  }

  /** Runs something in the course of held work. */
  inside<T>(frame: HeldFrame, what: () => T): T {
    return context.run({ works: this, frame }, what)
  }

  /** From here on, time may move. */
  start(): void {
    this.#isRunning = true
  }

  /** Time moves no more: what is done then need not wait for its turn. */
  stop(): void {
    this.#isRunning = false
    this.#enterAll()
    if (this.#isWatching) watch.stop()
    this.#isWatching = false
  }

  /**
   * Holds time for some work.
   *
   * @param settle - takes the end of the work to its place in time.
   */
  hold<T>(
    work: () => Promise<T>,
    options: Hold,
    settle: (work: HeldWork, end: () => void) => void,
  ): Promise<T> {
    const outer = this.current
    return outer === undefined ? this.#holdAnew(work, options, settle) : this.#holdWithin(outer, work)
  }

  /** Waits, in the course of some work, for something outside it that takes time. */
  async wait<T>(frame: HeldFrame, work: () => Promise<T>): Promise<T> {
    frame.beginWait()
    try {
      await new Promise<void>((resolve) => this.enter(frame.work, resolve))
      return await context.run(undefined, work)
    } finally {
      frame.endWait(this.#nextOrder())
    }
  }

  /** From here on time stands still for no work, whatever is still under way. */
  letGo(): void {
    this.#letsGo = true
    this.#active.clear()
    this.#wake?.()
  }

  /** Has a step taken when it is this work's turn. */
  enter(held: HeldWork, step: () => void): void {
    if (!this.#isRunning) {
      step()
      return
    }
    this.#arrivals.push({ order: held.order, sub: held.nextSub(), enter: step })
    this.#wake?.()
  }

  /**
   * Lets whose turn it is go on.
   *
   * @returns `held` while time must stand still, `moved` when something went on, `quiet` when time may move.
   */
  look(): 'held' | 'moved' | 'quiet' {
    if (this.#active.size === 0) return this.#enterOrEnd()
    const nowMs = performance.now()
    let inUse: boolean | undefined
    const usesSockets = (): boolean => {
      inUse ??= socketsInUse() > (this.#socketsBefore ?? 0)
      return inUse
    }
    let isHeld = false
    for (const work of this.#active) {
      if (!work.holdsTime(usesSockets)) this.#active.delete(work)
      else if (work.isLate(nowMs))
        this.#ends.get(work)?.(new HeldTooLongError({ what: work.what, limitMs: work.limitMs! }))
      else isHeld = true
    }
    return isHeld ? 'held' : this.#enterOrEnd()
  }

  /** Resolves when held work has come further, or after a moment. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }

  #holdAnew<T>(
    work: () => Promise<T>,
    options: Hold,
    settle: (work: HeldWork, end: () => void) => void,
  ): Promise<T> {
    if (this.#isRunning && !this.#isWatching) {
      this.#isWatching = true
      watch.start()
    }
    const held = new HeldWork({
      what: options.what ?? 'Held work',
      limitMs: options.limitMs,
      order: this.#nextOrder(),
      onTouched: (touched) => this.#activate(touched),
    })
    this.#activate(held)
    return new Promise((resolve, reject) => {
      const end = (step: () => void): void => {
        if (held.isOver) return
        this.#close(held)
        settle(held, step)
      }
      this.#ends.set(held, (error) => end(() => reject(error)))
      this.inside(new OuterFrame(held), async () => await work()).then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => reject(error)),
      )
    })
  }

  async #holdWithin<T>(around: HeldFrame, work: () => Promise<T>): Promise<T> {
    const frame = new InnerFrame(around)
    try {
      return await this.inside(frame, work)
    } finally {
      frame.end(this.#nextOrder())
    }
  }

  #activate(held: HeldWork): void {
    if (this.#letsGo) return
    this.#socketsBefore ??= socketsInUse()
    this.#active.add(held)
  }

  #close(held: HeldWork): void {
    held.isOver = true
    this.#active.delete(held)
    this.#ends.delete(held)
    watch.forget(held.native)
  }

  #enterOrEnd(): 'moved' | 'quiet' {
    if (this.#enterAll()) return 'moved'
    this.#socketsBefore = undefined
    return 'quiet'
  }

  #enterAll(): boolean {
    if (this.#arrivals.length === 0) return false
    const arrivals = this.#arrivals.sort((a, b) => a.order - b.order || a.sub - b.sub)
    this.#arrivals = []
    for (const { enter } of arrivals) enter()
    return true
  }
}
