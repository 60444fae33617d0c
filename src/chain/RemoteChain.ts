import { type Clock, sleep, systemClock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { AbortedError, InvalidArgumentError } from '../errors/index.js'
import type { BlockHeader, BlockUpdate, Queries, QueryName, Receipt } from '../ledger/index.js'
import { type Carrier, type NetworkAddress, webSocketCarrier } from '../transport/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { abortable } from './abortable.js'
import { assertBlockNumber } from './BlockHistory.js'
import type { WaitOptions } from './Chain.js'
import { ChainBase } from './ChainBase.js'
import { ChainClosedError, ChainConnectionError } from './chainErrors.js'
import { assertQuery } from './queryArgs.js'
import type { BlockStream } from './remote/BlockStream.js'
import { RemoteConnection, type Request } from './remote/RemoteConnection.js'
import { fromWire } from './remote/wireValues.js'

/** How a lost connection is made again. */
export interface ReconnectOptions {
  /** Wait before the first attempt; doubled after each, 50 ms by default. */
  readonly firstDelayMs: number
  /** Longest wait between two attempts, 2 s by default. */
  readonly maxDelayMs: number
  /** After this long without a connection the chain is given up for good, 60 s by default. */
  readonly giveUpAfterMs: number
}

export interface RemoteChainOptions {
  /** `ws://127.0.0.1:9944`, or host and port. */
  readonly url: string | NetworkAddress
  /** WebSocket by default. */
  readonly carrier?: Carrier
  readonly clock?: Clock
  readonly reconnect?: Partial<ReconnectOptions>
  /** Ends the wait for the first connection. */
  readonly signal?: AbortSignal
}

const DEFAULT_RECONNECT: ReconnectOptions = { firstDelayMs: 50, maxDelayMs: 2_000, giveUpAfterMs: 60_000 }

/**
 * A chain served by a `ChainNode`, with the same interface as one in this process.
 *
 * When the connection is lost, requests under way reject with `ChainConnectionError` (a call among them may or
 * may not have reached the node), and the connection is made again in the background: requests made meanwhile
 * wait for it, and `blocks()` goes on with the next block, without a gap and without a repetition.
 *
 * @example
 * ```ts
 * import { RemoteChain } from 'subnetkit/chain'
 *
 * const chain = await RemoteChain.connect({ url: 'ws://127.0.0.1:9944' })
 * for await (const { header } of chain.blocks({ signal: AbortSignal.timeout(5_000) })) header.number
 * await chain.close()
 * ```
 */
export class RemoteChain extends ChainBase {
  readonly chainId: string
  readonly genesisHash: string
  readonly callWindowBlocks: number
  readonly blockMs: number
  readonly #address: NetworkAddress
  readonly #carrier: Carrier
  readonly #clock: Clock
  readonly #reconnect: ReconnectOptions
  readonly #closing = new AbortController()
  /** The connection, or the one that is being made; rejects for good once given up or closed. */
  #connection: Promise<RemoteConnection>
  #current: RemoteConnection | undefined
  /** The latest block this client has seen: another history does not have it. */
  #seen: BlockHeader
  #gaveUp = false

  private constructor(first: RemoteConnection, address: NetworkAddress, options: RemoteChainOptions) {
    super()
    this.chainId = first.hello.chainId
    this.genesisHash = first.hello.genesisHash
    this.callWindowBlocks = first.hello.callWindowBlocks
    this.blockMs = first.hello.blockMs
    this.#address = address
    this.#carrier = options.carrier ?? webSocketCarrier()
    this.#clock = options.clock ?? systemClock
    this.#reconnect = { ...DEFAULT_RECONNECT, ...options.reconnect }
    this.#seen = first.hello.head
    this.#connection = Promise.resolve(first)
    this.#use(first)
  }

  /**
   * @throws InvalidArgumentError when the url is none.
   * @throws ChainConnectionError when no chain node answers there.
   * @throws AbortedError when the signal is aborted first.
   */
  static async connect(options: RemoteChainOptions): Promise<RemoteChain> {
    const address = addressFrom(options.url)
    const carrier = options.carrier ?? webSocketCarrier()
    const clock = options.clock ?? systemClock
    const first = await RemoteConnection.open({ carrier, address, clock, signal: options.signal })
    return new RemoteChain(first, address, { ...options, carrier, clock })
  }

  async head(options: WaitOptions = {}): Promise<BlockHeader> {
    const head = (await this.#request(['head'], options)) as BlockHeader
    this.#note(head)
    return head
  }

  async query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options: WaitOptions = {},
  ): Promise<Queries[N]['answer']> {
    assertQuery(name, args)
    return (await this.#request(['query', name, args as CanonicalValue], options)) as Queries[N]['answer']
  }

  async submit(signedCall: Uint8Array, options: WaitOptions = {}): Promise<Receipt> {
    return (await this.#request(['submit', signedCall], options)) as Receipt
  }

  async nextNonce(address: Address, options: WaitOptions = {}): Promise<number> {
    return (await this.#request(['nonce', address], options)) as number
  }

  blocks(
    options: WaitOptions & { readonly fromBlock?: BlockNumber } = {},
  ): AsyncGenerator<BlockUpdate, void, undefined> {
    const { fromBlock, signal } = options
    if (fromBlock !== undefined) assertBlockNumber('fromBlock', fromBlock)
    // The first block is fixed by when the caller asks, not by when the first one is taken.
    const first = fromBlock ?? this.#nextBlock(signal)
    if (typeof first !== 'number') first.catch(() => {})
    return this.#follow(first, signal)
  }

  /** Ends the connection and everything that waits. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new ChainClosedError())
    this.#connection.catch(() => {})
    this.#connection = Promise.reject(new ChainClosedError())
    this.#connection.catch(() => {})
    this.#current?.close()
  }

  async #request(request: Request, { signal }: WaitOptions): Promise<unknown> {
    try {
      // With a connection the frame leaves before anything is awaited, and all who wait for one wait alike:
      // frames keep the order of the calls.
      const connection = this.#current ?? (await this.#connected(signal ?? this.#closing.signal))
      return fromWire(await connection.request(request, signal))
    } catch (error) {
      throw signal?.aborted ? error : this.#explained(error)
    }
  }

  /** The connection that stands, or the next one. */
  async #connected(signal: AbortSignal): Promise<RemoteConnection> {
    const connection = await abortable(this.#connection, signal, 'The wait for a connection')
    return this.#current ?? connection
  }

  async #nextBlock(signal: AbortSignal | undefined): Promise<BlockNumber> {
    return (await this.head(signal === undefined ? {} : { signal })).number + 1
  }

  async *#follow(
    first: BlockNumber | Promise<BlockNumber>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BlockUpdate, void, undefined> {
    const stop = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])])
    let next: BlockNumber | undefined
    let parentHash: string | undefined
    while (!stop.aborted) {
      let stream: BlockStream | undefined
      try {
        next ??= await first
        const connection = this.#current ?? (await this.#connected(stop))
        if (parentHash !== undefined && connection.hello.head.number + 1 < next)
          throw this.#error('otherChain')
        stream = connection.follow(next)
        for (let update = await stream.next(stop); ; update = await stream.next(stop)) {
          if (update === undefined) return
          this.#assertFollows(update, next, parentHash)
          this.#note(update.header)
          parentHash = update.header.hash
          next++
          yield update
        }
      } catch (error) {
        if (stop.aborted) return
        if (!isPassing(error) || this.#gaveUp) throw error
        first = next ?? this.#nextBlock(signal)
      } finally {
        stream?.cancel()
      }
    }
  }

  /** After a reconnection the next block must continue what was delivered before. */
  #assertFollows({ header }: BlockUpdate, next: BlockNumber, parentHash: string | undefined): void {
    if (header.number === next && (parentHash === undefined || header.parentHash === parentHash)) return
    throw this.#error('otherChain')
  }

  #use(connection: RemoteConnection): void {
    this.#current = connection
    connection.onClosed = (error) => {
      this.#current = undefined
      if (this.#closing.signal.aborted) return
      this.#connection = this.#connectAgain(error)
      this.#connection.catch(() => {
        this.#gaveUp = true
      })
    }
  }

  async #connectAgain(lost: ChainConnectionError): Promise<RemoteConnection> {
    const { signal } = this.#closing
    const { firstDelayMs, maxDelayMs, giveUpAfterMs } = this.#reconnect
    const lostAtMs = this.#clock.now()
    let cause: unknown = lost
    for (let delayMs = firstDelayMs; this.#clock.now() - lostAtMs < giveUpAfterMs; delayMs *= 2) {
      await this.#closed(sleep(this.#clock, Math.min(delayMs, maxDelayMs), signal))
      try {
        const connection = await this.#closed(
          RemoteConnection.open({
            carrier: this.#carrier,
            address: this.#address,
            clock: this.#clock,
            signal,
          }),
        )
        if (!(await this.#closed(this.#isSameChain(connection)))) {
          connection.close()
          throw this.#error('otherChain')
        }
        this.#use(connection)
        return connection
      } catch (error) {
        if (!isPassing(error)) throw error
        cause = error
      }
    }
    throw this.#error('unreachable', cause)
  }

  #note(header: BlockHeader): void {
    if (header.number > this.#seen.number) this.#seen = header
  }

  /** Whether a node has the block 0 of before, and in its history the latest block that was seen. */
  async #isSameChain(connection: RemoteConnection): Promise<boolean> {
    const { genesisHash, head } = connection.hello
    const { number, hash } = this.#seen
    if (genesisHash !== this.genesisHash || head.number < number) return false
    // A node knows the last blocks by hash; after longer than that, block 0 has to do.
    if (head.number - number >= this.callWindowBlocks) return true
    const found = await connection.request(['query', 'recentBlock', { hash }], this.#closing.signal)
    return found === number
  }

  /** Turns the abort of `close` into what the caller should read. */
  async #closed<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw this.#explained(error)
    }
  }

  #explained(error: unknown): unknown {
    const ended = error instanceof ChainConnectionError || error instanceof AbortedError
    return ended && this.#closing.signal.aborted ? new ChainClosedError() : error
  }

  #error(fault: ChainConnectionError['fault'], cause?: unknown): ChainConnectionError {
    return new ChainConnectionError({ fault, node: `${this.#address.host}:${this.#address.port}`, cause })
  }
}

/** A loss or an absence that may be over at the next attempt. */
function isPassing(error: unknown): boolean {
  return error instanceof ChainConnectionError && error.fault !== 'otherChain'
}

function addressFrom(url: string | NetworkAddress): NetworkAddress {
  if (typeof url !== 'string') return url
  const match = /^ws:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})\/?$/.exec(url)
  if (match === null) {
    throw new InvalidArgumentError({
      field: 'url',
      value: url,
      remedy: 'Pass ws://host:port, such as ws://127.0.0.1:9944.',
    })
  }
  return { host: (match[1] ?? match[2])!, port: Number(match[3]) }
}
