import type { Clock } from '../clock/index.js'
import { BaseError, describeValue, portableError } from '../errors/index.js'
import type { RouterStore } from './RouterStore.js'
import { RouterStoreError, type RouterStoreFault } from './routerErrors.js'

/** A store that has not answered after this is left to itself. */
const OVERDUE_MS = 60_000

/** Saves a router's memory now and then beside its calls: one save at a time, so that a slow disk holds up nothing. */
export class MemorySaver {
  readonly #store: RouterStore
  readonly #clock: Clock
  readonly #everyMs: number
  #savedAtMs: number
  #saving: Promise<void> | undefined
  #isClosed = false

  constructor(options: { store: RouterStore; clock: Clock; everyMs: number }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#everyMs = options.everyMs
    this.#savedAtMs = this.#clock.now()
  }

  /**
   * Claims the store and reads it.
   *
   * @throws RouterStoreError when it cannot be had or read; it is let go of then.
   */
  async open(): Promise<Uint8Array | null> {
    await this.#held('unwritable', async () => await this.#store.open?.())
    try {
      return await this.#load()
    } catch (error) {
      await this.release()
      throw error
    }
  }

  async #load(): Promise<Uint8Array | null> {
    const bytes: unknown = await this.#held('unreadable', () => this.#store.load())
    if (bytes === null || bytes instanceof Uint8Array) return bytes
    const detail = `its load gave ${describeValue(bytes)} instead of bytes, or null when there are none`
    throw new RouterStoreError({ fault: 'unreadable', detail })
  }

  /** Saves beside the calls, when the last save is old; calls that end after `close` find the store another's. */
  saveIfDue(memory: () => Uint8Array, onFailed: (error: unknown) => void): void {
    if (this.#isClosed || this.#saving !== undefined || this.#clock.now() - this.#savedAtMs < this.#everyMs)
      return
    this.#saving = this.#save(memory())
      .catch(onFailed)
      .finally(() => {
        this.#saving = undefined
      })
  }

  /**
   * Saves for the last time and lets go of the store.
   *
   * @throws RouterStoreError when it could not be saved; the store is let go of all the same.
   */
  async close(memory: Uint8Array): Promise<void> {
    this.#isClosed = true
    try {
      await this.#saving
      await this.#save(memory)
    } finally {
      await this.release()
    }
  }

  /** Lets go of the store: a lock that stays is taken over by the next process. */
  async release(): Promise<void> {
    await this.#held('unwritable', async () => await this.#store.close?.()).catch(() => {})
  }

  async #save(bytes: Uint8Array): Promise<void> {
    this.#savedAtMs = this.#clock.now()
    await this.#held('unwritable', () => this.#store.save(bytes))
  }

  /** The disk's work is none that a clock can see, and may never end. */
  async #held<T>(fault: RouterStoreFault, work: () => Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        const detail = `the store has not answered for ${OVERDUE_MS / 1_000} s`
        const late = (): void => reject(new RouterStoreError({ fault, detail }))
        const timer = this.#clock.setTimer(late, OVERDUE_MS)
        this.#clock
          .hold(async () => await work())
          .then(resolve, reject)
          .finally(() => timer.cancel())
      })
    } catch (cause) {
      if (cause instanceof BaseError) throw cause
      throw new RouterStoreError({ fault, detail: portableError(cause).message, cause })
    }
  }
}
