import { type Clock, elapsedOf, type Timer } from '../../clock/index.js'
import {
  type CallerMessage,
  decodeServerMessage,
  lendCallerMessage,
  type ServerMessage,
} from '../../synapse/index.js'
import { closeCodes, SESSION_OVERHEAD_BYTES, type SecureSession } from '../../transport/index.js'
import { type Failure, failureOf, requestTooLarge } from '../callErrors.js'
import type { DendriteLimits } from '../limits.js'
import { failureOfClose } from './connectFailure.js'

/** Ids end here; the connection then takes no more calls. */
const MAX_ID = 0xffff_ffff

/** Calls in a row that may time out without a word from the server before the connection counts as dead. */
const MAX_UNANSWERED = 2

/** ... and a single one, if the server was silent for so long while it waited, whether it timed out or was cancelled. */
const MOST_SILENT_MS = 500

/** What a call asks, before it has a number. */
export type RequestDraft = Omit<Extract<CallerMessage, { kind: 'request' }>, 'kind' | 'id'>

/** A call as its connection sees it. */
export interface ClientCall {
  /** It has had its end. */
  readonly isOver: boolean
  /** The server has answered a part of it. */
  readonly hasChunks: boolean
  /** Made when the request is really written: the timeout in it is what is left then. */
  draft(): RequestDraft
  /** The request was written under this id. */
  sent(id: number): void
  /** False when the server may not say that now; the connection is closed then. */
  onMessage(message: Exclude<ServerMessage, { kind: 'goAway' }>): boolean
  onFailure(failure: Failure): void
  /** The server takes no more requests here and has not read this one, or it was never written. */
  onUnread(failure: Failure): void
  /** The request cannot be said, which is the caller's own mistake. */
  onUnencodable(error: unknown): void
}

/** The calls to one server over one session. */
export class ClientConnection {
  readonly #session: SecureSession
  readonly #limits: DendriteLimits
  readonly #clock: Clock
  readonly #calls = new Map<number, ClientCall>()
  readonly #waiting = new Set<ClientCall>()
  readonly #onClosed: (connection: ClientConnection) => void
  #closedWith: number | undefined
  #nextId = 0
  /** New calls belong on another connection; those in flight go on. */
  #isGoingAway = false
  /** Set when the server has said so: what becomes of calls that it has not read. */
  #sentAway: Failure | undefined
  #isAdmitting = false
  #lastHeardMs: number
  #unanswered = 0
  #lastActiveMs: number
  #idleTimer: Timer | undefined

  constructor(details: {
    session: SecureSession
    limits: DendriteLimits
    clock: Clock
    onClosed: (connection: ClientConnection) => void
  }) {
    this.#session = details.session
    this.#limits = details.limits
    this.#clock = details.clock
    this.#onClosed = details.onClosed
    this.#lastActiveMs = elapsedOf(this.#clock)
    this.#lastHeardMs = this.#lastActiveMs
    this.#watchIdle(this.#limits.idleMs)
    this.#session.receive({
      onMessage: (bytes) => this.#onMessage(bytes),
      onClose: (code) => this.#onClose(code),
    })
  }

  /** False when new calls belong on another connection. */
  get isUsable(): boolean {
    return this.#session.isOpen && !this.#isGoingAway && this.#nextId <= MAX_ID
  }

  /** What becomes of a call that was to be written here, once that can no longer be. */
  get failureOfUnwritten(): Failure {
    if (this.#sentAway !== undefined) return this.#sentAway
    return this.#closedWith === undefined
      ? failureOf('unreachable', true)
      : failureOfClose(this.#closedWith, false)
  }

  /** The close code, once the session has ended; that may be at once. */
  get closedWith(): number | undefined {
    return this.#closedWith
  }

  get isIdle(): boolean {
    return this.#calls.size === 0 && this.#waiting.size === 0
  }

  /** Writes a call, now or when there is room for it. */
  start(call: ClientCall): void {
    if (!this.#isAdmitting && this.#calls.size < this.#limits.maxCallsPerConnection) this.#admit(call)
    else if (this.#waiting.size < this.#limits.maxQueuedPerConnection) this.#waiting.add(call)
    else call.onFailure(failureOf('overloaded', true))
  }

  /** Says that more chunks may come. */
  credit(id: number, credit: number): void {
    this.#send({ kind: 'credit', id, credit })
  }

  /** The call needs nothing more; `cancel` when the server may still be at it. */
  forget(call: ClientCall, id: number | undefined, cancel: boolean): void {
    this.#lastActiveMs = elapsedOf(this.#clock)
    if (id === undefined) this.#waiting.delete(call)
    else if (this.#calls.delete(id) && cancel) this.#send({ kind: 'cancel', id })
    this.#admit()
    if (this.#isGoingAway && this.isIdle) this.#session.close(closeCodes.normal)
  }

  /**
   * Nobody waits any more for a call that was written then. A peer that vanished without a word is known only by that; should it be
   * there and merely slow, the next call costs a handshake.
   */
  gaveUp(writtenAtMs: number, isTimeout: boolean): void {
    const silentMs = elapsedOf(this.#clock) - Math.max(writtenAtMs, this.#lastHeardMs)
    if (silentMs < MOST_SILENT_MS) {
      if (!isTimeout || this.#lastHeardMs > writtenAtMs || ++this.#unanswered < MAX_UNANSWERED) return
    }
    this.#isGoingAway = true
  }

  close(code: number): void {
    this.#session.close(code)
  }

  #write(call: ClientCall): void {
    const id = this.#nextId
    let isSent: boolean
    try {
      isSent = this.#send({ kind: 'request', id, ...call.draft() }, call)
    } catch (error) {
      call.onUnencodable(error)
      return
    }
    if (!isSent) {
      call.onFailure(requestTooLarge)
      return
    }
    this.#nextId++
    this.#calls.set(id, call)
    call.sent(id)
  }

  /** False, and nothing was sent, when the message is above the frame limit, or a getter of its body has ended its call. */
  #send(message: CallerMessage, call?: ClientCall): boolean {
    return lendCallerMessage(message, (bytes) => {
      if (call?.isOver || bytes.length + SESSION_OVERHEAD_BYTES > this.#limits.maxFrameBytes) return false
      this.#session.send(bytes)
      return true
    })
  }

  /** Writes a call for which there is room, and then those that wait. */
  #admit(first?: ClientCall): void {
    // A call that cannot be written ends here and asks again, and a getter of a body may make a call: the loop under way goes on, no stack
    // grows with those that wait, and each number is given when the one before it was sent.
    if (this.#isAdmitting) return
    this.#isAdmitting = true
    try {
      if (first !== undefined) this.#write(first)
      if (this.#waiting.size === 0) return
      for (const call of this.#waiting) {
        if (this.#calls.size >= this.#limits.maxCallsPerConnection || !this.#session.isOpen) return
        this.#waiting.delete(call)
        this.#write(call)
      }
    } finally {
      this.#isAdmitting = false
    }
  }

  #onMessage(bytes: Uint8Array): void {
    this.#lastHeardMs = elapsedOf(this.#clock)
    this.#unanswered = 0
    let message: ServerMessage
    try {
      message = decodeServerMessage(bytes)
    } catch {
      this.#violated()
      return
    }
    if (message.kind === 'goAway') {
      this.#onGoAway(message.unreadFrom, failureOf(message.status, true))
      return
    }
    const call = this.#calls.get(message.id)
    // What concerns a call that is over crossed our cancel on the way; an id never used is a lie.
    const isFine = call === undefined ? message.id < this.#nextId : call.onMessage(message)
    if (!isFine) this.#violated()
  }

  /** The one word by which a server can leave a request unread that was written: it is sealed, and close codes are not. */
  #onGoAway(unreadFrom: number, failure: Failure): void {
    const unread = [...this.#calls].filter(([id]) => id >= unreadFrom)
    // It says so once, of requests that were made and of which it has answered no part.
    if (
      this.#sentAway !== undefined ||
      unreadFrom > this.#nextId ||
      unread.some(([, call]) => call.hasChunks)
    ) {
      this.#violated()
      return
    }
    this.#isGoingAway = true
    this.#sentAway = failure
    const calls = [...unread.map(([, call]) => call), ...this.#waiting]
    for (const [id] of unread) this.#calls.delete(id)
    this.#waiting.clear()
    if (this.isIdle) {
      this.#session.close(closeCodes.normal)
      // Its place is free for the dial that follows.
      this.#onClosed(this)
    }
    for (const call of calls) call.onUnread(failure)
  }

  #violated(): void {
    this.#session.close(closeCodes.badMessage)
  }

  #onClose(code: number): void {
    this.#idleTimer?.cancel()
    this.#closedWith = code
    this.#onClosed(this)
    const [written, waiting] = [[...this.#calls.values()], [...this.#waiting]]
    this.#calls.clear()
    this.#waiting.clear()
    for (const call of written) call.onFailure(failureOfClose(code, true))
    for (const call of waiting) call.onFailure(failureOfClose(code, false))
  }

  #watchIdle(delayMs: number): void {
    this.#idleTimer = this.#clock.setTimer(() => {
      const quietMs = this.isIdle ? elapsedOf(this.#clock) - this.#lastActiveMs : 0
      if (quietMs >= this.#limits.idleMs) this.#session.close(closeCodes.normal)
      else this.#watchIdle(this.#limits.idleMs - quietMs)
    }, delayMs)
  }
}
