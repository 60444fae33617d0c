import type { Clock, Timer } from '../../clock/index.js'
import { type Channel, type ChannelHandlers, closeCodes, LOW_WATER_BYTES } from '../../transport/index.js'
import type { Fate } from './FaultPlan.js'
import type { FaultDirection } from './types.js'

/** What an end asks of the connection that it belongs to. */
export interface EndOwner {
  readonly clock: Clock
  fateOf(frame: Uint8Array, number: number, direction: FaultDirection): Fate
  delayOf(direction: FaultDirection): number
  /** Until when nothing gets through; now, or before, when it does. */
  silentUntilMs(direction: FaultDirection): number
  /** A frame was held back. */
  delayed(): void
  /** Something reached the other end of the carrier. */
  arrived(direction: FaultDirection): void
  /** So many frames were handed over at the end to which they go. */
  handedOver(direction: FaultDirection, count: number): void
  /** The end was given up by its owner, or learned that the connection is over. */
  ended(): void
}

/** Something under way. */
interface LineItem {
  /** What arrives of it. */
  readonly frames: readonly Uint8Array[]
  readonly bytes: number
  /** Set for a close. */
  readonly code?: number
  readonly dueMs: number
  timer: Timer | undefined
}

/** One end of a connection on which things go wrong: a channel over another one. */
export class FaultyEnd implements Channel {
  readonly remote: string
  /** Which way what this end sends goes. */
  readonly direction: FaultDirection
  readonly #inner: Channel
  readonly #owner: EndOwner
  #handlers: ChannelHandlers | undefined
  #early: (() => void)[] = []
  /** In the order in which they were sent. */
  readonly #line: LineItem[] = []
  #lineFreeAtMs = 0
  #lastDueMs = 0
  /** Bytes of each frame that the carrier has and that has not arrived; 0 for a repeated one. */
  readonly #underWay: number[] = []
  #bufferedBytes = 0
  #aboveLowWater = false
  #sent = 0
  #handedOver = 0
  #isClosed = false
  #isStranded = false

  constructor(details: { inner: Channel; direction: FaultDirection; owner: EndOwner }) {
    this.#inner = details.inner
    this.direction = details.direction
    this.#owner = details.owner
    this.remote = details.inner.remote
    this.#inner.receive({
      onFrame: (frame) => this.#accept(frame),
      onClose: (code) => this.#endedBy(code),
    })
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** It was closed at this end, or this end knows that the other one is gone. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  receive(handlers: ChannelHandlers): void {
    this.#handlers = handlers
    const early = this.#early
    this.#early = []
    for (const deliver of early) deliver()
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed) return
    this.#bufferedBytes += frame.length
    if (this.#bufferedBytes > LOW_WATER_BYTES) this.#aboveLowWater = true
    // What is sent into a connection that is half open waits in the sender's machine for ever.
    if (this.#isStranded) return
    const { frames, delayMs, dripMs } = this.#owner.fateOf(frame, this.#sent++, this.direction)
    this.#enqueue({ frames, bytes: frame.length }, delayMs, dripMs)
  }

  close(code: number): void {
    if (this.#isClosed) return
    this.#isClosed = true
    queueMicrotask(() => this.#inOrder(() => this.#handlers?.onClose(code)))
    if (!this.#isStranded) {
      this.#enqueue({ frames: [], bytes: 0, code }, this.#owner.delayOf(this.direction), 0)
    }
    this.#owner.ended()
  }

  trust(): void {
    this.#inner.trust()
  }

  /** The connection is lost and this end learns of it. @param code - what it is told. */
  lose(code: number = closeCodes.lost): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#clearLine()
    queueMicrotask(() => this.#inOrder(() => this.#handlers?.onClose(code)))
  }

  /** The connection is lost and this end does not learn of it. */
  strand(): void {
    this.#isStranded = true
    this.#clearLine()
  }

  /** Whether this end believes that a connection is open which is not. */
  get isHalfOpen(): boolean {
    return this.#isStranded && !this.#isClosed
  }

  /** Lets go of what is under way, and of the carrier's channel. */
  dispose(): void {
    this.#clearLine()
    this.#inner.close(closeCodes.normal)
  }

  /** Sends on what may go on now. */
  pump(): void {
    const { clock } = this.#owner
    for (;;) {
      const item = this.#line[0]
      if (item === undefined) return
      const nowMs = clock.now()
      const atMs = Math.max(item.dueMs, this.#owner.silentUntilMs(this.direction))
      if (atMs > nowMs) {
        item.timer?.cancel()
        item.timer = Number.isFinite(atMs) ? clock.setTimer(() => this.pump(), atMs - nowMs) : undefined
        return
      }
      this.#line.shift()
      item.timer?.cancel()
      this.#transmit(item)
    }
  }

  /** A frame of this end has reached the other one. */
  written(): void {
    this.#settle(this.#underWay.shift() ?? 0)
  }

  #enqueue(item: Pick<LineItem, 'frames' | 'bytes' | 'code'>, delayMs: number, dripMs: number): void {
    const nowMs = this.#owner.clock.now()
    this.#lineFreeAtMs = Math.max(nowMs, this.#lineFreeAtMs) + dripMs
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#lineFreeAtMs + delayMs)
    this.#line.push({ ...item, dueMs: this.#lastDueMs, timer: undefined })
    // The first of the line has the timer of all.
    if (this.#line.length === 1) this.pump()
    if (this.#line.length > 0) this.#owner.delayed()
  }

  #transmit({ frames, bytes, code }: LineItem): void {
    if (code !== undefined) {
      this.#inner.close(code)
      return
    }
    if (frames.length === 0) this.#settle(bytes)
    for (const [at, frame] of frames.entries()) {
      this.#underWay.push(at === 0 ? bytes : 0)
      this.#inner.send(frame)
    }
  }

  #settle(bytes: number): void {
    this.#bufferedBytes -= bytes
    if (!this.#aboveLowWater || this.#bufferedBytes > LOW_WATER_BYTES) return
    this.#aboveLowWater = false
    if (!this.#isClosed) this.#handlers?.onDrain?.()
  }

  #accept(frame: Uint8Array): void {
    this.#inOrder(() => {
      this.#owner.arrived(this.direction)
      if (this.#isClosed || this.#isStranded) return
      this.#handlers?.onFrame(frame)
      this.#owner.handedOver(this.direction, ++this.#handedOver)
    })
  }

  /** The carrier's channel has ended. */
  #endedBy(code: number): void {
    if (this.#isClosed || this.#isStranded) return
    this.#inOrder(() => {
      // It may have been closed here while the end waited for its handlers.
      if (this.#isClosed || this.#isStranded) return
      this.#isClosed = true
      this.#clearLine()
      this.#handlers?.onClose(code)
      this.#owner.ended()
    })
  }

  #clearLine(): void {
    for (const { timer } of this.#line) timer?.cancel()
    this.#line.length = 0
  }

  #inOrder(deliver: () => void): void {
    if (this.#handlers === undefined) this.#early.push(deliver)
    else deliver()
  }
}
