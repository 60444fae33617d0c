import type { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import { closeCodes } from './closeCodes.js'
import { type CarrierRefusal, type Channel, type ChannelHandlers, LOW_WATER_BYTES } from './types.js'

/** How long a closed socket may linger so that the peer reads the close code. */
const LINGER_MS = 1_000
/** From so many bytes of an unfinished message on they are told of: most messages are smaller, and cost nothing. */
const LEAST_UNFINISHED_BYTES = 65_536
/** Of a client's frame, its mask included; longer frames have a longer one. */
const CLIENT_HEADER_BYTES = 6
/** No more can lie behind a whole message: reading pauses until it is taken. What seems more are headers of fragments. */
const MOST_BEHIND_BYTES = 131_072

/** What the owner of a socket wants to hear beside what the channel's own user hears. */
export interface WebSocketChannelHooks {
  readonly remote: string
  /** The raw socket, destroyed when the peer does not answer a close in time. */
  readonly socket?: Duplex
  /** See `ListenOptions.maxUntrustedBytes`; needs `socket`. */
  readonly maxUntrustedBytes?: number | undefined
  /** So many bytes have come since the last whole message, told from some on, and 0 when one is whole; needs `socket`. */
  readonly onUnfinished?: (bytes: number) => void
  readonly onRefused?: (reason: CarrierRefusal) => void
  /** Locally closed: the socket only lingers from now on. */
  readonly onClosing?: () => void
  /** The socket is gone. */
  readonly onGone?: () => void
}

/** One WebSocket as a `Channel`. Reading is paused until `receive` is called. */
export class WebSocketChannel implements Channel {
  readonly remote: string
  readonly #ws: WebSocket
  readonly #hooks: WebSocketChannelHooks
  #handlers: ChannelHandlers | undefined
  #aboveLowWater = false
  /** Set once the channel is over for its user; the socket may outlive it a little. */
  #closedWith: number | undefined
  #told = false
  #linger: NodeJS.Timeout | undefined
  #isTrusted = false
  #untrustedBytes = 0
  #unfinishedBytes = 0

  constructor(ws: WebSocket, hooks: WebSocketChannelHooks) {
    this.remote = hooks.remote
    this.#ws = ws
    this.#hooks = hooks
    ws.pause()
    ws.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary))
    ws.on('ping', (data) => this.#onPing(data))
    ws.on('error', (error) => this.#onError(error))
    ws.on('close', (code) => this.#onGone(code))
    if (hooks.maxUntrustedBytes !== undefined) hooks.socket?.on('data', this.#onUntrusted)
    if (hooks.onUnfinished !== undefined) hooks.socket?.on('data', this.#onChunk)
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount
  }

  get isTrusted(): boolean {
    return this.#isTrusted
  }

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
    if (this.#closedWith !== undefined) this.#tellClosed()
    this.#ws.resume()
  }

  send(frame: Uint8Array, onTaken?: () => void): void {
    if (this.#closedWith !== undefined) return
    this.#ws.send(frame, () => {
      this.#onWritten()
      onTaken?.()
    })
    if (this.#ws.bufferedAmount > LOW_WATER_BYTES) this.#aboveLowWater = true
  }

  close(code: number): void {
    if (this.#closedWith !== undefined) return
    this.#end(code)
    this.#ws.resume()
    this.#ws.close(code)
    this.#linger = setTimeout(() => this.destroy(), LINGER_MS)
    this.#hooks.onClosing?.()
  }

  trust(): void {
    this.#isTrusted = true
    this.#hooks.socket?.off('data', this.#onUntrusted)
  }

  /** Ends the socket at once; what was written is still flushed when the kernel has room for it. */
  destroy(): void {
    if (this.#hooks.socket === undefined) this.#ws.terminate()
    else this.#hooks.socket.destroy()
  }

  #onWritten(): void {
    if (!this.#aboveLowWater || this.#ws.bufferedAmount > LOW_WATER_BYTES) return
    this.#aboveLowWater = false
    if (this.#closedWith === undefined) this.#handlers?.onDrain?.()
  }

  readonly #onUntrusted = (chunk: Uint8Array): void => {
    this.#untrustedBytes += chunk.length
    // Looked at once ws has told of the frame in it: a packet that makes the peer trusted may bring more than that frame.
    if (this.#untrustedBytes > this.#hooks.maxUntrustedBytes!) setImmediate(this.#onTooUntrusted)
  }

  readonly #onTooUntrusted = (): void => {
    if (this.#isTrusted || this.#closedWith !== undefined) return
    this.trust()
    this.#hooks.onRefused?.('frameTooLarge')
    this.close(closeCodes.frameTooLarge)
  }

  readonly #onChunk = (chunk: Uint8Array): void => {
    this.#unfinishedBytes += chunk.length
    if (this.#unfinishedBytes >= LEAST_UNFINISHED_BYTES) this.#hooks.onUnfinished?.(this.#unfinishedBytes)
  }

  /** A message or a ping is whole: what lies behind it is the beginning of the next. */
  #consumed(length: number): void {
    const before = this.#unfinishedBytes
    const header = CLIENT_HEADER_BYTES + (length < 126 ? 0 : length < 65_536 ? 2 : 8)
    this.#unfinishedBytes = Math.min(Math.max(0, before - length - header), MOST_BEHIND_BYTES)
    if (before >= LEAST_UNFINISHED_BYTES) this.#hooks.onUnfinished?.(this.#unfinishedBytes)
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    this.#consumed(data.length)
    if (this.#closedWith !== undefined) return
    if (isBinary) {
      this.#handlers?.onFrame(data)
      return
    }
    this.#hooks.onRefused?.('textFrame')
    this.close(closeCodes.textFrame)
  }

  /** What has come of its message takes room that others need. */
  dropAsSlowSender(): void {
    if (this.#closedWith !== undefined) return
    this.#hooks.onRefused?.('slowSender')
    this.close(closeCodes.slowSender)
  }

  /** Answers to pings wait like all else: a peer that only pings and never reads must not fill memory with them. */
  #onPing(data: Buffer): void {
    this.#consumed(data.length)
    if (this.#closedWith === undefined && this.#ws.bufferedAmount <= LOW_WATER_BYTES) this.#ws.pong(data)
  }

  #onError(error: Error): void {
    if (this.#closedWith !== undefined) return
    // ws answers a framing error with its own close code and drains the socket; a network error is just a loss.
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined || !code.startsWith('WS_ERR')) return
    const tooLarge = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    this.#hooks.onRefused?.(tooLarge ? 'frameTooLarge' : 'badFraming')
    this.#end(tooLarge ? closeCodes.frameTooLarge : closeCodes.lost)
    this.#linger = setTimeout(() => this.destroy(), LINGER_MS)
    this.#hooks.onClosing?.()
  }

  #onGone(code: number): void {
    if (this.#linger !== undefined) clearTimeout(this.#linger)
    if (this.#closedWith === undefined) this.#end(code === 1005 ? closeCodes.normal : code)
    this.#hooks.onGone?.()
  }

  #end(code: number): void {
    this.#closedWith = code
    queueMicrotask(() => this.#tellClosed())
  }

  #tellClosed(): void {
    if (this.#told || this.#handlers === undefined || this.#closedWith === undefined) return
    this.#told = true
    this.#handlers.onClose(this.#closedWith)
  }
}
