import {
  acceptSession,
  type Carrier,
  type Channel,
  closeCodes,
  generateNoiseKeyPair,
  type Listener,
  type NetworkAddress,
  type SecureSession,
  SessionRefusedError,
  SHARED_FRAME_BYTES,
} from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import type { AxonEndpoint, AxonHost } from '../transport.js'
import { HelloStack } from './HelloStack.js'
import { ServerConnection } from './ServerConnection.js'
import { UnauthenticatedChannels } from './UnauthenticatedChannels.js'

/** Bytes a stranger may send: the handshake is below 512. */
const MAX_UNTRUSTED_BYTES = 4_096

/** The sessions of an axon over one listener: who is proven, and whose connection gives way when there are too many. */
export class SessionEndpoint implements AxonEndpoint {
  readonly #host: AxonHost
  readonly #connections = new Set<ServerConnection>()
  readonly #connectionsByCaller = new Map<Hotkey, number>()
  readonly #unauthenticated: UnauthenticatedChannels
  readonly #hellos: HelloStack
  readonly #staticKey = generateNoiseKeyPair()
  /** Set by `listen` before anything else happens. */
  #listener!: Listener

  private constructor(host: AxonHost) {
    this.#host = host
    const { maxUnauthenticated } = host.limits
    this.#unauthenticated = new UnauthenticatedChannels(maxUnauthenticated, (channel) => {
      host.refused({ reason: 'pushedOut', remote: channel.remote })
      channel.close(closeCodes.tooManyConnections)
    })
    this.#hellos = new HelloStack(host.clock, maxUnauthenticated)
  }

  /** @throws ListenError when the address cannot be bound. */
  static async listen(host: AxonHost, carrier: Carrier): Promise<SessionEndpoint> {
    const endpoint = new SessionEndpoint(host)
    const { maxFrameBytes, maxConnections, maxUnauthenticated } = host.limits
    endpoint.#listener = await carrier.listen({
      ...host.address,
      allowedOrigins: host.allowedOrigins,
      maxFrameBytes: Math.max(maxFrameBytes, SHARED_FRAME_BYTES),
      maxUntrustedBytes: MAX_UNTRUSTED_BYTES,
      // A proven caller never finds its place taken by unproven ones.
      maxConnections: maxConnections + 2 * maxUnauthenticated,
      onChannel: (channel) => void endpoint.#onChannel(channel),
      onRefused: (reason, remote) => host.refused({ reason, remote }),
    })
    return endpoint
  }

  get address(): NetworkAddress {
    return this.#listener.address
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  get unauthenticatedCount(): number {
    return this.#unauthenticated.size
  }

  get callCount(): number {
    let count = 0
    for (const connection of this.#connections) count += connection.callCount
    return count
  }

  async drain(): Promise<void> {
    await this.#listener.close()
    this.#unauthenticated.closeAll(closeCodes.goingAway)
    for (const connection of this.#connections) connection.goAway()
  }

  close(): void {
    for (const connection of [...this.#connections]) connection.close(closeCodes.goingAway)
  }

  async #onChannel(channel: Channel): Promise<void> {
    const { signer, clock, limits, refused } = this.#host
    const { remote } = channel
    this.#unauthenticated.add(channel)
    try {
      const session = await acceptSession(channel, {
        signer,
        staticKey: this.#staticKey,
        clock,
        handshakeMs: limits.handshakeMs,
        maxFrameBytes: limits.maxFrameBytes,
        onHello: (answer) =>
          this.#hellos.push(() => {
            this.#unauthenticated.answered(channel)
            answer()
          }),
      })
      this.#unauthenticated.remove(channel)
      this.#onSession(session)
    } catch (error) {
      // A channel that is no longer listed was pushed out and is counted already.
      if (!this.#unauthenticated.remove(channel)) return
      const reason = error instanceof SessionRefusedError ? error.reason : 'badHandshake'
      if (reason !== 'closedByPeer') refused({ reason, remote, cause: error })
      else refused({ reason: 'handshakeAbandoned', remote, cause: error })
    }
  }

  #onSession(session: SecureSession): void {
    const { limits, isStopping, refused, connected } = this.#host
    const { peer: caller, remote } = session
    const own = this.#connectionsByCaller.get(caller) ?? 0
    if (isStopping()) {
      session.close(closeCodes.goingAway)
      return
    }
    const isFull = this.#connections.size >= limits.maxConnections && !this.#pushOutIdle()
    if (isFull || own >= limits.maxConnectionsPerCaller) {
      refused({ reason: isFull ? 'tooManyConnections' : 'tooManyFromCaller', remote, caller })
      session.close(closeCodes.tooManyConnections)
      return
    }
    this.#connectionsByCaller.set(caller, own + 1)
    const onClosed = (connection: ServerConnection, code: number): void => this.#onClosed(connection, code)
    const connection = new ServerConnection(session, this.#host, onClosed)
    this.#connections.add(connection)
    connected({ caller, remote })
    // What came with the last word of the handshake may already be its end.
    connection.begin()
  }

  /** Closes the proven connection that has been without calls for longest; false when all have calls. */
  #pushOutIdle(): boolean {
    let idlest: ServerConnection | undefined
    for (const connection of this.#connections) {
      if (connection.callCount > 0) continue
      if (idlest === undefined || connection.lastActiveMs < idlest.lastActiveMs) idlest = connection
    }
    if (idlest === undefined) return false
    const { remote, caller } = idlest
    this.#host.refused({ reason: 'pushedOut', remote, caller })
    this.#forget(idlest)
    // As idle: a call that is on its way here is safe to make again.
    idlest.close(closeCodes.idle)
    return true
  }

  #onClosed(connection: ServerConnection, code: number): void {
    const { caller, remote } = connection
    this.#forget(connection)
    this.#host.disconnected({ caller, remote, code })
  }

  #forget(connection: ServerConnection): void {
    const { caller } = connection
    if (!this.#connections.delete(connection)) return
    const left = (this.#connectionsByCaller.get(caller) ?? 0) - 1
    if (left > 0) this.#connectionsByCaller.set(caller, left)
    else this.#connectionsByCaller.delete(caller)
  }
}
