import type { Timer } from '../clock/index.js'
import { BaseError, describeValue, portableError } from '../errors/index.js'
import { type Attendance, attended, OVERDUE_MS } from './attended.js'
import { type StoreFault, ValidatorStoreError } from './storeErrors.js'
import type { ValidatorStore } from './ValidatorStore.js'

/** The newest memory that is still to be saved. */
interface Pending {
  readonly bytes: Uint8Array
  readonly onFailed: (error: unknown) => void
  /** Those who wait until it is saved. */
  readonly waiters: readonly Waiter[]
}

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

/**
 * Saves a validator's memory beside its work: one save at a time, and of those that come meanwhile the newest alone, so that a
 * slow or broken disk holds up nothing and gathers nothing.
 */
export class MemoryKeeper {
  readonly #store: ValidatorStore
  readonly #attendance: Pick<Attendance, 'clock' | 'signal'>
  #pending: Pending | undefined
  #saving: Promise<void> | undefined
  #isOpen = false

  /** @param attendance.signal - after its abort a store that does not answer is waited for no longer than some seconds. */
  constructor(store: ValidatorStore, attendance: Pick<Attendance, 'clock' | 'signal'>) {
    this.#store = store
    this.#attendance = attendance
  }

  /**
   * Claims the store and reads it.
   *
   * @throws ValidatorStoreError when it cannot be had or read.
   */
  async open(): Promise<Uint8Array | null> {
    await this.#held('unwritable', async () => await this.#store.open?.())
    this.#isOpen = true
    const bytes: unknown = await this.#held('unreadable', () => this.#store.load())
    if (bytes === null || bytes instanceof Uint8Array) return bytes
    const detail = `its load gave ${describeValue(bytes)} instead of bytes, or null when there are none`
    throw new ValidatorStoreError({ fault: 'unreadable', detail })
  }

  /**
   * Saves once and waits for it, to know that the store can.
   *
   * @throws ValidatorStoreError when it cannot.
   */
  async tryOut(bytes: Uint8Array): Promise<void> {
    await this.#held('unwritable', () => this.#store.save(bytes))
  }

  /** Saves soon; `onFailed` is told when it could not. */
  save(bytes: Uint8Array, onFailed: (error: unknown) => void): void {
    // Whoever waits for what was to be saved waits on: what is newer holds that too.
    this.#pending = { bytes, onFailed, waiters: this.#pending?.waiters ?? [] }
    this.#saving ??= this.#saveAll()
  }

  /**
   * Saves these bytes, or newer ones, and waits until they lie in the store.
   *
   * @throws ValidatorStoreError when they could not be saved, or are not within a minute.
   */
  async saveNow(bytes: Uint8Array): Promise<void> {
    const timers: Timer[] = []
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter: Waiter = { resolve, reject }
        // A save before this one may never end, and then this one never begins.
        const giveUp = (): void => {
          this.#leave(waiter)
          reject(overdue())
        }
        timers.push(this.#attendance.clock.setTimer(giveUp, OVERDUE_MS))
        const { onFailed = () => {}, waiters = [] } = this.#pending ?? {}
        this.#pending = { bytes, onFailed, waiters: [...waiters, waiter] }
        this.#saving ??= this.#saveAll()
      })
    } finally {
      for (const timer of timers) timer.cancel()
    }
  }

  /** Ends what is being saved and lets go of the store. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#saving
    if (!this.#isOpen) return
    this.#isOpen = false
    // Nobody is left to be told, and a lock that stays is taken over by the next process.
    await this.#held('unwritable', async () => await this.#store.close?.()).catch(() => {})
  }

  /** Nobody waits any more: a store that hangs must not gather those who did. */
  #leave(waiter: Waiter): void {
    if (this.#pending === undefined) return
    const waiters = this.#pending.waiters.filter((one) => one !== waiter)
    this.#pending = { ...this.#pending, waiters }
  }

  async #saveAll(): Promise<void> {
    while (this.#pending !== undefined) {
      const { bytes, onFailed, waiters } = this.#pending
      this.#pending = undefined
      const failed = (error: unknown): void => {
        onFailed(error)
        for (const { reject } of waiters) reject(error)
      }
      try {
        await this.#held(
          'unwritable',
          () => this.#store.save(bytes),
          () => failed(overdue()),
        )
        for (const { resolve } of waiters) resolve()
      } catch (error) {
        failed(error)
      }
    }
    this.#saving = undefined
  }

  /** The disk's work is none that a clock can see. */
  async #held<T>(fault: StoreFault, work: () => Promise<T>, onOverdue?: () => void): Promise<T> {
    try {
      const held = this.#attendance.clock.hold(async () => await work())
      return await attended(held, { ...this.#attendance, ...(onOverdue === undefined ? {} : { onOverdue }) })
    } catch (cause) {
      if (cause instanceof BaseError) throw cause
      throw new ValidatorStoreError({
        fault,
        detail: portableError(cause).message,
        cause,
      })
    }
  }
}

function overdue(): ValidatorStoreError {
  return new ValidatorStoreError({
    fault: 'unwritable',
    detail: `a save has not ended for ${OVERDUE_MS / 1_000} s`,
  })
}
