import { NativeWork } from './NativeWork.js'

/** Looks in a row that must find nothing under way before waiting work lets time move: what ends may begin something else. */
const QUIET_LOOKS = 2

/** What is known of a piece of work before it begins. */
export interface HeldWorkDetails {
  readonly what: string
  /** Real milliseconds that time stands still for it; `undefined` for any number. */
  readonly limitMs: number | undefined
  /** Order of beginning. */
  readonly order: number
  /** Told when it is to be looked at again. */
  readonly onTouched: (work: HeldWork) => void
}

/** One piece of work for which time stands still, except while it waits for time itself. */
export class HeldWork {
  readonly what: string
  readonly limitMs: number | undefined
  readonly order: number
  readonly native = new NativeWork()
  /** Order of its timers among all timers: that of its beginning, or of the last time it went on after a wait. */
  rank: number
  isOver = false
  readonly #details: HeldWorkDetails
  #sub = 0
  #waits = 0
  /** Holds within it that do not wait. */
  #inner = 0
  #quietLooks = 0
  #heldSinceMs: number | undefined

  constructor(details: HeldWorkDetails) {
    this.#details = details
    this.what = details.what
    this.limitMs = details.limitMs
    this.order = details.order
    this.rank = details.order
  }

  /** Numbers what the work does, in order. */
  nextSub(): number {
    return this.#sub++
  }

  /** It waits for something on the clock. */
  beginWait(): void {
    this.#waits++
  }

  endWait(rank: number): void {
    this.#waits--
    this.rank = rank
    this.touch()
  }

  beginInner(): void {
    this.#inner++
    this.touch()
  }

  endInner(): void {
    this.#inner--
    this.touch()
  }

  /** Something about it changed: it is to be looked at again. */
  touch(): void {
    if (this.isOver) return
    this.#quietLooks = 0
    this.#heldSinceMs = undefined
    this.#details.onTouched(this)
  }

  /**
   * Whether time must stand still. Work that waits for time, and for nothing real besides, lets it move.
   *
   * @param usesSockets - whether sockets are in use that were not when it began, whoever opened them.
   */
  holdsTime(usesSockets: () => boolean): boolean {
    if (this.#inner > 0 || this.#waits === 0 || this.native.isBusy || usesSockets()) {
      this.#quietLooks = 0
      return true
    }
    return ++this.#quietLooks < QUIET_LOOKS
  }

  /** Whether time has stood still for it too long, by the machine's clock. */
  isLate(nowMs: number): boolean {
    this.#heldSinceMs ??= nowMs
    return this.limitMs !== undefined && nowMs - this.#heldSinceMs >= this.limitMs
  }
}

/** What runs now, as seen by what it does on the clock: a piece of work, or a hold within one. */
export interface HeldFrame {
  readonly work: HeldWork
  readonly isOver: boolean
  beginWait(): void
  endWait(rank: number): void
}

/** The work itself. */
export class OuterFrame implements HeldFrame {
  readonly work: HeldWork

  constructor(work: HeldWork) {
    this.work = work
  }

  get isOver(): boolean {
    return this.work.isOver
  }

  beginWait(): void {
    this.work.beginWait()
  }

  endWait(rank: number): void {
    if (!this.isOver) this.work.endWait(rank)
  }
}

/** A hold within held work: it holds time by itself, whatever the work around it waits for. */
export class InnerFrame implements HeldFrame {
  readonly work: HeldWork
  readonly #around: HeldFrame
  #waits = 0
  #isOver = false

  constructor(around: HeldFrame) {
    this.#around = around
    this.work = around.work
    this.work.beginInner()
  }

  get isOver(): boolean {
    return this.#isOver || this.work.isOver
  }

  beginWait(): void {
    if (this.#waits++ > 0) return
    this.work.endInner()
    this.#around.beginWait()
  }

  endWait(rank: number): void {
    if (this.isOver || --this.#waits > 0) return
    this.#around.endWait(rank)
    this.work.beginInner()
  }

  end(rank: number): void {
    if (this.isOver) return
    if (this.#waits > 0) this.#around.endWait(rank)
    else this.work.endInner()
    this.#isOver = true
  }
}
