import type { Clock } from '../clock/index.js'
import { BaseError } from '../errors/index.js'
import { type StoreFault, ValidatorStoreError } from './storeErrors.js'
import type { ValidatorStore } from './ValidatorStore.js'

/** The newest memory that is still to be saved. */
interface Pending {
  readonly bytes: Uint8Array
  readonly onFailed: (error: unknown) => void
}

/**
 * Saves a validator's memory beside its work: one save at a time, and of those that come meanwhile the newest alone, so that a
 * slow or broken disk holds up nothing and gathers nothing.
 */
export class MemoryKeeper {
  readonly #store: ValidatorStore
  readonly #clock: Clock
  #pending: Pending | undefined
  #saving: Promise<void> | undefined
  #isOpen = false

  constructor(store: ValidatorStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Claims the store and reads it.
   *
   * @throws ValidatorStoreError when it cannot be had or read.
   */
  async open(): Promise<Uint8Array | null> {
    await this.#held('unwritable', async () => await this.#store.open?.())
    this.#isOpen = true
    return await this.#held('unreadable', () => this.#store.load())
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
    this.#pending = { bytes, onFailed }
    this.#saving ??= this.#saveAll()
  }

  /** Ends what is being saved and lets go of the store. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#saving
    if (!this.#isOpen) return
    this.#isOpen = false
    // Nobody is left to be told, and a lock that stays is taken over by the next process.
    await this.#clock.hold(async () => await this.#store.close?.()).catch(() => {})
  }

  async #saveAll(): Promise<void> {
    while (this.#pending !== undefined) {
      const { bytes, onFailed } = this.#pending
      this.#pending = undefined
      try {
        await this.#held('unwritable', () => this.#store.save(bytes))
      } catch (error) {
        onFailed(error)
      }
    }
    this.#saving = undefined
  }

  /** The disk's work is none that a clock can see. */
  async #held<T>(fault: StoreFault, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#clock.hold(work)
    } catch (cause) {
      if (cause instanceof BaseError) throw cause
      throw new ValidatorStoreError({
        fault,
        detail: cause instanceof Error ? cause.message : 'it failed',
        cause,
      })
    }
  }
}
