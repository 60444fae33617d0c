import type { Clock } from '../../clock/index.js'
import { closeCodes } from '../../transport/index.js'
import { FairShare } from './FairShare.js'
import type { NodeConnection, NodeShares } from './NodeConnection.js'
import type { ChainNodeLimits } from './nodeLimits.js'
import type { NodeRefusal } from './nodeRefusal.js'
import { Pacer } from './Pacer.js'

/** All clients of a node: who may come in, who has to go, and what they share. */
export class NodeClients {
  readonly shares: NodeShares
  readonly #limits: ChainNodeLimits
  readonly #onRefused: (refusal: NodeRefusal) => void
  readonly #open = new Set<NodeConnection>()

  constructor(options: {
    limits: ChainNodeLimits
    clock: Clock
    onRefused: (refusal: NodeRefusal) => void
  }) {
    const { limits, clock } = options
    this.#limits = limits
    this.#onRefused = options.onRefused
    this.shares = {
      requests: new FairShare(limits.maxTotalRequests, (client) => client.giveUpRequest()),
      requestBytes: new FairShare(limits.maxTotalRequestBytes, (client) => client.giveUpRequest()),
      subscriptions: new FairShare(limits.maxTotalSubscriptions, (client) => client.giveUpSubscription()),
      unreadBytes: new FairShare(limits.maxTotalBufferedBytes, () => {}),
      pacer: new Pacer(clock),
    }
  }

  get size(): number {
    return this.#open.size
  }

  /** Lets a client in, at the cost of another when all places are taken; false when nobody has to go. */
  admit(client: NodeConnection): boolean {
    if (this.#open.size >= this.#limits.maxConnections) {
      const dispensable = this.#dispensable(client)
      if (dispensable === undefined) return false
      this.#onRefused('pushedOut')
      const isIdle = ['silent', 'idle'].includes(dispensable.usefulness)
      // As idle: a question that is on its way here is safe to ask again.
      dispensable.close(isIdle ? closeCodes.idle : closeCodes.tooManyConnections)
    }
    this.#open.add(client)
    return true
  }

  forget(client: NodeConnection): void {
    this.#open.delete(client)
    for (const share of [this.shares.requests, this.shares.requestBytes, this.shares.subscriptions])
      share.set(client, 0)
    this.shares.unreadBytes.set(client, 0)
  }

  closeAll(code: number): void {
    for (const client of [...this.#open]) client.close(code)
  }

  /** Notes what waits to be read by a client, and drops those for which most waits until all of it fits. */
  noteUnread(client: NodeConnection): void {
    const { unreadBytes } = this.shares
    unreadBytes.set(client, client.unreadBytes)
    if (unreadBytes.total <= this.#limits.maxTotalBufferedBytes) return
    // What was read since is known to each client only.
    for (const one of this.#open) unreadBytes.set(one, one.unreadBytes)
    while (unreadBytes.total > this.#limits.maxTotalBufferedBytes) {
      const largest = unreadBytes.largest()
      if (largest === undefined) return
      this.#onRefused('slowReader')
      largest.close(closeCodes.slowReader)
      unreadBytes.set(largest, 0)
    }
  }

  /** Who gives its place to a newcomer: the least useful, the one that was quiet for longest among equals. */
  #dispensable(newcomer: NodeConnection): NodeConnection | undefined {
    const crowded = this.#crowdedHost(newcomer)
    let found: NodeConnection | undefined
    for (const client of this.#open) {
      if (client.usefulness === 'busy' && client.host !== crowded) continue
      if (found === undefined || isLess(client, found)) found = client
    }
    return found
  }

  /** The host that would have most of the places, the newcomer's own among equals: it gives way also where it is busy. */
  #crowdedHost(newcomer: NodeConnection): string {
    const counts = new Map([[newcomer.host, 1]])
    for (const { host } of this.#open) counts.set(host, (counts.get(host) ?? 0) + 1)
    let crowded = newcomer.host
    for (const [host, count] of counts) if (count > counts.get(crowded)!) crowded = host
    return crowded
  }
}

const ranks = { silent: 0, idle: 1, stalled: 2, busy: 3 } as const

function isLess(a: NodeConnection, b: NodeConnection): boolean {
  const difference = ranks[a.usefulness] - ranks[b.usefulness]
  return difference === 0 ? a.lastHeardMs < b.lastHeardMs : difference < 0
}
