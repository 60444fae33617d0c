import type { Clock, Timer } from '../../clock/index.js'
import type { BlockUpdate } from '../../ledger/index.js'
import { type Channel, closeCodes, LOW_WATER_BYTES } from '../../transport/index.js'
import type { Chain } from '../Chain.js'
import { ChainRequestError } from '../chainErrors.js'
import { AnswerLane } from './AnswerLane.js'
import { answerOf, type RequestMessage } from './answerOf.js'
import type { FairShare } from './FairShare.js'
import { failureOf } from './failures.js'
import { hostOf } from './hostOf.js'
import {
  type ClientMessage,
  encodeMessage,
  MAX_ANSWER_BYTES,
  type NodeMessage,
  PROTOCOL_VERSION,
  readClientMessage,
} from './messages.js'
import type { ChainNodeLimits } from './nodeLimits.js'
import type { NodeRefusal } from './nodeRefusal.js'
import type { Pacer } from './Pacer.js'
import { Subscriptions } from './Subscriptions.js'
import { UnreadWatch } from './UnreadWatch.js'
import { toWire } from './wireValues.js'

/** What the clients of a node hold together. */
export interface NodeShares {
  readonly requests: FairShare<NodeConnection>
  readonly requestBytes: FairShare<NodeConnection>
  readonly subscriptions: FairShare<NodeConnection>
  readonly unreadBytes: FairShare<NodeConnection>
  readonly pacer: Pacer
}

export interface NodeConnectionOptions {
  readonly chain: Chain
  readonly channel: Channel
  readonly limits: ChainNodeLimits
  readonly shares: NodeShares
  readonly clock: Clock
  /** Encodes a block once for all clients. @throws BlockTooLargeError for one that no message holds. */
  readonly encodeUpdate: (update: BlockUpdate) => Uint8Array
  readonly onRefused: (refusal: NodeRefusal) => void
  readonly onRequest: () => void
  /** More may wait to be read than before. */
  readonly onSent: (connection: NodeConnection) => void
  readonly onClosed: (connection: NodeConnection) => void
}

interface OpenRequest {
  readonly controller: AbortController
  readonly bytes: number
}

/** How little a client is missed: one that never asked anything, one that waits for nothing, one that takes nothing, or none of these. */
export type Usefulness = 'silent' | 'idle' | 'stalled' | 'busy'

/** One client of a chain node. Everything a client can make it hold is bounded. */
export class NodeConnection {
  /** Where it comes from; see {@link hostOf}. */
  readonly host: string
  readonly #options: NodeConnectionOptions
  readonly #channel: Channel
  readonly #requests = new Map<number, OpenRequest>()
  readonly #subscriptions: Subscriptions
  readonly #lane: AnswerLane
  readonly #unread: UnreadWatch
  #idleTimer: Timer | undefined
  #lastHeardMs: number
  #hasSpoken = false
  #closed = false

  constructor(options: NodeConnectionOptions) {
    const { channel, clock, limits, shares } = options
    this.#options = options
    this.#channel = channel
    this.host = hostOf(channel.remote)
    this.#lastHeardMs = clock.now()
    this.#lane = new AnswerLane({ pacer: shares.pacer, hasRoom: () => this.#hasRoom })
    this.#subscriptions = new Subscriptions({
      chain: options.chain,
      hasRoom: () => this.#hasRoom,
      encodeUpdate: options.encodeUpdate,
      send: (message) => this.#send(message),
      onEnded: () => shares.subscriptions.giveBack(this, 1),
      onRefused: (refusal) => options.onRefused(refusal),
    })
    this.#unread = new UnreadWatch({
      clock,
      unreadMs: limits.unreadMs,
      unreadBytes: () => channel.bufferedBytes,
      onStuck: () => this.#refuse('slowReader', closeCodes.slowReader),
    })
    this.#watchIdle(limits.idleMs)
  }

  get unreadBytes(): number {
    return this.#closed ? 0 : this.#channel.bufferedBytes
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs
  }

  get usefulness(): Usefulness {
    if (!this.#hasSpoken) return 'silent'
    if (!this.#hasRoom) return 'stalled'
    if (this.#requests.size > 0) return 'busy'
    if (this.#subscriptions.size === 0) return 'idle'
    return this.#subscriptions.hasCredit ? 'busy' : 'stalled'
  }

  /** Greets the client and serves it from now on. */
  async open(): Promise<void> {
    const { chain } = this.#options
    try {
      const head = await chain.head()
      const { chainId, genesisHash, callWindowBlocks, blockMs } = chain
      const loopbackAxonsAllowed = chain.allowsLoopbackAxons
      const introduction = { chainId, genesisHash, callWindowBlocks, loopbackAxonsAllowed, blockMs }
      this.#send(['hello', PROTOCOL_VERSION, introduction, toWire(head)])
    } catch {
      this.close(closeCodes.goingAway)
    }
    this.#channel.receive({
      onFrame: (frame) => this.#onFrame(frame),
      onClose: () => this.#onClose(),
      onDrain: () => this.#onDrain(),
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
    this.#idleTimer?.cancel()
    this.#unread.stop()
    this.#lane.clear()
    for (const { controller } of this.#requests.values()) controller.abort()
    this.#subscriptions.cancelAll()
    this.#options.onClosed(this)
  }

  /** Others have fewer: fails the newest request. */
  giveUpRequest(): void {
    const id = [...this.#requests.keys()].at(-1)
    if (id === undefined) return
    this.#cancel(id)
    this.#fail(id, 'tooManyRequests', 'TooManyRequests')
  }

  /** Others have fewer: fails the newest subscription. */
  giveUpSubscription(): void {
    const id = this.#subscriptions.newestId
    if (id === undefined) return
    this.#cancel(id)
    this.#fail(id, 'tooManySubscriptions', 'TooManySubscriptions')
  }

  get #hasRoom(): boolean {
    return this.#channel.bufferedBytes <= LOW_WATER_BYTES
  }

  #onDrain(): void {
    this.#subscriptions.goOn()
    this.#lane.goOn()
  }

  #watchIdle(delayMs: number): void {
    const { clock, limits } = this.#options
    this.#idleTimer = clock.setTimer(() => {
      const quietMs = this.usefulness === 'busy' ? 0 : clock.now() - this.#lastHeardMs
      if (quietMs >= limits.idleMs) this.#refuse('idle', closeCodes.idle)
      else this.#watchIdle(limits.idleMs - quietMs)
    }, delayMs)
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#closed) return
    const message = readClientMessage(frame)
    if (message === undefined || this.#isTaken(message)) {
      this.#refuse('badMessage', closeCodes.badMessage)
      return
    }
    this.#hasSpoken = true
    this.#lastHeardMs = this.#options.clock.now()
    const [kind, id] = message
    if (kind === 'cancel') this.#cancel(id)
    else if (kind === 'more') this.#subscriptions.grant(id, message[2])
    else if (kind === 'blocks') this.#subscribe(id, message[2], message[3])
    else this.#serve(message, frame.length)
  }

  #isTaken([kind, id]: ClientMessage): boolean {
    return kind !== 'cancel' && kind !== 'more' && (this.#requests.has(id) || this.#subscriptions.has(id))
  }

  /** Starts a call at once, so that calls are admitted in the order of their frames; what may be large waits for its turn. */
  #serve(message: RequestMessage, bytes: number): void {
    const id = message[1]
    if (!this.#takesRequest(bytes)) {
      this.#fail(id, 'tooManyRequests', 'TooManyRequests')
      return
    }
    this.#options.onRequest()
    const { signal } = this.#open(id, bytes)
    const work = async (): Promise<void> => {
      if (signal.aborted) return
      const onAccepted = (): void => this.#accept(id)
      const last = await answerOf(message, this.#options.chain, { signal, onAccepted }).then(
        (value): NodeMessage => ['answer', id, value],
        (error): NodeMessage => ['failure', id, failureOf(error)],
      )
      if (signal.aborted) return
      this.#forgetRequest(id)
      this.#send(last)
    }
    if (message[0] === 'query') this.#lane.add(id, work)
    else void work()
  }

  #takesRequest(bytes: number): boolean {
    const { limits, shares } = this.#options
    if (this.#requests.size >= limits.maxRequests) return false
    if (shares.requestBytes.of(this) + bytes > limits.maxRequestBytes) return false
    if (!shares.requests.take(this, 1)) return false
    if (shares.requestBytes.take(this, bytes)) return true
    shares.requests.giveBack(this, 1)
    return false
  }

  #open(id: number, bytes: number): AbortController {
    const controller = new AbortController()
    this.#requests.set(id, { controller, bytes })
    return controller
  }

  #forgetRequest(id: number): void {
    const request = this.#requests.get(id)
    if (request === undefined) return
    this.#requests.delete(id)
    this.#lane.remove(id)
    this.#options.shares.requests.giveBack(this, 1)
    this.#options.shares.requestBytes.giveBack(this, request.bytes)
  }

  #accept(id: number): void {
    if (this.#requests.has(id)) this.#send(['accepted', id])
  }

  /** Frees the id and its place at once; what was under way for it ends by its signal. */
  #cancel(id: number): void {
    this.#requests.get(id)?.controller.abort()
    this.#forgetRequest(id)
    this.#subscriptions.cancel(id)
  }

  #subscribe(id: number, fromBlock: number, credit: number): void {
    const { limits, shares } = this.#options
    if (this.#subscriptions.size >= limits.maxSubscriptions || !shares.subscriptions.take(this, 1)) {
      this.#fail(id, 'tooManySubscriptions', 'TooManySubscriptions')
      return
    }
    this.#subscriptions.begin(id, fromBlock, credit)
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
    const frame = frameOf(message)
    this.#channel.send(frame)
    if (this.#channel.bufferedBytes > this.#options.limits.maxBufferedBytes) {
      this.#refuse('slowReader', closeCodes.slowReader)
      return
    }
    this.#unread.sent(frame.length)
    this.#options.onSent(this)
  }
}

/** The bytes of a message, or of why it has none that can be sent: an answer of somebody's own chain is to end no node. */
function frameOf(message: NodeMessage): Uint8Array {
  try {
    const frame = encodeMessage(message)
    if (frame.length <= MAX_ANSWER_BYTES) return frame
  } catch (error) {
    return encodeMessage(['failure', message[1], failureOf(error)])
  }
  return encodeMessage(['failure', message[1], failureOf(new ChainRequestError({ code: 'TooLarge' }))])
}
