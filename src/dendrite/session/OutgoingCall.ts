import { type Clock, elapsedOf, onAbort, type Timer } from '../../clock/index.js'
import type { ServerMessage } from '../../synapse/index.js'
import { type Failure, failureOf } from '../callErrors.js'
import type { TransportCall } from '../transport.js'
import type { ClientCall, ClientConnection, RequestDraft } from './ClientConnection.js'
import { type ConnectionPool, PoolFullError } from './ConnectionPool.js'
import { failureOfDial } from './connectFailure.js'

/** What every call needs. */
export interface CallSetup {
  readonly pool: ConnectionPool
  readonly clock: Clock
  readonly call: TransportCall
}

/**
 * The part that unary calls and streams share: a connection, a deadline, the caller's signal, one end.
 * Subclasses decide what messages mean.
 */
export abstract class OutgoingCall implements ClientCall {
  isOver = false
  hasChunks = false
  readonly #pool: ConnectionPool
  readonly #clock: Clock
  readonly #call: TransportCall
  #connection: ClientConnection | undefined
  /** Set while the request is written and its connection not known to have left it unread. */
  #id: number | undefined
  #writtenAtMs = 0
  #timer: Timer | undefined
  #unlisten: (() => void) | undefined
  #redialled = false

  constructor({ pool, clock, call }: CallSetup) {
    this.#pool = pool
    this.#clock = clock
    this.#call = call
  }

  protected abstract readonly credit: number
  protected abstract readonly isStream: boolean
  abstract onMessage(message: Exclude<ServerMessage, { kind: 'goAway' }>): boolean
  /** The call ended without success; once. */
  protected abstract failed(failure: Failure): void
  /** The request cannot be said: the caller's mistake. */
  protected abstract unencodable(error: unknown): void

  /** Begins the call; it ends by an answer, a failure, the deadline or the signal. */
  start(): void {
    const { signal, startedAtMs, timeoutMs } = this.#call
    if (signal?.aborted) {
      this.#giveUp('cancelled')
      return
    }
    if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.#giveUp('cancelled'))
    const leftMs = timeoutMs - (elapsedOf(this.#clock) - startedAtMs)
    this.#timer = this.#clock.setTimer(() => this.#giveUp('timeout'), leftMs)
    this.#connect()
  }

  draft(): RequestDraft {
    const { synapse, body, startedAtMs, timeoutMs, requestId, traceparent } = this.#call
    const leftMs = Math.max(0, timeoutMs - (elapsedOf(this.#clock) - startedAtMs))
    return {
      isStream: this.isStream,
      synapse: synapse.name,
      timeoutMs: leftMs,
      credit: this.credit,
      body,
      requestId,
      traceparent,
    }
  }

  sent(id: number): void {
    this.#id = id
    this.#writtenAtMs = elapsedOf(this.#clock)
  }

  onFailure(failure: Failure): void {
    if (this.isOver) return
    this.end(true)
    this.failed(failure)
  }

  onUnread(failure: Failure): void {
    if (this.isOver) return
    this.#connection = undefined
    this.#id = undefined
    // Nobody can have read the request, so once more is safe. A connection that went is worth another dial; one that was refused is not.
    if (this.#redialled || failure.status !== 'unreachable') this.onFailure(failure)
    else {
      this.#redialled = true
      this.#connect()
    }
  }

  onUnencodable(error: unknown): void {
    if (this.isOver) return
    this.end(false)
    this.unencodable(error)
  }

  /** Lets go of everything; `cancel` when the server may still be at it. */
  protected end(cancel: boolean): void {
    if (this.isOver) return
    this.isOver = true
    this.#timer?.cancel()
    this.#unlisten?.()
    this.#connection?.forget(this, this.#id, cancel)
  }

  /** Lets the server send more chunks. */
  protected grant(credit: number): void {
    if (!this.isOver && this.#id !== undefined) this.#connection?.credit(this.#id, credit)
  }

  /** The caller waits no longer. */
  #giveUp(status: 'cancelled' | 'timeout'): void {
    const isWritten = this.#id !== undefined
    if (isWritten && !this.isOver) this.#connection?.gaveUp(this.#writtenAtMs, status === 'timeout')
    this.onFailure(failureOf(status, !isWritten))
  }

  #connect(): void {
    let entry: ClientConnection | Promise<ClientConnection>
    try {
      entry = this.#pool.get(this.#call.target)
    } catch (error) {
      if (error instanceof PoolFullError)
        this.onFailure({ status: 'overloaded', reason: error.shortMessage, unhandled: true })
      else this.onFailure(failureOfDial(error))
      return
    }
    if (entry instanceof Promise) {
      entry.then(
        (connection) => this.#write(connection),
        (error: unknown) =>
          this.onFailure(this.#pool.isClosed ? failureOf('unreachable', true) : failureOfDial(error)),
      )
    } else {
      this.#write(entry)
    }
  }

  #write(connection: ClientConnection): void {
    if (this.isOver) return
    if (!connection.isUsable) {
      this.onUnread(connection.failureOfUnwritten)
      return
    }
    this.#connection = connection
    connection.start(this)
  }
}
