import { encodeCanonical } from '../codec/index.js'
import type { BlockUpdate } from '../ledger/index.js'
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
import { MAX_REQUEST_BYTES } from './remote/messages.js'
import { type ClientLimits, NodeConnection, type NodeRefusal } from './remote/NodeConnection.js'
import { toWire } from './remote/wireValues.js'

/** Bounds of a chain node; all have defaults. */
export interface ChainNodeLimits extends ClientLimits {
  readonly maxConnections: number
}

const DEFAULT_LIMITS: ChainNodeLimits = {
  maxConnections: 256,
  maxRequests: 256,
  maxSubscriptions: 8,
  maxBufferedBytes: 48 * 1024 * 1024,
}

export interface ChainNodeOptions {
  /** The chain to serve; it stays yours to close. */
  readonly chain: Chain
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** WebSocket by default. */
  readonly carrier?: Carrier
  readonly limits?: Partial<ChainNodeLimits>
}

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
 * Clients need no permission: every call carries its own signature. Requests, subscriptions and waiting bytes of
 * a client are bounded; one that breaks the protocol or does not read is dropped and counted by name.
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
  readonly #open = new Set<NodeConnection>()
  readonly #encoded = new WeakMap<BlockUpdate, Uint8Array>()
  readonly #refused: Partial<Record<NodeRefusal | CarrierRefusal, number>> = {}
  #connections = 0
  #requests = 0
  #closed = false
  /** Set by `start` before anyone sees the node. */
  #listener!: Listener

  private constructor(chain: Chain, limits: ChainNodeLimits) {
    this.#chain = chain
    this.#limits = limits
  }

  /** @throws ListenError when the address cannot be bound. */
  static async start(options: ChainNodeOptions): Promise<ChainNode> {
    const node = new ChainNode(options.chain, { ...DEFAULT_LIMITS, ...options.limits })
    node.#listener = await (options.carrier ?? webSocketCarrier()).listen({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      maxFrameBytes: MAX_REQUEST_BYTES,
      maxConnections: node.#limits.maxConnections,
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
    const { host, port } = this.address
    return `ws://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  get counters(): ChainNodeCounters {
    return {
      connections: this.#connections,
      openConnections: this.#open.size,
      requests: this.#requests,
      refused: { ...this.#refused },
    }
  }

  /** Stops listening and ends every connection. The chain goes on. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const connection of [...this.#open]) connection.close(closeCodes.goingAway)
    await this.#listener.close()
  }

  #accept(channel: Channel): void {
    if (this.#closed) {
      channel.close(closeCodes.goingAway)
      return
    }
    this.#connections++
    const connection: NodeConnection = new NodeConnection({
      chain: this.#chain,
      channel,
      limits: this.#limits,
      encodeUpdate: (update) => this.#encode(update),
      onRefused: (refusal) => this.#count(refusal),
      onRequest: () => {
        this.#requests++
      },
      onClosed: () => this.#open.delete(connection),
    })
    this.#open.add(connection)
    void connection.open()
  }

  #encode(update: BlockUpdate): Uint8Array {
    let bytes = this.#encoded.get(update)
    if (bytes === undefined) {
      bytes = encodeCanonical(toWire(update))
      this.#encoded.set(update, bytes)
    }
    return bytes
  }

  #count(refusal: NodeRefusal | CarrierRefusal): void {
    this.#refused[refusal] = (this.#refused[refusal] ?? 0) + 1
  }
}
