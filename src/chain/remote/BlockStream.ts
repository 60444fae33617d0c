import { WaitList } from '../../clock/index.js'
import type { BlockUpdate } from '../../ledger/index.js'
import { BLOCK_WINDOW, MAX_HELD_BYTES } from './messages.js'

export interface BlockStreamOptions {
  /** So many more blocks may be sent. */
  readonly onTaken: (count: number) => void
  /** Nobody reads any more. */
  readonly onCancel: () => void
  /** More bytes wait for the reader than are held: no more is to come, but for what is on its way. */
  readonly onFull: () => void
}

/**
 * Blocks of one subscription on their way from the connection to one reader. Holds at most one window of them,
 * and of large ones fewer: the node gets leave to send more only as the reader takes them.
 */
export class BlockStream {
  readonly #options: BlockStreamOptions
  #queue: { readonly update: BlockUpdate; readonly bytes: number }[] = []
  #heldBytes = 0
  #taken = 0
  #over = false
  #failure: Error | undefined
  readonly #changes = new WaitList()

  constructor(options: BlockStreamOptions) {
    this.#options = options
  }

  /**
   * @param bytes - that it came in.
   * @returns false when the node sent more than it had leave to.
   */
  push(update: BlockUpdate, bytes: number): boolean {
    if (this.#queue.length >= BLOCK_WINDOW) return false
    this.#queue.push({ update, bytes })
    this.#heldBytes += bytes
    this.#changes.wake()
    if (this.#heldBytes > MAX_HELD_BYTES) this.#options.onFull()
    return true
  }

  end(): void {
    this.#over = true
    this.#changes.wake()
  }

  fail(error: Error): void {
    this.#failure = error
    this.end()
  }

  /** The next block; `undefined` at the end and after an abort. What came before a failure is delivered first. */
  async next(signal?: AbortSignal): Promise<BlockUpdate | undefined> {
    while (!signal?.aborted) {
      const held = this.#queue.shift()
      if (held !== undefined) {
        this.#heldBytes -= held.bytes
        this.#grant()
        return held.update
      }
      if (this.#failure !== undefined) throw this.#failure
      if (this.#over) return undefined
      await this.#changes.wait(signal)
    }
    return undefined
  }

  /** Tells the node that nobody reads any more. */
  cancel(): void {
    this.end()
    this.#options.onCancel()
  }

  #grant(): void {
    this.#taken++
    if (this.#taken < BLOCK_WINDOW / 2 || this.#over) return
    this.#options.onTaken(this.#taken)
    this.#taken = 0
  }
}
