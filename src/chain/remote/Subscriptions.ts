import { WaitList } from '../../clock/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import type { BlockUpdate } from '../../ledger/index.js'
import type { Chain } from '../Chain.js'
import { BlocksGoneError, BlockTooLargeError } from '../chainErrors.js'
import { failureOf } from './failures.js'
import type { NodeMessage } from './messages.js'
import type { NodeRefusal } from './nodeRefusal.js'

interface SubscriptionsOptions {
  readonly chain: Chain
  /** False while the client has too much to read already. */
  readonly hasRoom: () => boolean
  /** Encodes a block once for all clients. @throws BlockTooLargeError for one that no message holds. */
  readonly encodeUpdate: (update: BlockUpdate) => Uint8Array
  readonly send: (message: NodeMessage) => void
  /** One is over, by whomever. */
  readonly onEnded: () => void
  /** One fell behind what the chain keeps, or met a block that is too large. */
  readonly onRefused: (refusal: Extract<NodeRefusal, 'blocksGone' | 'blockTooLarge'>) => void
}

interface Subscription {
  readonly controller: AbortController
  credit: number
}

/** The blocks that one client follows, each subscription by its id. Blocks are sent as fast as the client takes them. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #open = new Map<number, Subscription>()
  /** Those that wait for credit or for the client to read. */
  readonly #waiting = new WaitList()

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#open.size
  }

  has(id: number): boolean {
    return this.#open.has(id)
  }

  get newestId(): number | undefined {
    return [...this.#open.keys()].at(-1)
  }

  /** Whether the client has given leave to send a block. */
  get hasCredit(): boolean {
    for (const { credit } of this.#open.values()) if (credit > 0) return true
    return false
  }

  /** Begins one; `fromBlock` -1 is the next block. */
  begin(id: number, fromBlock: number, credit: number): void {
    const subscription: Subscription = { controller: new AbortController(), credit }
    this.#open.set(id, subscription)
    void this.#pump(id, fromBlock, subscription)
  }

  grant(id: number, credit: number): void {
    const subscription = this.#open.get(id)
    if (subscription === undefined) return
    subscription.credit += credit
    this.goOn()
  }

  /** Frees the id and its place at once; nothing more is said about it. */
  cancel(id: number): void {
    this.#open.get(id)?.controller.abort()
    this.#forget(id)
    this.goOn()
  }

  cancelAll(): void {
    for (const id of [...this.#open.keys()]) this.cancel(id)
  }

  /** There may be room again. */
  goOn(): void {
    this.#waiting.wake()
  }

  #forget(id: number): void {
    if (this.#open.delete(id)) this.#options.onEnded()
  }

  /** Who falls behind what the chain keeps, or meets a block that is too large, is told so and dropped. */
  async #pump(id: number, fromBlock: number, subscription: Subscription): Promise<void> {
    const { chain, send, encodeUpdate } = this.#options
    const { signal } = subscription.controller
    let last: NodeMessage = ['end', id]
    try {
      const options = fromBlock === -1 ? { signal } : { fromBlock, signal }
      for await (const update of chain.blocks(options)) {
        while (!signal.aborted && !this.#maySend(subscription)) await this.#waiting.wait()
        if (signal.aborted) break
        subscription.credit--
        send(['block', id, encodeUpdate(update)])
      }
    } catch (error) {
      last = ['failure', id, this.#failure(error)]
    }
    if (signal.aborted) return
    this.#forget(id)
    send(last)
  }

  #failure(error: unknown): CanonicalValue {
    if (error instanceof BlocksGoneError) this.#options.onRefused('blocksGone')
    if (error instanceof BlockTooLargeError) this.#options.onRefused('blockTooLarge')
    return failureOf(error)
  }

  #maySend({ credit }: Subscription): boolean {
    return credit > 0 && this.#options.hasRoom()
  }
}
