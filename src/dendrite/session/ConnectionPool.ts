import { startDeadline } from '../../clock/index.js'
import { BaseError } from '../../errors/index.js'
import {
  type ByteMeter,
  closeCodes,
  connectSession,
  generateNoiseKeyPair,
  SessionRefusedError,
  SHARED_FRAME_BYTES,
} from '../../transport/index.js'
import { DendriteClosedError } from '../callErrors.js'
import type { Target } from '../target.js'
import type { TransportServices } from '../transport.js'
import { ClientConnection } from './ClientConnection.js'

/** Every connection of the pool is busy and there may not be more. */
export class PoolFullError extends BaseError {
  override readonly name = 'PoolFullError'
  readonly code = 'PoolFull'
  readonly maxConnections: number

  constructor(details: { maxConnections: number }) {
    super(`All ${details.maxConnections} connections are busy.`, {
      hints: ['Raise limits.maxConnections, or call fewer targets at once.'],
      docsPath: 'errors#pool-full',
    })
    this.maxConnections = details.maxConnections
  }
}

type Entry = ClientConnection | Promise<ClientConnection>

/** One connection per hotkey and address, made on demand and at most once at a time. */
export class ConnectionPool {
  readonly #options: TransportServices
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>()
  /** Every connection that is open, those too that take no more calls. */
  readonly #open = new Set<ClientConnection>()
  #dialling = 0
  readonly #staticKey = generateNoiseKeyPair()
  readonly #meter: ByteMeter
  readonly #closing = new AbortController()

  constructor(options: TransportServices) {
    this.#options = options
    this.#meter = options.bytesOf('session')
  }

  /** Connections that are open or being made, those included that go away once their calls have ended. */
  get size(): number {
    return this.#open.size + this.#dialling
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * The connection to a target, at once when there is one.
   *
   * @throws PoolFullError when there may be no more.
   */
  get(target: Target): Entry {
    const key = keyOf(target)
    const entry = this.#entries.get(key)
    if (entry !== undefined && (entry instanceof Promise || entry.isUsable)) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      return entry
    }
    this.#entries.delete(key)
    this.#makeRoom()
    const dialling = this.#dial(target, key)
    this.#entries.set(key, dialling)
    dialling.catch(() => {
      if (this.#entries.get(key) === dialling) this.#entries.delete(key)
    })
    return dialling
  }

  close(): void {
    this.#closing.abort(new DendriteClosedError())
    for (const connection of this.#open) connection.close(closeCodes.normal)
    this.#entries.clear()
  }

  #makeRoom(): void {
    const { maxConnections } = this.#options.limits
    if (this.size < maxConnections) return
    for (const [key, entry] of this.#entries) {
      if (entry instanceof Promise || !entry.isIdle) continue
      this.#entries.delete(key)
      // It is told a moment later that it has closed; its place is free now.
      this.#open.delete(entry)
      entry.close(closeCodes.normal)
      return
    }
    throw new PoolFullError({ maxConnections })
  }

  async #dial(target: Target, key: string): Promise<ClientConnection> {
    const { signer, carrier, clock, limits } = this.#options
    const deadline = startDeadline(clock, limits.dialMs, this.#closing.signal)
    const { signal } = deadline
    this.#dialling++
    try {
      const address = { host: target.host, port: target.port }
      const channel = await carrier.dial(address, {
        maxFrameBytes: Math.max(limits.maxFrameBytes, SHARED_FRAME_BYTES),
        timeoutMs: limits.dialMs,
        signal,
      })
      const session = await connectSession(channel, {
        signer,
        staticKey: this.#staticKey,
        hotkey: target.hotkey,
        clock,
        handshakeMs: limits.dialMs,
        maxFrameBytes: limits.maxFrameBytes,
        meter: this.#meter,
        signal,
      })
      const connection = new ClientConnection({
        session,
        limits,
        clock,
        onClosed: (closed) => {
          this.#open.delete(closed)
          if (this.#entries.get(key) === closed) this.#entries.delete(key)
        },
      })
      if (connection.closedWith !== undefined) {
        // The server did not like this end's proof, which is the last word of the handshake.
        throw new SessionRefusedError({
          reason: 'closedByPeer',
          remote: session.remote,
          closeCode: connection.closedWith,
          dialled: target.hotkey,
        })
      }
      this.#open.add(connection)
      if (this.isClosed) connection.close(closeCodes.normal)
      else this.#entries.set(key, connection)
      return connection
    } finally {
      this.#dialling--
      deadline.dispose()
    }
  }
}

function keyOf(target: Target): string {
  return `${target.hotkey}@${target.host}:${target.port}`
}
