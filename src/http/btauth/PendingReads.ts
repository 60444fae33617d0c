import type { Clock } from '../../clock/index.js'
import { startDeadline } from '../../clock/index.js'
import { RequestRefusedError } from '../httpErrors.js'

/** How long one read may be under way. */
const READ_MS = 5_000

/** Looks something up; aborted when it has taken too long. */
export type Read<T> = (key: string, options: { readonly signal: AbortSignal }) => Promise<T>

/** Reads that are under way: one of each key, to which all who ask meanwhile are joined, and so many in all. */
export class PendingReads<T> {
  readonly #read: Read<T>
  readonly #clock: Clock
  readonly #max: number
  readonly #pending = new Map<string, Promise<T>>()

  constructor(details: { readonly read: Read<T>; readonly clock: Clock; readonly max: number }) {
    this.#read = details.read
    this.#clock = details.clock
    this.#max = details.max
  }

  /** @throws RequestRefusedError `unavailable` when too many are under way, or it takes too long; and whatever the read throws. */
  read(key: string): Promise<T> {
    const pending = this.#pending.get(key)
    if (pending !== undefined) return pending
    if (this.#pending.size >= this.#max)
      return Promise.reject(unavailable('Too many senders are looked up now.'))
    const begun = this.#begin(key).finally(() => this.#pending.delete(key))
    this.#pending.set(key, begun)
    return begun
  }

  async #begin(key: string): Promise<T> {
    const deadline = startDeadline(this.#clock, READ_MS)
    try {
      return await new Promise<T>((resolve, reject) => {
        // One that never ends gives its place back.
        deadline.signal.addEventListener('abort', () =>
          reject(unavailable('The scheme of this sender was not found in time.')),
        )
        this.#read(key, { signal: deadline.signal }).then(resolve, reject)
      })
    } finally {
      deadline.dispose()
    }
  }
}

function unavailable(why: string): RequestRefusedError {
  return new RequestRefusedError({ refusal: 'unavailable', why })
}
