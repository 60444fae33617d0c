import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, systemClock, VirtualClock } from '../clock/index.js'
import { AbortedError, InvariantError } from '../errors/index.js'

/**
 * Lets time pass while something is waited for: on virtual time it moves only then, in real time it moves anyway.
 *
 * Waits of the network's own program (`inside`: answers, scores, `onEvent`) keep time moving only while somebody outside waits too, and
 * until they are over: else an answer that calls the chain each round would keep the network living for ever.
 */
export class TimeDriver {
  readonly clock: Clock
  readonly #virtual: VirtualClock | undefined
  readonly #inside = new AsyncLocalStorage<boolean>()
  /** Waits that time moves for. */
  #waits = 0
  /** Those of them from outside. */
  #waitsOutside = 0
  #moving: Promise<void> | undefined
  #isEnding = false
  /** Waits from outside that are over; they go on when all of their instant has happened. */
  #leaving: (() => void)[] = []

  constructor(time: 'virtual' | 'real', options: { readonly heldWorkLimitMs: number }) {
    this.#virtual = time === 'virtual' ? new VirtualClock(options) : undefined
    this.clock = this.#virtual ?? systemClock
  }

  /** Runs a part of the network's own program. */
  inside<T>(work: () => T): T {
    return this.#inside.run(true, work)
  }

  /** Waits for work that waits for the clock. Several may wait at once, from outside and inside. */
  async run<T>(work: Promise<T>): Promise<T> {
    const isOutside = this.#inside.getStore() !== true
    return !isOutside && this.#waitsOutside === 0 ? await work : await this.#drive(work, isOutside)
  }

  /** Waits as from outside, whoever asks: for the start and the end of things. */
  async drive<T>(work: Promise<T>): Promise<T> {
    return await this.#drive(work, true)
  }

  /** Nothing is worth waiting for any more. */
  stopHolding(): void {
    this.#isEnding = true
    this.#virtual?.stopHolding()
  }

  async #drive<T>(work: Promise<T>, isOutside: boolean): Promise<T> {
    const clock = this.#virtual
    if (clock === undefined) return await work
    this.#waits++
    if (isOutside) this.#waitsOutside++
    const done = work.finally(() => {
      this.#waits--
      if (isOutside) return new Promise<void>((resolve) => this.#leaving.push(resolve))
      return
    })
    done.catch(() => {})
    this.#moving ??= this.inside(() => this.#move(clock))
    return await Promise.race([done, this.#moving.then(() => done)])
  }

  async #move(clock: VirtualClock): Promise<void> {
    try {
      await clock.run({
        until: () => {
          this.#leave()
          return this.#waits === 0
        },
      })
    } finally {
      this.#moving = undefined
      this.#leave()
    }
    if (this.#waits === 0) return
    // Who waits for what the network would have brought, and never will.
    if (this.#isEnding) throw new AbortedError({ what: 'The wait for a network that was stopped' })
    throw new InvariantError('virtual time has nothing left to wait for')
  }

  #leave(): void {
    const leaving = this.#leaving
    this.#leaving = []
    // Until here they counted: what their last instant sets off is waited for.
    this.#waitsOutside -= leaving.length
    for (const go of leaving) go()
  }
}
