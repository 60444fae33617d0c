import type { Timer } from '../clock/index.js'
import {
  type CallerMessage,
  decodeCallerMessage,
  encodeServerMessage,
  MAX_STREAM_CREDIT,
  type ServerMessage,
  type Status,
} from '../synapse/index.js'
import {
  closeCodes,
  LOW_WATER_BYTES,
  SESSION_OVERHEAD_BYTES,
  type SecureSession,
} from '../transport/index.js'
import type { Hotkey } from '../units/index.js'
import type { RefusalReason } from './events.js'
import type { Route } from './routes.js'
import { type CallPort, type CallServices, ServerCall } from './ServerCall.js'
import type { UnreadBytes, UnreadHolder } from './UnreadBytes.js'

/** What a connection needs from its axon. */
export interface ConnectionServices extends CallServices {
  readonly routes: ReadonlyMap<string, Route>
  readonly unread: UnreadBytes<UnreadHolder>
  isStopping(): boolean
  onClosed(connection: ServerConnection, code: number): void
}

/** The calls of one proven caller over one session. */
export class ServerConnection implements CallPort, UnreadHolder {
  readonly #session: SecureSession
  readonly #services: ConnectionServices
  readonly #calls = new Map<number, ServerCall>()
  #lastId = -1
  #lastActiveMs: number
  #idleTimer: Timer | undefined

  constructor(session: SecureSession, services: ConnectionServices) {
    this.#session = session
    this.#services = services
    this.#lastActiveMs = services.clock.now()
    this.#watchIdle(services.limits.idleMs)
    session.receive({
      onMessage: (bytes) => this.#onMessage(bytes),
      onClose: (code) => this.#onClose(code),
      onDrain: () => this.#onDrain(),
      onFault: (fault) => this.#refused(fault),
    })
  }

  get caller(): Hotkey {
    return this.#session.peer
  }

  get remote(): string {
    return this.#session.remote
  }

  get hasRoom(): boolean {
    return this.#session.bufferedBytes <= LOW_WATER_BYTES
  }

  /** When its last call ended, or it began. */
  get lastActiveMs(): number {
    return this.#lastActiveMs
  }

  get callCount(): number {
    return this.#calls.size
  }

  send(message: ServerMessage): boolean {
    const { limits } = this.#services
    const bytes = encodeServerMessage(message)
    if (bytes.length + SESSION_OVERHEAD_BYTES > limits.maxFrameBytes) return false
    this.#session.send(bytes)
    if (this.unreadBytes > limits.maxUnreadBytes) this.dropAsSlow()
    else this.#services.unread.note(this)
    return true
  }

  get unreadBytes(): number {
    return this.#session.isOpen ? this.#session.bufferedBytes : 0
  }

  dropAsSlow(): void {
    this.#refused('slowReader')
    this.#session.close(closeCodes.slowReader)
  }

  forget(id: number): void {
    this.#calls.delete(id)
    this.#lastActiveMs = this.#services.clock.now()
  }

  /** Asks the caller to take new calls elsewhere. */
  goAway(): void {
    this.send({ kind: 'goAway' })
  }

  /** Ends every call and the session. */
  close(code: number): void {
    for (const call of [...this.#calls.values()]) call.abandon()
    this.#session.close(code)
  }

  #onMessage(bytes: Uint8Array): void {
    let message: CallerMessage
    try {
      message = decodeCallerMessage(bytes)
    } catch (cause) {
      this.#refused('malformedMessage', cause)
      this.#session.close(closeCodes.badMessage)
      return
    }
    if (message.kind === 'request') this.#onRequest(message)
    // What concerns a call that is over crossed its last word on the way.
    else if (message.kind === 'cancel') this.#calls.get(message.id)?.cancel()
    else if (this.#calls.get(message.id)?.grant(message.credit, MAX_STREAM_CREDIT) === false) this.#violated()
  }

  #onRequest(message: Extract<CallerMessage, { kind: 'request' }>): void {
    const { limits, routes, log } = this.#services
    if (message.id <= this.#lastId) {
      this.#violated()
      return
    }
    this.#lastId = message.id
    log.callsReceived++
    const route = routes.get(message.synapse)
    if (this.#services.isStopping()) this.#decline(message, 'stopping', 'unreachable')
    else if (route === undefined || (route.synapse.kind === 'stream') !== message.isStream) {
      this.#decline(message, 'unknownSynapse', 'unknownSynapse')
    } else if (this.#calls.size >= limits.maxCallsPerConnection) {
      this.#decline(message, 'connectionBusy', 'overloaded')
    } else {
      const call = new ServerCall({ message, route, port: this, services: this.#services })
      this.#calls.set(message.id, call)
      call.start()
    }
  }

  #decline(message: { id: number; synapse: string }, reason: RefusalReason, status: Status): void {
    this.send({ kind: 'end', id: message.id, status })
    const { caller, remote } = this
    this.#services.log.refused({ reason, remote, caller, synapse: message.synapse })
  }

  #violated(): void {
    this.#refused('protocolViolation')
    this.#session.close(closeCodes.badMessage)
  }

  #refused(reason: RefusalReason, cause?: unknown): void {
    this.#services.log.refused({ reason, remote: this.remote, caller: this.caller, cause })
  }

  #onDrain(): void {
    for (const call of [...this.#calls.values()]) call.resume()
  }

  #onClose(code: number): void {
    this.#idleTimer?.cancel()
    this.#services.unread.forget(this)
    for (const call of [...this.#calls.values()]) call.abandon()
    this.#services.onClosed(this, code)
  }

  #watchIdle(delayMs: number): void {
    const { clock, limits } = this.#services
    this.#idleTimer = clock.setTimer(() => {
      const quietMs = this.#calls.size > 0 ? 0 : clock.now() - this.#lastActiveMs
      if (quietMs >= limits.idleMs) this.#session.close(closeCodes.idle)
      else this.#watchIdle(limits.idleMs - quietMs)
    }, delayMs)
  }
}
