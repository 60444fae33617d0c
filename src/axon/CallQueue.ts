import type { Hotkey } from '../units/index.js'
import { compareWaiting, type Waiting } from './CallerLine.js'
import { IndexedHeap } from './IndexedHeap.js'
import type { LostPlace, QueuedCall } from './QueuedCall.js'
import { Tally } from './Tally.js'
import { WaitingLane } from './WaitingLane.js'

/** The bounds of a queue. */
export interface CallQueueLimits {
  readonly maxRunning: number
  readonly maxRunningPerCaller: number
  readonly maxQueued: number
  readonly maxQueuedPerCaller: number
  /** Of the places to run, how many only calls with standing may have. */
  readonly keptRunning: number
}

/**
 * Gives out places to run, in order of priority, with bounds in total and per caller. Of calls that wait, those that should have
 * begun by now give way first, then that of the lowest priority, the newest of those.
 *
 * The order is strict: as long as calls of higher priority fill the places, those of lower priority wait, until their deadline ends them.
 *
 * PERF: logarithmic in what waits, plus a look at the caller's own calls; constant when places are free.
 */
export class CallQueue {
  readonly #limits: CallQueueLimits
  readonly #now: () => number
  readonly #running = new Tally()
  readonly #queued = new Tally()
  #strangersRunning = 0
  #arrivals = 0
  readonly #waiting = new Map<QueuedCall, Waiting>()
  readonly #standing = new WaitingLane()
  readonly #strangers = new WaitingLane()
  readonly #byLatestBegin = new IndexedHeap<Waiting>((a, b) => a.call.latestBeginMs - b.call.latestBeginMs)

  constructor(limits: CallQueueLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  get runningCount(): number {
    return this.#running.total
  }

  get queuedCount(): number {
    return this.#queued.total
  }

  /** Begins the call now or later; says why when it may not even wait. */
  enter(call: QueuedCall): LostPlace | 'queueFull' | undefined {
    if (this.#hasPlaceFor(call)) {
      this.#begin(call)
      return undefined
    }
    this.#shedLate()
    if (call.latestBeginMs < this.#now()) return 'shed'
    const { maxQueued, maxQueuedPerCaller } = this.#limits
    if (this.#queued.of(call.caller) >= maxQueuedPerCaller) return 'queueFull'
    if (this.#queued.total >= maxQueued) {
      const last = this.#last()
      if (last === undefined || last.call.priority >= call.priority) return 'queueFull'
      this.#lose(last, 'displaced')
    }
    this.#wait({ call, arrival: this.#arrivals++ })
    return undefined
  }

  /** Takes a call that has not begun out of the queue. */
  withdraw(call: QueuedCall): void {
    const waiting = this.#waiting.get(call)
    if (waiting !== undefined) this.#forget(waiting)
  }

  /** A call that had begun is over: its place goes to the first that may have it. */
  leave(call: QueuedCall): void {
    this.#running.remove(call.caller)
    if (!call.hasStanding) this.#strangersRunning--
    this.#standing.unblock(call.caller)
    this.#strangers.unblock(call.caller)
    this.#shedLate()
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#forget(next)
      this.#begin(next.call)
    }
  }

  #hasPlaceFor(call: QueuedCall): boolean {
    if (this.#running.of(call.caller) >= this.#limits.maxRunningPerCaller) return false
    return call.hasStanding ? this.#hasPlace() : this.#hasPlaceForStrangers()
  }

  #hasPlace(): boolean {
    return this.#running.total < this.#limits.maxRunning
  }

  #hasPlaceForStrangers(): boolean {
    const { maxRunning, keptRunning } = this.#limits
    return this.#hasPlace() && this.#strangersRunning < maxRunning - keptRunning
  }

  /** The first that may begin now. */
  #next(): Waiting | undefined {
    const standing = this.#hasPlace() ? this.#standing.next : undefined
    const stranger = this.#hasPlaceForStrangers() ? this.#strangers.next : undefined
    if (standing === undefined || stranger === undefined) return standing ?? stranger
    return compareWaiting(standing, stranger) < 0 ? standing : stranger
  }

  /** The one that gives way first. */
  #last(): Waiting | undefined {
    const standing = this.#standing.last
    const stranger = this.#strangers.last
    if (standing === undefined || stranger === undefined) return standing ?? stranger
    return compareWaiting(standing, stranger) > 0 ? standing : stranger
  }

  #begin(call: QueuedCall): void {
    this.#running.add(call.caller)
    if (!call.hasStanding) this.#strangersRunning++
    if (this.#isBlocked(call.caller)) {
      this.#standing.block(call.caller)
      this.#strangers.block(call.caller)
    }
    call.begin()
  }

  #isBlocked(caller: Hotkey): boolean {
    return this.#running.of(caller) >= this.#limits.maxRunningPerCaller
  }

  #wait(waiting: Waiting): void {
    const { call } = waiting
    this.#waiting.set(call, waiting)
    this.#queued.add(call.caller)
    this.#laneOf(call).add(waiting, this.#isBlocked(call.caller))
    this.#byLatestBegin.add(waiting)
  }

  #forget(waiting: Waiting): void {
    const { call } = waiting
    this.#waiting.delete(call)
    this.#queued.remove(call.caller)
    this.#laneOf(call).remove(waiting)
    this.#byLatestBegin.remove(waiting)
  }

  #shedLate(): void {
    const nowMs = this.#now()
    for (let first = this.#byLatestBegin.top; first !== undefined; first = this.#byLatestBegin.top) {
      if (first.call.latestBeginMs >= nowMs) return
      this.#lose(first, 'shed')
    }
  }

  #lose(waiting: Waiting, why: LostPlace): void {
    this.#forget(waiting)
    waiting.call.lost(why)
  }

  #laneOf(call: QueuedCall): WaitingLane {
    return call.hasStanding ? this.#standing : this.#strangers
  }
}
