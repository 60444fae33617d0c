import { TurnQueue } from './TurnQueue.js'

/** Lets so many calls in at once, and so many wait for that. */
export class CallGate {
  readonly maxInFlight: number
  readonly maxWaiting: number
  readonly #queue = new TurnQueue()
  #inFlight = 0
  #isHandingOn = false

  constructor(limits: { readonly maxInFlight: number; readonly maxWaiting: number }) {
    this.maxInFlight = limits.maxInFlight
    this.maxWaiting = limits.maxWaiting
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Why it is full, in words. */
  get fullReason(): string {
    const { maxInFlight, maxWaiting } = this
    return `The router has ${maxInFlight} calls in flight and ${maxWaiting} that wait (limits.maxInFlight, limits.maxWaiting).`
  }

  /**
   * Takes a place, now or later.
   *
   * @param take - called once there is one, at once where one is free; whoever took it calls `leave`.
   * @returns what takes the wait back, or `full`.
   */
  enter(take: () => void): 'full' | (() => void) {
    if (this.#inFlight < this.maxInFlight) {
      this.#inFlight++
      take()
      return () => {}
    }
    if (this.#queue.size >= this.maxWaiting) return 'full'
    return this.#queue.add(() => {
      this.#inFlight++
      take()
    })
  }

  leave(): void {
    this.#inFlight--
    // A call that ends as it begins leaves within its turn: the one under way goes on, and no stack grows with those that wait.
    if (this.#isHandingOn) return
    this.#isHandingOn = true
    try {
      while (this.#inFlight < this.maxInFlight && this.#queue.size > 0) this.#queue.next()
    } finally {
      this.#isHandingOn = false
    }
  }
}
