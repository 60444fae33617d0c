import { type Clock, onAbort, type Timer } from '../clock/index.js'
import type { ServerMessage } from '../synapse/index.js'
import type { ClientCall, ClientConnection, RequestDraft } from './ClientConnection.js'
import type { ConnectionPool, Target } from './ConnectionPool.js'
import { PoolFullError } from './ConnectionPool.js'
import { type Failure, failureOf } from './callErrors.js'
import { failureOfClose, failureOfDial } from './connectFailure.js'

/** What every call needs. */
export interface CallSetup {
  readonly pool: ConnectionPool
  readonly clock: Clock
  readonly target: Target
  readonly synapse: string
  readonly body: unknown
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * The part that unary calls and streams share: a connection, a deadline, the caller's signal, one end.
 * Subclasses decide what messages mean.
 */
export abstract class OutgoingCall implements ClientCall {
  readonly startedAtMs: number
  protected isOver = false
  readonly #setup: CallSetup
  #connection: ClientConnection | undefined
  #id: number | undefined
  #writtenAtMs = 0
  #timer: Timer | undefined
  #unlisten: (() => void) | undefined
  #redialled = false

  constructor(setup: CallSetup) {
    this.#setup = setup
    this.startedAtMs = setup.clock.now()
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
    const { clock, signal, timeoutMs } = this.#setup
    if (signal?.aborted) {
      this.onFailure(failureOf('cancelled'))
      return
    }
    if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.onFailure(failureOf('cancelled')))
    this.#timer = clock.setTimer(() => this.onFailure(failureOf('timeout')), timeoutMs)
    this.#connect()
  }

  draft(): RequestDraft {
    const { synapse, body, timeoutMs, clock } = this.#setup
    const leftMs = Math.max(0, timeoutMs - (clock.now() - this.startedAtMs))
    return { isStream: this.isStream, synapse, timeoutMs: leftMs, credit: this.credit, body }
  }

  sent(id: number): void {
    this.#id = id
    this.#writtenAtMs = this.#setup.clock.now()
  }

  onFailure(failure: Failure): void {
    if (this.isOver) return
    if (failure.status === 'timeout' && this.#id !== undefined) this.#connection?.timedOut(this.#writtenAtMs)
    this.end(true)
    this.failed(failure)
  }

  onUnseen(failure: Failure): void {
    if (this.isOver) return
    this.#connection = undefined
    this.#id = undefined
    if (this.#redialled) this.onFailure(failure)
    else {
      // Nobody can have seen the request, so once more is safe.
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

  #connect(): void {
    let entry: ClientConnection | Promise<ClientConnection>
    try {
      entry = this.#setup.pool.get(this.#setup.target)
    } catch (error) {
      if (error instanceof PoolFullError) this.onFailure({ status: 'overloaded', reason: error.shortMessage })
      else this.onFailure(failureOfDial(error))
      return
    }
    if (entry instanceof Promise) {
      entry.then(
        (connection) => this.#write(connection),
        (error: unknown) =>
          this.onFailure(this.#setup.pool.isClosed ? failureOf('unreachable') : failureOfDial(error)),
      )
    } else {
      this.#write(entry)
    }
  }

  #write(connection: ClientConnection): void {
    if (this.isOver) return
    if (!connection.isUsable) {
      const code = connection.closedWith
      const failure = code === undefined ? failureOf('unreachable') : failureOfClose(code)
      // A connection that was lost is worth another dial; one that was refused is not.
      if (failure.status === 'unreachable') this.onUnseen(failure)
      else this.onFailure(failure)
      return
    }
    this.#connection = connection
    connection.start(this)
  }
}
