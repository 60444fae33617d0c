import { BlocksGoneError, BlockTooLargeError, type Chain, type WaitOptions } from '../chain/index.js'
import { WaitList } from '../clock/index.js'
import type { BlockHeader, BlockUpdate } from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Netuid } from '../units/index.js'

/**
 * Keeps up with a chain on behalf of one neuron: the newest block, and a metagraph that is read again only after
 * a block said something about the subnet. It holds one block, so a slow neuron skips blocks and never queues them.
 */
export class SubnetFollower {
  readonly #chain: Chain
  readonly #netuid: Netuid
  readonly #mechanism: number
  readonly #signal: AbortSignal
  #latest: BlockHeader | undefined
  #ended = false
  readonly #news = new WaitList()
  readonly #onBlock: (update: BlockUpdate) => void
  readonly #onGap: () => void
  /** Rises with every block that concerns the subnet: a metagraph read before the rise is stale. */
  #changes = 0
  #metagraph: { readonly changes: number; readonly value: Promise<Metagraph> } | undefined
  #known: { readonly changes: number; readonly value: Metagraph } | undefined

  /**
   * @param options - `mechanism` is the one whose metagraph it reads; the first by default. `onBlock` is handed each block before it is the newest one,
   *   `onGap` is told that some were missed.
   */
  constructor(options: {
    chain: Chain
    netuid: Netuid
    mechanism?: number
    signal: AbortSignal
    onBlock?: (update: BlockUpdate) => void
    onGap?: () => void
  }) {
    this.#chain = options.chain
    this.#netuid = options.netuid
    this.#mechanism = options.mechanism ?? 0
    this.#signal = options.signal
    this.#onBlock = options.onBlock ?? (() => {})
    this.#onGap = options.onGap ?? (() => {})
  }

  /** The newest block that came; `undefined` before the first. */
  get block(): BlockNumber | undefined {
    return this.#latest?.number
  }

  /** Blocks that the chain has and that have not come yet; all of them before the first. */
  async blocksBehind(options: WaitOptions): Promise<number> {
    const head = await this.#chain.head(options)
    return Math.max(0, head.number - (this.#latest?.number ?? 0))
  }

  /** Follows until the signal aborts or the chain closes; rejects when the chain's block stream fails. */
  async run(): Promise<void> {
    try {
      while (await this.#follow()) {
        this.#changes++
        this.#onGap()
      }
    } finally {
      this.#ended = true
      this.#news.wake()
    }
  }

  /** The newest block once it is above `after`; `undefined` when no more will come. */
  async next(after: BlockNumber): Promise<BlockHeader | undefined> {
    for (;;) {
      if (this.#ended || this.#signal.aborted) return undefined
      if (this.#latest !== undefined && this.#latest.number > after) return this.#latest
      await this.#news.wait()
    }
  }

  /**
   * Works on the newest block, then on a newer one, one at a time, until no more will come. Work that fails is told, and the next block is another try.
   */
  async each(
    work: (header: BlockHeader) => Promise<void>,
    tell: (header: BlockHeader, error: unknown) => void,
  ): Promise<void> {
    let done = -1
    for (;;) {
      const header = await this.next(done)
      if (header === undefined) return
      done = header.number
      try {
        await work(header)
      } catch (error) {
        if (this.#signal.aborted) return
        tell(header, error)
      }
    }
  }

  /** The subnet as of the newest block, or of an older one that it has not changed since. */
  metagraph(): Promise<Metagraph> {
    if (this.#metagraph?.changes === this.#changes) return this.#metagraph.value
    const value = this.#chain.metagraph(this.#netuid, { mechanism: this.#mechanism, signal: this.#signal })
    const entry = { changes: this.#changes, value }
    this.#metagraph = entry
    value.then(
      (known) => {
        if ((this.#known?.changes ?? 0) <= entry.changes)
          this.#known = { changes: entry.changes, value: known }
      },
      () => {
        if (this.#metagraph === entry) this.#metagraph = undefined
      },
    )
    return value
  }

  /** Lets the next metagraph be read anew: something changed the subnet in a block that has not come yet. */
  expire(): void {
    this.#changes++
  }

  /** The newest metagraph that has been read, at once; `undefined` before the first. */
  get known(): Metagraph | undefined {
    return this.#known?.value
  }

  /** Returns true when blocks were missed, as after a long loss of the connection, or one that is too large to be sent: what they changed is unknown. */
  async #follow(): Promise<boolean> {
    try {
      for await (const update of this.#chain.blocks({ signal: this.#signal })) {
        // Between a metagraph read before the first block and that block there may be others, never seen.
        if (this.#latest === undefined || concerns(update, this.#netuid)) this.#changes++
        this.#onBlock(update)
        this.#latest = update.header
        this.#news.wake()
      }
      return false
    } catch (error) {
      if (error instanceof BlocksGoneError || error instanceof BlockTooLargeError) return true
      throw error
    }
  }
}

function concerns(update: BlockUpdate, netuid: Netuid): boolean {
  const mentions = (events: BlockUpdate['events']): boolean => events.some((event) => event.netuid === netuid)
  return mentions(update.events) || update.receipts.some((receipt) => mentions(receipt.events))
}
