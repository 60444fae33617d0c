import { onAbort } from '../../clock/index.js'
import { AbortedError } from '../../errors/index.js'
import type { BlockUpdate } from '../../ledger/index.js'
import { BlockTooLargeError } from '../chainErrors.js'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Waits for the next block, over one reader of the chain for all who wait. */
export class NextBlock {
  readonly #blocks: (options: { readonly signal: AbortSignal }) => AsyncIterable<BlockUpdate>
  #waiters = new Set<Waiter>()
  #reading = false

  constructor(blocks: (options: { readonly signal: AbortSignal }) => AsyncIterable<BlockUpdate>) {
    this.#blocks = blocks
  }

  /**
   * Resolves at the next block, and when the chain ends.
   *
   * @throws AbortedError when the signal is aborted first, and whatever ends the reader.
   */
  wait(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(aborted(signal))
    return new Promise((resolve, reject) => {
      const stop = signal === undefined ? undefined : onAbort(signal, () => waiter.reject(aborted(signal)))
      const leave = (settle: () => void): void => {
        this.#waiters.delete(waiter)
        stop?.()
        settle()
      }
      const waiter: Waiter = { resolve: () => leave(resolve), reject: (error) => leave(() => reject(error)) }
      this.#waiters.add(waiter)
      if (!this.#reading) void this.#read()
    })
  }

  async #read(): Promise<void> {
    this.#reading = true
    const stop = new AbortController()
    try {
      for await (const _ of this.#blocks({ signal: stop.signal })) {
        for (const { resolve } of [...this.#waiters]) resolve()
        // Those who wait again at once are served by the same reader.
        await Promise.resolve()
        if (this.#waiters.size === 0) break
      }
    } catch (error) {
      // One that no node sends is a block all the same.
      if (!(error instanceof BlockTooLargeError)) for (const { reject } of [...this.#waiters]) reject(error)
    } finally {
      stop.abort()
      this.#reading = false
      for (const { resolve } of [...this.#waiters]) resolve()
    }
  }
}

function aborted(signal: AbortSignal): AbortedError {
  return new AbortedError({ what: 'The wait for a block', cause: signal.reason })
}
