import { hostAndPort } from '../../checks/index.js'
import { type Clock, onAbort, startDeadline } from '../../clock/index.js'
import { type CanonicalValue, decodeCanonical } from '../../codec/index.js'
import { AbortedError } from '../../errors/index.js'
import type { BlockHeader, BlockUpdate } from '../../ledger/index.js'
import { type Carrier, type Channel, closeCodes, type NetworkAddress } from '../../transport/index.js'
import type { BlockNumber } from '../../units/index.js'
import type { SubmitOptions } from '../Chain.js'
import { ChainConnectionError, type ConnectionFault } from '../chainErrors.js'
import { BlockStream } from './BlockStream.js'
import { errorOf } from './failures.js'
import {
  BLOCK_WINDOW,
  type ChainIntroduction,
  type ClientMessage,
  encodeMessage,
  MAX_ANSWER_BYTES,
  type NodeMessage,
  PROTOCOL_VERSION,
  readNodeMessage,
} from './messages.js'
import { Watchdog } from './Watchdog.js'
import { fromWire } from './wireValues.js'

/** How long a node may take to accept a connection and to greet. */
const HELLO_MS = 10_000

/** What a node says of itself. */
export interface Hello extends ChainIntroduction {
  readonly head: BlockHeader
}

interface Waiting {
  readonly onAccepted: (() => void) | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

type WithId<M> = M extends readonly [infer Kind, number, ...infer Rest] ? readonly [Kind, ...Rest] : never
/** A request before it has an id. */
export type Request = WithId<
  Extract<ClientMessage, readonly ['head' | 'query' | 'nonce' | 'submit', ...unknown[]]>
>

export interface OpenOptions {
  readonly carrier: Carrier
  readonly address: NetworkAddress
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/** One connection to a chain node, from its greeting to its end. It is never used again after that. */
export class RemoteConnection {
  readonly hello: Hello
  #onClosed: (error: ChainConnectionError) => void = () => {}
  readonly #channel: Channel
  readonly #node: string
  readonly #waiting = new Map<number, Waiting>()
  readonly #streams = new Map<number, BlockStream>()
  #nextId = 0
  #ended: ChainConnectionError | undefined
  #wasIdle = false
  readonly #watchdog: Watchdog

  private constructor(channel: Channel, node: string, clock: Clock, hello: Hello) {
    this.#channel = channel
    this.#node = node
    this.hello = hello
    this.#watchdog = new Watchdog({
      clock,
      isWaiting: () => this.#waiting.size + this.#streams.size > 0,
      onSilence: () => {
        this.request(['head']).catch(() => {})
      },
      onDead: () => {
        this.#channel.close(closeCodes.idle)
        this.#end('lost')
      },
    })
  }

  /**
   * Dials a node and waits for its greeting.
   *
   * @throws ChainConnectionError with fault `unreachable` or `notAChainNode`.
   * @throws AbortedError when the signal is aborted first.
   */
  static async open({ carrier, address, clock, signal }: OpenOptions): Promise<RemoteConnection> {
    const node = hostAndPort(address)
    const deadline = startDeadline(clock, HELLO_MS, signal)
    try {
      const channel = await carrier.dial(address, {
        maxFrameBytes: MAX_ANSWER_BYTES,
        signal: deadline.signal,
      })
      return await RemoteConnection.#greeted(channel, node, clock, deadline.signal)
    } catch (cause) {
      if (signal?.aborted)
        throw new AbortedError({ what: 'Connecting to a chain node', cause: signal.reason })
      if (cause instanceof ChainConnectionError) throw cause
      throw new ChainConnectionError({ fault: 'unreachable', node, cause })
    } finally {
      deadline.dispose()
    }
  }

  static #greeted(
    channel: Channel,
    node: string,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<RemoteConnection> {
    return new Promise((resolve, reject) => {
      let connection: RemoteConnection | undefined
      const refuse = (fault: ConnectionFault, cause?: unknown): void => {
        channel.close(closeCodes.normal)
        reject(new ChainConnectionError({ fault, node, cause }))
      }
      const forget = onAbort(signal, () => refuse('notAChainNode', signal.reason))
      channel.receive({
        onFrame: (frame) => {
          if (connection !== undefined) {
            connection.#onFrame(frame)
            return
          }
          forget()
          const hello = readHello(frame)
          if (typeof hello === 'string') refuse(hello)
          else {
            connection = new RemoteConnection(channel, node, clock, hello)
            resolve(connection)
          }
        },
        onClose: (code) => {
          forget()
          if (connection === undefined) reject(new ChainConnectionError({ fault: 'notAChainNode', node }))
          else connection.#onClose(code)
        },
      })
    })
  }

  /**
   * Asks the node; the frame is sent before this returns.
   *
   * @throws ChainConnectionError when the connection ends first.
   * @throws AbortedError when the signal is aborted first.
   */
  request(request: Request, { signal, onAccepted }: SubmitOptions = {}): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    if (signal?.aborted) return Promise.reject(aborted(request, signal))
    const id = this.#nextId++
    const [kind, ...rest] = request
    const frame = encodeMessage([kind, id, ...rest] as ClientMessage)
    return new Promise((resolve, reject) => {
      const forget = listen(signal, () => {
        this.#waiting.delete(id)
        this.#send(['cancel', id])
        reject(aborted(request, signal!))
      })
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          forget()
          settle(value)
        }
      this.#waiting.set(id, { onAccepted, resolve: settled(resolve), reject: settled(reject) })
      this.#watchdog.watch()
      this.#channel.send(frame)
    })
  }

  /** Follows the chain from a block on. The stream fails with `ChainConnectionError` when the connection ends. */
  follow(fromBlock: BlockNumber): BlockStream {
    const id = this.#nextId++
    const stream = new BlockStream({
      onTaken: (count) => this.#send(['more', id, count]),
      onCancel: () => {
        if (this.#streams.delete(id)) this.#send(['cancel', id])
      },
      // What is held is read first; then the reader begins anew after it.
      onFull: () => {
        this.#streams.delete(id)
        this.#send(['cancel', id])
        stream.fail(new ChainConnectionError({ fault: 'lost', node: this.#node }))
      },
    })
    if (this.#ended !== undefined) {
      stream.fail(this.#ended)
      return stream
    }
    this.#streams.set(id, stream)
    this.#watchdog.watch()
    this.#send(['blocks', id, fromBlock, BLOCK_WINDOW])
    return stream
  }

  /** Calls back once, when the connection ends in whatever way; soon, when it has. */
  whenClosed(callback: (error: ChainConnectionError) => void): void {
    const ended = this.#ended
    if (ended === undefined) this.#onClosed = callback
    else queueMicrotask(() => callback(ended))
  }

  /** The node closed it because it waited for nothing: what was sent at that moment was not looked at. */
  get wasIdle(): boolean {
    return this.#wasIdle
  }

  close(): void {
    this.#channel.close(closeCodes.normal)
    this.#end('lost')
  }

  #send(message: ClientMessage): void {
    if (this.#ended === undefined) this.#channel.send(encodeMessage(message))
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#ended !== undefined) return
    this.#watchdog.heard()
    const message = readNodeMessage(frame)
    if (message === undefined || !this.#onMessage(message)) {
      this.#channel.close(closeCodes.badMessage)
      this.#end('notAChainNode')
    }
  }

  /** @returns false when the message has no place here. Those about forgotten ids have: they crossed a cancel. */
  #onMessage(message: NodeMessage): boolean {
    const id = message[1]
    const stream = this.#streams.get(id)
    switch (message[0]) {
      case 'hello':
        return false
      case 'accepted':
        this.#waiting.get(id)?.onAccepted?.()
        return true
      case 'answer': {
        const answer = readWire(message[2])
        if (answer !== undefined) this.#take(id)?.resolve(answer.value)
        return answer !== undefined
      }
      case 'failure':
        this.#streams.delete(id)
        stream?.fail(errorOf(message[2]))
        this.#take(id)?.reject(errorOf(message[2]))
        return true
      case 'end':
        this.#streams.delete(id)
        stream?.end()
        return true
      case 'block': {
        const update = readUpdate(message[2])
        return update !== undefined && (stream === undefined || stream.push(update, message[2].length))
      }
    }
  }

  /** The code is the node's own unless this side has ended it before. */
  #onClose(code: number): void {
    if (this.#ended === undefined) this.#wasIdle = code === closeCodes.idle
    this.#end('lost')
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #end(fault: 'lost' | 'notAChainNode'): void {
    if (this.#ended !== undefined) return
    const error = new ChainConnectionError({ fault, node: this.#node })
    this.#ended = error
    this.#watchdog.stop()
    for (const { reject } of this.#waiting.values()) reject(error)
    for (const stream of this.#streams.values()) stream.fail(error)
    this.#waiting.clear()
    this.#streams.clear()
    this.#onClosed(error)
  }
}

const NOTHING = (): void => {}

function listen(signal: AbortSignal | undefined, callback: () => void): () => void {
  return signal === undefined ? NOTHING : onAbort(signal, callback)
}

function aborted([kind]: Request, signal: AbortSignal): AbortedError {
  return new AbortedError({ what: `The ${kind} request to the chain node`, cause: signal.reason })
}

/** What a node says of itself, or what is wrong with it. */
function readHello(frame: Uint8Array): Hello | 'notAChainNode' | 'otherVersion' {
  const message = readNodeMessage(frame)
  if (message?.[0] !== 'hello') return 'notAChainNode'
  if (message[1] !== PROTOCOL_VERSION) return 'otherVersion'
  const head = readWire(message[3])?.value as BlockHeader | undefined
  const chain = message[2] as Partial<ChainIntroduction> | null
  const { chainId, genesisHash, callWindowBlocks, loopbackAxonsAllowed, blockMs } = chain ?? {}
  if (typeof chainId !== 'string' || typeof genesisHash !== 'string' || !isHeader(head))
    return 'notAChainNode'
  if (!isCount(callWindowBlocks) || !isCount(blockMs)) return 'notAChainNode'
  if (typeof loopbackAxonsAllowed !== 'boolean') return 'notAChainNode'
  return { chainId, genesisHash, callWindowBlocks, loopbackAxonsAllowed, blockMs, head }
}

/** What an answer stands for; `undefined` when a node of this version would not have written it. */
function readWire(answer: CanonicalValue): { readonly value: unknown } | undefined {
  try {
    return { value: fromWire(answer) }
  } catch {
    // Of strangers: whatever is wrong with it, it is no answer.
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function readUpdate(bytes: Uint8Array): BlockUpdate | undefined {
  try {
    const update = fromWire(decodeCanonical(bytes)) as BlockUpdate
    return isHeader(update?.header) && Array.isArray(update.receipts) && Array.isArray(update.events)
      ? update
      : undefined
  } catch {
    // Not canonical bytes: the node does not speak this protocol.
    return undefined
  }
}

function isHeader(header: BlockHeader | undefined | null): header is BlockHeader {
  return (
    Number.isSafeInteger(header?.number) &&
    typeof header?.hash === 'string' &&
    typeof header.parentHash === 'string'
  )
}
