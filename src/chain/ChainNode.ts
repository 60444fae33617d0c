import {
  assertMade,
  check,
  clock as clockCheck,
  having,
  host,
  hostAndPort,
  listOf,
  logger as loggerCheck,
  made,
  optional,
  origin,
  port,
  shape,
  withDefaults,
} from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { encodeCanonical } from '../codec/index.js'
import type { BlockUpdate } from '../ledger/index.js'
import { FaultLog, type Logger, stderrLogger } from '../log/index.js'
import {
  type Carrier,
  type CarrierRefusal,
  type Channel,
  closeCodes,
  type Listener,
  type NetworkAddress,
  webSocketCarrier,
} from '../transport/index.js'
import type { Chain } from './Chain.js'
import { BlockTooLargeError } from './chainErrors.js'
import { MAX_BLOCK_BYTES, MAX_REQUEST_BYTES } from './remote/messages.js'
import { NodeClients } from './remote/NodeClients.js'
import { NodeConnection } from './remote/NodeConnection.js'
import { nodeLimitLine } from './remote/nodeLimitLine.js'
import { type ChainNodeLimits, defaultChainNodeLimits, nodeLimitsShape } from './remote/nodeLimits.js'
import type { NodeRefusal } from './remote/nodeRefusal.js'
import { toWire } from './remote/wireValues.js'

export interface ChainNodeOptions {
  /** The chain to serve; it stays yours to close. */
  readonly chain: Chain
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** WebSocket by default. */
  readonly carrier?: Carrier
  /** Default the system clock. */
  readonly clock?: Clock
  /**
   * Web pages that may connect, by their origin such as `https://example.org`. Default: none. A browser names the page in every
   * request, and any page can reach a loopback port; programs name none and are let in.
   */
  readonly allowedOrigins?: readonly string[]
  readonly limits?: Partial<ChainNodeLimits>
  /** Where it is said that a limit was met, each once and then with its count. Default `stderrLogger()`. */
  readonly logger?: Logger
}

const optionsShape = shape<ChainNodeOptions>({
  chain: having('a chain such as LocalChain', ['head', 'query', 'submit', 'nextNonce', 'blocks']),
  host: optional(host),
  port: optional(port({ min: 0 })),
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
  clock: optional(clockCheck),
  allowedOrigins: optional(listOf(origin)),
  limits: optional(nodeLimitsShape),
  logger: optional(loggerCheck),
})

/** Connections above `maxConnections` that the carrier lets through: a newcomer has to come in before another gives way. */
const NEWCOMERS = 64

/** What a node counted since it started. */
export interface ChainNodeCounters {
  readonly connections: number
  readonly openConnections: number
  readonly requests: number
  /** By name: what was refused, to a connection or to a client on it. */
  readonly refused: Readonly<Partial<Record<NodeRefusal | CarrierRefusal, number>>>
}

/**
 * Serves a chain to `RemoteChain` clients over a carrier: signed calls, queries, and blocks as they are made.
 *
 * Clients need no permission: every call carries its own signature. Requests, subscriptions and waiting bytes are bounded, of each
 * client and of all together; who holds most gives way to who holds less. A block or an answer of more than 16 MiB is refused by
 * name, and what comes after it is sent. A newcomer takes the place of a client that never asked anything, is idle or takes nothing.
 * One that breaks the protocol or does not read is dropped and counted by name.
 *
 * @example
 * ```ts
 * import { ChainNode, LocalChain, localnetPreset, RemoteChain } from 'subnetkit/chain'
 *
 * const chain = await LocalChain.start({ preset: localnetPreset() })
 * const node = await ChainNode.start({ chain })
 * const remote = await RemoteChain.connect({ url: node.url })
 * await remote.head()
 * await remote.close()
 * await node.close()
 * await chain.close()
 * ```
 */
export class ChainNode {
  readonly #chain: Chain
  readonly #limits: ChainNodeLimits
  readonly #clock: Clock
  readonly #clients: NodeClients
  readonly #lines: FaultLog
  readonly #encoded = new WeakMap<BlockUpdate, Uint8Array | BlockTooLargeError>()
  readonly #refused: Partial<Record<NodeRefusal | CarrierRefusal, number>> = {}
  #connections = 0
  #requests = 0
  #closed = false
  /** Set by `start` before anyone sees the node. */
  #listener!: Listener

  private constructor(mark: typeof made, options: ChainNodeOptions) {
    assertMade(mark, 'ChainNode', 'await ChainNode.start({ chain })')
    const { chain, clock = systemClock, limits: own, logger } = options
    const limits = withDefaults(defaultChainNodeLimits, own)
    this.#chain = chain
    this.#clock = clock
    this.#limits = limits
    this.#lines = new FaultLog(logger ?? stderrLogger())
    this.#clients = new NodeClients({ limits, clock, onRefused: (refusal) => this.#count(refusal) })
  }

  /**
   * @throws InvalidArgumentError naming what is wrong, such as `limits.idleMs`, or a key that does not exist.
   * @throws ListenError when the address cannot be bound.
   */
  static async start(options: ChainNodeOptions): Promise<ChainNode> {
    check('options', optionsShape, options)
    const { allowedOrigins = [] } = options
    const node = new ChainNode(made, options)
    node.#listener = await (options.carrier ?? webSocketCarrier()).listen({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      maxFrameBytes: MAX_REQUEST_BYTES,
      maxConnections: node.#limits.maxConnections + NEWCOMERS,
      allowedOrigins,
      onChannel: (channel) => node.#accept(channel),
      onRefused: (reason) => node.#count(reason),
    })
    return node
  }

  /** Where it listens. */
  get address(): NetworkAddress {
    return this.#listener.address
  }

  /** The same as `RemoteChain.connect` takes it: `ws://127.0.0.1:9944`. */
  get url(): string {
    return `ws://${hostAndPort(this.address)}`
  }

  get counters(): ChainNodeCounters {
    return {
      connections: this.#connections,
      openConnections: this.#clients.size,
      requests: this.#requests,
      refused: { ...this.#refused },
    }
  }

  /** Stops listening and ends every connection. The chain goes on. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#clients.closeAll(closeCodes.goingAway)
    this.#lines.close()
    await this.#listener.close()
  }

  #accept(channel: Channel): void {
    if (this.#closed) {
      channel.close(closeCodes.goingAway)
      return
    }
    this.#connections++
    const connection = new NodeConnection({
      chain: this.#chain,
      channel,
      limits: this.#limits,
      shares: this.#clients.shares,
      clock: this.#clock,
      encodeUpdate: (update) => this.#encode(update),
      onRefused: (refusal) => this.#count(refusal),
      onRequest: () => {
        this.#requests++
      },
      onSent: (one) => this.#clients.noteUnread(one),
      onClosed: (one) => this.#clients.forget(one),
    })
    if (this.#clients.admit(connection)) {
      void connection.open()
      return
    }
    this.#count('tooManyConnections')
    connection.close(closeCodes.tooManyConnections)
  }

  /** @throws BlockTooLargeError for one that no message holds; its bytes are not kept. */
  #encode(update: BlockUpdate): Uint8Array {
    let encoded = this.#encoded.get(update)
    if (encoded === undefined) {
      const bytes = encodeCanonical(toWire(update))
      const tooLarge = { block: update.header.number, bytes: bytes.length, mostBytes: MAX_BLOCK_BYTES }
      encoded = bytes.length > MAX_BLOCK_BYTES ? new BlockTooLargeError(tooLarge) : bytes
      this.#encoded.set(update, encoded)
    }
    if (encoded instanceof BlockTooLargeError) throw encoded
    return encoded
  }

  #count(refusal: NodeRefusal | CarrierRefusal): void {
    this.#refused[refusal] = (this.#refused[refusal] ?? 0) + 1
    const line = nodeLimitLine(refusal)
    if (line !== undefined) this.#lines.report(line)
  }
}
