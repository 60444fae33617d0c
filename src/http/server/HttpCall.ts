import type { ServerResponse } from 'node:http'
import type { CallPort, IncomingCall } from '../../axon/index.js'
import { MAX_STREAM_CREDIT, type ServerMessage } from '../../synapse/index.js'
import { LOW_WATER_BYTES } from '../../transport/index.js'
import type { Hotkey } from '../../units/index.js'
import { type Replies, sendReply } from './serverProtocol.js'

/** What an HTTP call needs of its endpoint. */
export interface HttpCallDetails {
  readonly caller: Hotkey
  readonly bodySigned: boolean
  readonly remote: string
  readonly replies: Replies
  readonly response: ServerResponse
  readonly maxBytes: number
  /** Whether the connection may serve another request. */
  readonly keepsOpen: () => boolean
  /** More bytes wait to be read than before. */
  readonly onWritten: (call: HttpCall) => void
  /** The call has had its last word. */
  readonly onOver: (call: HttpCall) => void
  /** Nothing of it waits to be read any more. */
  readonly onGone: (call: HttpCall) => void
  readonly onSlow: () => void
  /** So many bytes go to the caller. */
  readonly onBytes: (bytes: number) => void
}

/** One request and its response: the port of one call. */
export class HttpCall implements CallPort {
  readonly caller: Hotkey
  readonly bodySigned: boolean
  readonly remote: string
  readonly #details: HttpCallDetails
  #call: IncomingCall | undefined
  #isStreaming = false
  #isOver = false

  constructor(details: HttpCallDetails) {
    this.caller = details.caller
    this.bodySigned = details.bodySigned
    this.remote = details.remote
    this.#details = details
    const { response } = details
    response.on('drain', () => this.#call?.resume())
    response.on('close', () => this.#onClosed())
    response.on('error', () => {})
  }

  get hasRoom(): boolean {
    return this.#details.response.writableLength <= LOW_WATER_BYTES
  }

  get unreadBytes(): number {
    const { response } = this.#details
    return response.destroyed ? 0 : response.writableLength
  }

  /** Begins the call; undefined when it was refused already, which has been sent. */
  start(call: IncomingCall | undefined): void {
    this.#call = call
    if (this.#isOver) call?.abandon()
    else call?.start()
  }

  send(message: ServerMessage): boolean {
    const { replies, response, keepsOpen, maxBytes, onWritten, onBytes } = this.#details
    if (message.kind === 'goAway') return true
    if (message.kind === 'answer') {
      const reply = replies.answer(message.body)
      if (reply.body.length > maxBytes) return false
      sendReply(response, reply, keepsOpen())
      onBytes(reply.body.length)
    } else if (message.kind === 'chunk') {
      const bytes = replies.chunk(message.body)
      if (bytes.length > maxBytes) return false
      this.#beginStream()
      response.write(bytes)
      onBytes(bytes.length)
      // Held back by the bytes that wait, never by a count.
      this.#call?.grant(1, MAX_STREAM_CREDIT)
    } else this.#end(message)
    onWritten(this)
    return true
  }

  forget(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#details.onOver(this)
  }

  dropAsSlow(): void {
    this.#details.onSlow()
    this.#cut()
  }

  /** Ends the call and the connection. */
  abandon(): void {
    const { response } = this.#details
    this.#call?.abandon()
    // The last word goes out first, where there is one.
    if (response.writableEnded) response.socket?.destroySoon()
    else this.#cut()
  }

  /** A response that waits behind another has no socket yet: to destroy it alone would leave the connection, and what it holds. */
  #cut(): void {
    const { response } = this.#details
    response.destroy()
    response.req.socket.destroy()
  }

  #beginStream(): void {
    if (this.#isStreaming) return
    this.#isStreaming = true
    const { response, replies, keepsOpen } = this.#details
    response.writeHead(200, { ...replies.streamHeaders, ...(keepsOpen() ? {} : { connection: 'close' }) })
  }

  #end({ status, unhandled, retryAfterMs }: Extract<ServerMessage, { kind: 'end' }>): void {
    const { response, replies, keepsOpen } = this.#details
    if (response.destroyed) return
    if (status !== 'ok' && !this.#isStreaming) {
      if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000))
      sendReply(response, replies.failure(status, unhandled), keepsOpen())
      return
    }
    this.#beginStream()
    const last = replies.end(status)
    // A stream that is cut is known by its connection where nothing else can say it.
    if (last === undefined) response.destroy()
    else response.end(last)
  }

  #onClosed(): void {
    this.#details.onGone(this)
    if (this.#isOver) return
    // Who closes the connection cancels: HTTP has no other word for it.
    this.#call?.cancel()
    this.forget()
  }
}
