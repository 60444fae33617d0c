import { WaitList } from '../clock/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import type { BlockUpdate } from '../ledger/index.js'
import type { BlockNumber } from '../units/index.js'
import { BlocksGoneError } from './chainErrors.js'

/** Blocks a history keeps when not told otherwise. */
export const DEFAULT_HISTORY_BLOCKS = 1_024

/** Receipts and events that a history keeps at most, of about half a kilobyte each; of the newest block it keeps all. */
const MAX_HISTORY_ENTRIES = 262_144

/**
 * The most recent blocks of a chain, for readers that follow it at their own pace.
 *
 * Nothing is queued per reader: each is a number, the block it wants next. One that falls behind the oldest
 * kept block is told so by `BlocksGoneError`.
 */
export class BlockHistory {
  readonly #capacity: number
  readonly #maxEntries: number
  readonly #blocks = new Map<BlockNumber, BlockUpdate>()
  #entries = 0
  #newest: BlockNumber
  readonly #changes = new WaitList()
  #closed = false

  /** @param options.head - the chain's last block before the first one pushed. */
  constructor(options: { head: BlockNumber; capacity?: number; maxEntries?: number }) {
    this.#newest = options.head
    this.#capacity = options.capacity ?? DEFAULT_HISTORY_BLOCKS
    this.#maxEntries = options.maxEntries ?? MAX_HISTORY_ENTRIES
  }

  /** Adds the next block, drops the oldest beyond what is kept, and wakes who waits. */
  push(update: BlockUpdate): void {
    assert(update.header.number === this.#newest + 1, `block ${update.header.number} after ${this.#newest}`)
    this.#newest++
    this.#blocks.set(this.#newest, update)
    this.#entries += entriesOf(update)
    while (
      this.#blocks.size > this.#capacity ||
      (this.#entries > this.#maxEntries && this.#blocks.size > 1)
    ) {
      const oldest = this.#oldest()
      this.#entries -= entriesOf(this.#blocks.get(oldest)!)
      this.#blocks.delete(oldest)
    }
    this.#changes.wake()
  }

  /** Ends every reader once it has read what is there. */
  close(): void {
    this.#closed = true
    this.#changes.wake()
  }

  /**
   * Follows the chain from a block on; without one, from the first block after this call.
   * Ends quietly when the signal is aborted, and after the last block when the history is closed.
   *
   * @throws InvalidArgumentError when `fromBlock` is no block number.
   * @throws BlocksGoneError, from the iteration, when the wanted block is not kept any more.
   */
  follow(
    options: { readonly fromBlock?: BlockNumber; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<BlockUpdate, void, undefined> {
    const from = options.fromBlock ?? this.#newest + 1
    assertBlockNumber('fromBlock', from)
    return this.#follow(from, options.signal)
  }

  async *#follow(
    from: BlockNumber,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BlockUpdate, void, undefined> {
    for (let wanted = from; !signal?.aborted; ) {
      const update = this.#blocks.get(wanted)
      if (update !== undefined) {
        yield update
        wanted++
      } else if (wanted <= this.#newest) {
        throw new BlocksGoneError({ wantedBlock: wanted, oldestBlock: this.#oldest() })
      } else if (this.#closed) return
      else await this.#changes.wait(signal)
    }
  }

  #oldest(): BlockNumber {
    return this.#newest - this.#blocks.size + 1
  }
}

/** What a block holds in memory, in receipts and events. */
function entriesOf({ receipts, events }: BlockUpdate): number {
  return receipts.reduce((sum, receipt) => sum + 1 + receipt.events.length, events.length)
}

/** @throws InvalidArgumentError unless the value is a whole number of at least 0. */
export function assertBlockNumber(field: string, value: unknown): asserts value is BlockNumber {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new InvalidArgumentError({ field, value, remedy: 'Pass a block number: a whole number from 0 on.' })
  }
}
