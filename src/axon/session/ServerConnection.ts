import { elapsedOf, type Timer } from '../../clock/index.js'
import {
  type CallerMessage,
  decodeCallerMessage,
  lendServerMessage,
  MAX_STREAM_CREDIT,
  type ServerMessage,
} from '../../synapse/index.js'
import { closeCodes, SESSION_OVERHEAD_BYTES, type SecureSession } from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import type { RefusalReason } from '../events.js'
import type { AxonHost, CallPort, IncomingCall, IncomingRequest, UnreadHolder } from '../transport.js'
import { goAwayOf } from './goAwayOf.js'

/** A call that has had no last word. */
interface HeldCall {
  readonly call: IncomingCall
  /** Of its request, as it came. */
  readonly bytes: number
}

/** The calls of one proven caller over one session. */
export class ServerConnection implements CallPort, UnreadHolder {
  readonly #session: SecureSession
  readonly #host: AxonHost
  readonly #onClosed: (connection: ServerConnection, code: number) => void
  readonly #calls = new Map<number, HeldCall>()
  #lastId = -1
  #isGoingAway = false
  #lastActiveMs: number
  #idleTimer: Timer | undefined

  constructor(
    session: SecureSession,
    host: AxonHost,
    onClosed: (connection: ServerConnection, code: number) => void,
  ) {
    this.#session = session
    this.#host = host
    this.#onClosed = onClosed
    this.#lastActiveMs = elapsedOf(host.clock)
  }

  /** Reads what the caller says, and has said; once its owner knows of it, since that may end it at once. */
  begin(): void {
    this.#watchIdle(this.#host.limits.idleMs)
    this.#session.receive({
      onMessage: (bytes) => this.#onMessage(bytes),
      onClose: (code) => this.#onEnd(code),
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
    return this.#session.hasRoom
  }

  /** When its last call ended, or it began. */
  get lastActiveMs(): number {
    return this.#lastActiveMs
  }

  get callCount(): number {
    return this.#calls.size
  }

  send(message: ServerMessage): boolean {
    const { limits, unread } = this.#host
    const isSent = lendServerMessage(message, (bytes) => {
      if (bytes.length + SESSION_OVERHEAD_BYTES > limits.maxFrameBytes) return false
      this.#session.send(bytes)
      this.#host.spend(this.caller, bytes.length)
      return true
    })
    if (!isSent) return false
    if (this.unreadBytes > limits.maxUnreadBytes) this.dropAsSlow()
    else unread.note(this)
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
    const held = this.#calls.get(id)
    if (held !== undefined) this.#host.requestBytes.leave(this.caller, held.bytes)
    this.#calls.delete(id)
    this.#lastActiveMs = elapsedOf(this.#host.clock)
  }

  /** Reads no more requests, and asks the caller to take them elsewhere. */
  goAway(code: number = closeCodes.goingAway): void {
    if (this.#isGoingAway) return
    this.#isGoingAway = true
    this.send(goAwayOf(code, this.#lastId + 1))
  }

  /** Ends every call and the session, and says which requests it has not read. */
  close(code: number): void {
    this.goAway(code)
    for (const { call } of [...this.#calls.values()]) call.abandon()
    this.#session.close(code)
  }

  #onMessage(bytes: Uint8Array): void {
    this.#host.spend(this.caller, bytes.length)
    let message: CallerMessage
    try {
      message = decodeCallerMessage(bytes)
    } catch (cause) {
      this.#refused('malformedMessage', cause)
      this.#session.close(closeCodes.badMessage)
      return
    }
    if (message.kind === 'request') this.#onRequest(message, bytes.length)
    // What concerns a call that is over crossed its last word on the way.
    else if (message.kind === 'cancel') this.#calls.get(message.id)?.call.cancel()
    else if (this.#calls.get(message.id)?.call.grant(message.credit, MAX_STREAM_CREDIT) === false)
      this.#violated()
  }

  #onRequest(request: IncomingRequest, bytes: number): void {
    const { limits, requestBytes, accept, refuse } = this.#host
    if (this.#isGoingAway) {
      // The caller has been told, or will be, that nobody takes it.
      refuse(request, this, { reason: 'stopping', status: 'unreachable' })
      return
    }
    if (request.id <= this.#lastId) {
      this.#violated()
      return
    }
    this.#lastId = request.id
    if (this.#calls.size >= limits.maxCallsPerConnection) {
      refuse(request, this, { reason: 'connectionBusy', status: 'overloaded' })
      return
    }
    if (!requestBytes.enter(this.caller, bytes)) {
      refuse(request, this, { reason: 'requestBytesFull', status: 'overloaded' })
      return
    }
    const call = accept(request, this, { requestBytes: bytes })
    if (call === undefined) {
      requestBytes.leave(this.caller, bytes)
      return
    }
    this.#calls.set(request.id, { call, bytes })
    call.start()
  }

  #violated(): void {
    this.#refused('protocolViolation')
    this.#session.close(closeCodes.badMessage)
  }

  #refused(reason: RefusalReason, cause?: unknown): void {
    this.#host.refused({ reason, remote: this.remote, caller: this.caller, cause })
  }

  #onDrain(): void {
    for (const { call } of [...this.#calls.values()]) call.resume()
  }

  #onEnd(code: number): void {
    this.#idleTimer?.cancel()
    this.#host.unread.forget(this)
    for (const { call } of [...this.#calls.values()]) call.abandon()
    this.#onClosed(this, code)
  }

  #watchIdle(delayMs: number): void {
    const { clock, limits } = this.#host
    this.#idleTimer = clock.setTimer(() => {
      const quietMs = this.#calls.size > 0 ? 0 : elapsedOf(clock) - this.#lastActiveMs
      if (quietMs >= limits.idleMs) this.close(closeCodes.idle)
      else this.#watchIdle(limits.idleMs - quietMs)
    }, delayMs)
  }
}
