import { closeCodes } from './closeCodes.js'
import { type Channel, type ChannelHandlers, LOW_WATER_BYTES } from './types.js'

/** Runs a callback one trip later, in order of calling. */
export type Trip = (callback: () => void) => void

interface MemoryChannelOptions {
  readonly remote: string
  readonly maxFrameBytes: number
  readonly maxUntrustedBytes?: number | undefined
  readonly trip: Trip
  readonly onTooLarge?: () => void
  readonly onGone?: () => void
}

/** One end of a pair of channels inside this process. */
export class MemoryChannel implements Channel {
  readonly remote: string
  readonly #options: MemoryChannelOptions
  /** Set by `join` before anything else happens. */
  #peer!: MemoryChannel
  #handlers: ChannelHandlers | undefined
  /** What arrived before `receive`. */
  #early: (() => void)[] = []
  #bufferedBytes = 0
  #aboveLowWater = false
  #closed = false
  #untrustedBytes = 0
  #isTrusted = false

  constructor(options: MemoryChannelOptions) {
    this.remote = options.remote
    this.#options = options
  }

  /** Joins two ends; a channel is used only after that. */
  static join(a: MemoryChannel, b: MemoryChannel): void {
    a.#peer = b
    b.#peer = a
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
    const early = this.#early
    this.#early = []
    for (const deliver of early) deliver()
  }

  send(frame: Uint8Array): void {
    if (this.#closed) return
    this.#bufferedBytes += frame.length
    if (this.#bufferedBytes > LOW_WATER_BYTES) this.#aboveLowWater = true
    this.#options.trip(() => this.#peer.#accept(frame))
  }

  close(code: number): void {
    if (this.#closed) return
    this.#end()
    this.#options.trip(() => this.#peer.#inOrder(() => this.#peer.#endedBy(code)))
    queueMicrotask(() => this.#inOrder(() => this.#handlers?.onClose(code)))
  }

  trust(): void {
    this.#isTrusted = true
  }

  /** A frame reached this end. */
  #accept(frame: Uint8Array): void {
    this.#inOrder(() => {
      this.#peer.#written(frame.length)
      if (this.#closed) return
      if (this.#isWithinLimits(frame.length)) {
        this.#handlers?.onFrame(frame)
        return
      }
      this.#options.onTooLarge?.()
      this.close(closeCodes.frameTooLarge)
    })
  }

  #isWithinLimits(bytes: number): boolean {
    const { maxFrameBytes, maxUntrustedBytes } = this.#options
    if (bytes > maxFrameBytes) return false
    if (this.#isTrusted || maxUntrustedBytes === undefined) return true
    this.#untrustedBytes += bytes
    return this.#untrustedBytes <= maxUntrustedBytes
  }

  #written(bytes: number): void {
    this.#bufferedBytes -= bytes
    if (!this.#aboveLowWater || this.#bufferedBytes > LOW_WATER_BYTES) return
    this.#aboveLowWater = false
    if (!this.#closed) this.#handlers?.onDrain?.()
  }

  #endedBy(code: number): void {
    if (this.#closed) return
    this.#end()
    this.#handlers?.onClose(code)
  }

  #end(): void {
    this.#closed = true
    this.#options.onGone?.()
  }

  #inOrder(deliver: () => void): void {
    if (this.#handlers === undefined) this.#early.push(deliver)
    else deliver()
  }
}
