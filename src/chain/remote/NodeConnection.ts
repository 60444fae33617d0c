import type { CanonicalValue } from '../../codec/index.js'
import { isAddress } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { BlockUpdate } from '../../ledger/index.js'
import { type Channel, closeCodes, LOW_WATER_BYTES } from '../../transport/index.js'
import type { Address } from '../../units/index.js'
import type { Chain } from '../Chain.js'
import { ChainRequestError } from '../chainErrors.js'
import { assertQuery } from '../queryArgs.js'
import { failureOf } from './failures.js'
import {
  type ClientMessage,
  encodeMessage,
  MAX_ANSWER_BYTES,
  type NodeMessage,
  PROTOCOL_VERSION,
  readClientMessage,
} from './messages.js'
import { toWire } from './wireValues.js'

/** What one client of a node may have open. */
export interface ClientLimits {
  readonly maxRequests: number
  readonly maxSubscriptions: number
  /** Bytes that may wait for a client that does not read; above, it is dropped. */
  readonly maxBufferedBytes: number
}

/** What the node counts over all connections. */
export type NodeRefusal =
  | 'badMessage'
  | 'slowReader'
  | 'tooManyRequests'
  | 'tooManySubscriptions'
  | 'blocksGone'

export interface NodeConnectionOptions {
  readonly chain: Chain
  readonly channel: Channel
  readonly limits: ClientLimits
  /** Encodes a block once for all clients. */
  readonly encodeUpdate: (update: BlockUpdate) => Uint8Array
  readonly onRefused: (refusal: NodeRefusal) => void
  readonly onRequest: () => void
  readonly onClosed: () => void
}

interface Subscription {
  readonly controller: AbortController
  credit: number
}

/** One client of a chain node. Everything a client can make it hold is bounded. */
export class NodeConnection {
  readonly #options: NodeConnectionOptions
  readonly #channel: Channel
  readonly #requests = new Map<number, AbortController>()
  readonly #subscriptions = new Map<number, Subscription>()
  /** Pumps that wait for credit or for the channel to drain. */
  readonly #waiting = new Set<() => void>()
  #closed = false

  constructor(options: NodeConnectionOptions) {
    this.#options = options
    this.#channel = options.channel
  }

  /** Greets the client and serves it from now on. */
  async open(): Promise<void> {
    const { chain } = this.#options
    try {
      const head = await chain.head()
      const { chainId, genesisHash, callWindowBlocks, blockMs } = chain
      const introduction = { chainId, genesisHash, callWindowBlocks, blockMs }
      this.#send(['hello', PROTOCOL_VERSION, introduction, toWire(head)])
    } catch {
      this.close(closeCodes.goingAway)
    }
    this.#channel.receive({
      onFrame: (frame) => this.#onFrame(frame),
      onClose: () => this.#onClose(),
      onDrain: () => this.#wake(),
    })
  }

  close(code: number): void {
    if (this.#closed) return
    this.#channel.close(code)
    this.#onClose()
  }

  #onClose(): void {
    if (this.#closed) return
    this.#closed = true
    for (const controller of this.#requests.values()) controller.abort()
    for (const { controller } of this.#subscriptions.values()) controller.abort()
    this.#wake()
    this.#options.onClosed()
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#closed) return
    const message = readClientMessage(frame)
    if (message === undefined || this.#isTaken(message)) {
      this.#refuse('badMessage', closeCodes.badMessage)
      return
    }
    const [kind, id] = message
    if (kind === 'cancel') this.#cancel(id)
    else if (kind === 'more') this.#grant(id, message[2])
    else if (kind === 'blocks') this.#subscribe(id, message[2], message[3])
    else this.#serve(id, (signal) => this.#answer(message, signal))
  }

  #isTaken([kind, id]: ClientMessage): boolean {
    return kind !== 'cancel' && kind !== 'more' && (this.#requests.has(id) || this.#subscriptions.has(id))
  }

  /** Starts a request at once: a call is admitted in the order of the frames. */
  #serve(id: number, work: (signal: AbortSignal) => Promise<CanonicalValue>): void {
    if (this.#requests.size >= this.#options.limits.maxRequests) {
      this.#fail(id, 'tooManyRequests', 'TooManyRequests')
      return
    }
    this.#options.onRequest()
    const controller = new AbortController()
    this.#requests.set(id, controller)
    work(controller.signal)
      .then(
        (value): NodeMessage => ['answer', id, value],
        (error): NodeMessage => ['failure', id, failureOf(error)],
      )
      .then((message) => {
        if (controller.signal.aborted) return
        this.#requests.delete(id)
        this.#send(message)
      })
  }

  async #answer(
    message: Extract<ClientMessage, readonly ['head' | 'query' | 'nonce' | 'submit', ...unknown[]]>,
    signal: AbortSignal,
  ): Promise<CanonicalValue> {
    const { chain } = this.#options
    switch (message[0]) {
      case 'head':
        return toWire(await chain.head({ signal }))
      case 'nonce':
        return chain.nextNonce(readAddress(message[2]), { signal })
      case 'submit':
        return toWire(await chain.submit(message[2], { signal }))
      case 'query': {
        const [, , name, args] = message
        assertQuery(name, args)
        return toWire(await chain.query(name, args as never, { signal }))
      }
    }
  }

  /** Frees the id and its place at once; what was under way for it ends by its signal. */
  #cancel(id: number): void {
    this.#requests.get(id)?.abort()
    this.#subscriptions.get(id)?.controller.abort()
    this.#requests.delete(id)
    this.#subscriptions.delete(id)
    this.#wake()
  }

  #grant(id: number, credit: number): void {
    const subscription = this.#subscriptions.get(id)
    if (subscription === undefined) return
    subscription.credit += credit
    this.#wake()
  }

  #subscribe(id: number, fromBlock: number, credit: number): void {
    if (this.#subscriptions.size >= this.#options.limits.maxSubscriptions) {
      this.#fail(id, 'tooManySubscriptions', 'TooManySubscriptions')
      return
    }
    const subscription: Subscription = { controller: new AbortController(), credit }
    this.#subscriptions.set(id, subscription)
    void this.#pump(id, fromBlock, subscription)
  }

  /** Sends blocks as fast as the client takes them; who falls behind what the chain keeps is told so and dropped. */
  async #pump(id: number, fromBlock: number, subscription: Subscription): Promise<void> {
    const { signal } = subscription.controller
    let last: NodeMessage = ['end', id]
    try {
      const options = fromBlock === -1 ? { signal } : { fromBlock, signal }
      for await (const update of this.#options.chain.blocks(options)) {
        while (!signal.aborted && !this.#maySend(subscription)) await this.#change()
        if (signal.aborted) break
        subscription.credit--
        this.#send(['block', id, this.#options.encodeUpdate(update)])
      }
    } catch (error) {
      const failure = failureOf(error)
      if (Array.isArray(failure) && failure[0] === 'BlocksGone') this.#options.onRefused('blocksGone')
      last = ['failure', id, failure]
    }
    if (signal.aborted) return
    this.#subscriptions.delete(id)
    this.#send(last)
  }

  #maySend({ credit }: Subscription): boolean {
    return credit > 0 && this.#channel.bufferedBytes <= LOW_WATER_BYTES
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        resolve()
      }
      this.#waiting.add(wake)
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  #fail(id: number, refusal: NodeRefusal, code: string): void {
    this.#options.onRefused(refusal)
    this.#send(['failure', id, failureOf(new ChainRequestError({ code }))])
  }

  #refuse(refusal: NodeRefusal, code: number): void {
    this.#options.onRefused(refusal)
    this.close(code)
  }

  #send(message: NodeMessage): void {
    if (this.#closed) return
    let frame = encodeMessage(message)
    if (frame.length > MAX_ANSWER_BYTES) {
      frame = encodeMessage(['failure', message[1], failureOf(new ChainRequestError({ code: 'TooLarge' }))])
    }
    this.#channel.send(frame)
    if (this.#channel.bufferedBytes > this.#options.limits.maxBufferedBytes) {
      this.#refuse('slowReader', closeCodes.slowReader)
    }
  }
}

function readAddress(text: string): Address {
  if (isAddress(text)) return text
  throw new InvalidArgumentError({
    field: 'address',
    value: text,
    remedy: 'Pass an address from parseAddress.',
  })
}
