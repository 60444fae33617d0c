import { assertMade, check, hostAndPort, made } from '../checks/index.js'
import { type Clock, sleep, systemClock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { AbortedError } from '../errors/index.js'
import {
  type BlockHeader,
  type BlockUpdate,
  checkQuery,
  isLoopbackHost,
  type MetagraphView,
  type Queries,
  type QueryName,
  type Receipt,
} from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { type Carrier, type NetworkAddress, webSocketCarrier } from '../transport/index.js'
import type { Address, BlockNumber } from '../units/index.js'
import { abortable } from './abortable.js'
import { addressCheck, blocksShape, signedCallCheck, submitShape, waitShape } from './argumentChecks.js'
import type { SubmitOptions, WaitOptions } from './Chain.js'
import { ChainBase } from './ChainBase.js'
import { ChainClosedError, ChainConnectionError } from './chainErrors.js'
import type { BlockStream } from './remote/BlockStream.js'
import { ChainReporter } from './remote/ChainReporter.js'
import { RemoteConnection, type Request } from './remote/RemoteConnection.js'
import {
  addressFrom,
  DEFAULT_RECONNECT,
  optionsShape,
  type ReconnectOptions,
  type RemoteChainOptions,
} from './remote/remoteOptions.js'

/** What a node takes for the block after its head. */
const FROM_NEXT = -1

/**
 * A chain served by a `ChainNode`, with the same interface as one in this process.
 *
 * When the connection is lost, that is said at once, by an event and in the log, and it is made again in the background.
 * Questions and signed bytes under way reject with `ChainConnectionError`, except questions that the node did not look at since it
 * had taken the connection for idle: they are asked again. What is asked meanwhile waits; `call` goes on, and
 * executes once whatever of it had arrived; `blocks()` goes on with the next block, without a gap and without a repetition.
 *
 * A node that comes back as another chain (with another block 0, or without the latest block that was seen) ends everything, now
 * and later, with one `ChainConnectionError` whose fault is `otherChain`.
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
  readonly allowsLoopbackAxons: boolean
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
  /** Why there will be no connection any more. */
  #end: ChainConnectionError | undefined
  readonly #reporter: ChainReporter
  /** Wait before the next attempt: starts anew once a connection has stood for a while. */
  #delayMs: number

  private constructor(
    mark: typeof made,
    first: RemoteConnection,
    address: NetworkAddress,
    options: RemoteChainOptions,
  ) {
    super()
    assertMade(mark, 'RemoteChain', 'await RemoteChain.connect({ url })')
    this.chainId = first.hello.chainId
    this.genesisHash = first.hello.genesisHash
    this.callWindowBlocks = first.hello.callWindowBlocks
    this.blockMs = first.hello.blockMs
    this.#address = address
    this.#carrier = options.carrier ?? webSocketCarrier()
    const isHere = this.#carrier.kind === 'memory' || isLoopbackHost(address.host)
    this.allowsLoopbackAxons = first.hello.loopbackAxonsAllowed && isHere
    this.#clock = options.clock ?? systemClock
    this.#reconnect = { ...DEFAULT_RECONNECT, ...options.reconnect }
    this.#delayMs = this.#reconnect.firstDelayMs
    this.#reporter = new ChainReporter(options)
    this.#seen = first.hello.head
    this.#connection = Promise.resolve(first)
    this.#use(first)
  }

  /**
   * @throws InvalidArgumentError for an option that is wrong or unknown, such as a url that is none.
   * @throws ChainConnectionError when no chain node answers there.
   * @throws AbortedError when the signal is aborted first.
   */
  static async connect(options: RemoteChainOptions): Promise<RemoteChain> {
    check('options', optionsShape, options)
    const address = addressFrom(options.url)
    const carrier = options.carrier ?? webSocketCarrier()
    const clock = options.clock ?? systemClock
    const first = await RemoteConnection.open({ carrier, address, clock, signal: options.signal })
    return new RemoteChain(made, first, address, { ...options, carrier, clock })
  }

  async head(options: WaitOptions = {}): Promise<BlockHeader> {
    check('options', waitShape, options)
    const head = (await this.#request(['head'], options)) as BlockHeader
    this.#note(head)
    return head
  }

  async query<N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
    options: WaitOptions = {},
  ): Promise<Queries[N]['answer']> {
    checkQuery(name, args)
    check('options', waitShape, options)
    // What is left out as `undefined` has no form in bytes.
    const given = Object.entries(args as object).filter(([, value]) => value !== undefined)
    const request = ['query', name, Object.fromEntries(given) as CanonicalValue] as const
    return (await this.#request(request, options)) as Queries[N]['answer']
  }

  async submit(signedCall: Uint8Array, options: SubmitOptions = {}): Promise<Receipt> {
    check('signedCall', signedCallCheck, signedCall)
    check('options', submitShape, options)
    return (await this.#request(['submit', signedCall], options)) as Receipt
  }

  async nextNonce(address: Address, options: WaitOptions = {}): Promise<number> {
    check('address', addressCheck, address)
    check('options', waitShape, options)
    return (await this.#request(['nonce', address], options)) as number
  }

  blocks(
    options: WaitOptions & { readonly fromBlock?: BlockNumber } = {},
  ): AsyncGenerator<BlockUpdate, void, undefined> {
    check('options', blocksShape, options)
    const { fromBlock, signal } = options
    // The first block is fixed by when the caller asks, not by when the first one is taken.
    const first = fromBlock ?? this.#nextBlock(signal)
    if (typeof first !== 'number') first.catch(() => {})
    return this.#follow(first, signal)
  }

  /** Asks for no head: a node that has no place for a request more is who calls wait for. */
  protected override nextBlocks({ signal }: { readonly signal: AbortSignal }): AsyncIterable<BlockUpdate> {
    return this.#follow(FROM_NEXT, signal)
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #request(request: Request, options: SubmitOptions): Promise<unknown> {
    const { signal } = options
    let connection: RemoteConnection | undefined
    try {
      // With a connection the frame leaves before anything is awaited, and all who wait for one wait alike:
      // frames keep the order of the calls.
      connection = this.#current ?? (await this.#connected(signal ?? this.#closing.signal))
      return await connection.request(request, options)
    } catch (error) {
      if (signal?.aborted) throw error
      if (this.#mayAskAgain(request, connection)) return await this.#request(request, options)
      throw this.#explained(error)
    }
  }

  /** Whether a question crossed the end of a connection that its node took for idle, and so was not looked at. */
  #mayAskAgain([kind]: Request, connection: RemoteConnection | undefined): boolean {
    const isOver = this.#closing.signal.aborted || this.#end !== undefined
    return kind !== 'submit' && connection?.wasIdle === true && !isOver
  }

  /** A node whose columns are none of a metagraph is no node of a chain. */
  protected override metagraphOf(view: MetagraphView): Metagraph {
    try {
      return super.metagraphOf(view)
    } catch (cause) {
      throw new ChainConnectionError({ fault: 'notAChainNode', node: this.#node, cause })
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
        stream = connection.follow(next)
        for (let update = await stream.next(stop); ; update = await stream.next(stop)) {
          if (update === undefined) return
          if (next === FROM_NEXT) next = update.header.number
          this.#assertFollows(update, next, parentHash)
          this.#note(update.header)
          parentHash = update.header.hash
          next++
          yield update
        }
      } catch (error) {
        if (stop.aborted) return
        if (!isPassing(error) || this.#end !== undefined) throw this.#end ?? error
        first = next ?? this.#nextBlock(signal)
      } finally {
        stream?.cancel()
      }
    }
  }

  /** After a reconnection the next block must continue what was delivered before. */
  #assertFollows({ header }: BlockUpdate, next: BlockNumber, parentHash: string | undefined): void {
    if (header.number === next && (parentHash === undefined || header.parentHash === parentHash)) return
    throw this.#replaced()
  }

  #use(connection: RemoteConnection): void {
    const sinceMs = this.#clock.now()
    this.#current = connection
    connection.whenClosed((error) => {
      this.#current = undefined
      if (this.#closing.signal.aborted || this.#end !== undefined) return
      const { firstDelayMs, maxDelayMs } = this.#reconnect
      if (this.#clock.now() - sinceMs >= maxDelayMs) this.#delayMs = firstDelayMs
      this.#connection = this.#connectAgain(error)
      this.#connection.catch(() => {})
    })
  }

  async #connectAgain(lost: ChainConnectionError): Promise<RemoteConnection> {
    const { maxDelayMs, giveUpAfterMs } = this.#reconnect
    const node = this.#node
    const lostAtMs = this.#clock.now()
    const afterMs = (): number => this.#clock.now() - lostAtMs
    let cause: unknown = lost
    // Whoever is told, and asks at once, waits for the next connection: it is on its way by then.
    await Promise.resolve()
    this.#reporter.tell({ type: 'lost', node, error: lost })
    for (let attempt = 1; afterMs() < giveUpAfterMs; attempt++) {
      const delayMs = Math.min(this.#delayMs, maxDelayMs)
      if (attempt > 1) this.#reporter.tell({ type: 'retrying', node, attempt, delayMs, error: cause })
      await this.#closed(sleep(this.#clock, delayMs, this.#closing.signal))
      this.#delayMs = Math.min(2 * delayMs, maxDelayMs)
      try {
        const connection = await this.#closed(this.#openSame())
        this.#use(connection)
        this.#reporter.tell({ type: 'reconnected', node, afterMs: afterMs(), head: connection.hello.head })
        return connection
      } catch (error) {
        if (!isPassing(error)) throw error
        cause = error
      }
    }
    const error = this.#endWith('unreachable', cause)
    this.#reporter.tell({ type: 'gaveUp', node, afterMs: afterMs(), error })
    throw error
  }

  /** A connection to the same chain as before. */
  async #openSame(): Promise<RemoteConnection> {
    const { signal } = this.#closing
    const connection = await RemoteConnection.open({
      carrier: this.#carrier,
      address: this.#address,
      clock: this.#clock,
      signal,
    })
    try {
      if (await this.#isSameChain(connection)) return connection
    } catch (error) {
      connection.close()
      throw error
    }
    connection.close()
    throw this.#replaced()
  }

  /** Ends everything: another chain answers than before. */
  #replaced(): ChainConnectionError {
    if (this.#end !== undefined) return this.#end
    const error = this.#endWith('otherChain')
    this.#connection = Promise.reject(error)
    this.#connection.catch(() => {})
    this.#reporter.tell({ type: 'replaced', node: this.#node, error })
    const current = this.#current
    this.#current = undefined
    current?.close()
    return error
  }

  #endWith(fault: 'otherChain' | 'unreachable', cause?: unknown): ChainConnectionError {
    this.#end ??= new ChainConnectionError({ fault, node: this.#node, cause })
    return this.#end
  }

  get #node(): string {
    return hostAndPort(this.#address)
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
    const found = await connection.request(['query', 'recentBlock', { hash }], {
      signal: this.#closing.signal,
    })
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
    if (ended && this.#closing.signal.aborted) return new ChainClosedError()
    return error instanceof ChainConnectionError ? (this.#end ?? error) : error
  }
}

/** A loss or an absence that may be over at the next attempt. */
function isPassing(error: unknown): boolean {
  return error instanceof ChainConnectionError && error.fault !== 'otherChain'
}
