import { encodeServerMessage } from '../../synapse/index.js'
import {
  acceptSession,
  type ByteMeter,
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
import { goAwayOf } from './goAwayOf.js'
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
  readonly #meter: ByteMeter
  /** Set by `listen` before anything else happens. */
  #listener!: Listener

  private constructor(host: AxonHost) {
    this.#host = host
    this.#meter = host.bytesOf('session')
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
    const { maxFrameBytes, maxConnections, maxUnauthenticated, maxUnfinishedBytes } = host.limits
    endpoint.#listener = await carrier.listen({
      ...host.address,
      allowedOrigins: host.allowedOrigins,
      maxFrameBytes: Math.max(maxFrameBytes, SHARED_FRAME_BYTES),
      maxUntrustedBytes: MAX_UNTRUSTED_BYTES,
      maxUnfinishedBytes,
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
        meter: this.#meter,
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
      turnAway(session, closeCodes.goingAway)
      return
    }
    const hasTooMany = own >= limits.maxConnectionsPerCaller
    if (hasTooMany || !this.#hasRoomFor(caller)) {
      refused({ reason: hasTooMany ? 'tooManyFromCaller' : 'tooManyConnections', remote, caller })
      turnAway(session, closeCodes.tooManyConnections)
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

  /**
   * Whether there is a place for a newcomer's connection, if need be that of another: of those without calls and of no higher standing than the
   * newcomer's, that of the lowest, which has been without them for longest; else one with calls and of lower standing.
   */
  #hasRoomFor(newcomer: Hotkey): boolean {
    const { limits, standingOf, refused } = this.#host
    if (this.#connections.size < limits.maxConnections) return true
    const standing = standingOf(newcomer)
    let least: Candidate | undefined
    for (const connection of this.#connections) {
      const candidate = {
        connection,
        isIdle: connection.callCount === 0,
        standing: standingOf(connection.caller),
      }
      if (candidate.standing > standing || (!candidate.isIdle && candidate.standing === standing)) continue
      if (least === undefined || givesWayBefore(candidate, least)) least = candidate
    }
    if (least === undefined) return false
    const { connection, isIdle } = least
    const { remote, caller } = connection
    refused({ reason: 'pushedOut', remote, caller })
    this.#forget(connection)
    // As idle: its caller may make a call that is on its way here again at once.
    connection.close(isIdle ? closeCodes.idle : closeCodes.tooManyConnections)
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

/** Closes a session of which nothing is read. */
function turnAway(session: SecureSession, code: number): void {
  session.send(encodeServerMessage(goAwayOf(code, 0)))
  session.close(code)
}

/** A connection that may have to give way to a newcomer's. */
interface Candidate {
  readonly connection: ServerConnection
  readonly isIdle: boolean
  readonly standing: number
}

function givesWayBefore(a: Candidate, b: Candidate): boolean {
  if (a.isIdle !== b.isIdle) return a.isIdle
  if (a.standing !== b.standing) return a.standing < b.standing
  return a.connection.lastActiveMs < b.connection.lastActiveMs
}
