import { nextTick } from 'node:process'
import type { Hotkey } from '../../units/index.js'
import { ByteMeter } from '../ByteMeters.js'
import { closeCodes } from '../closeCodes.js'
import type { CipherState } from '../noise/CipherState.js'
import { TAG_BYTES } from '../noise/primitives.js'
import { type Channel, LOW_WATER_BYTES } from '../types.js'
import {
  FrameDraft,
  messagesOf,
  NUMBER_BYTES,
  numberOf,
  partsAlone,
  SESSION_OVERHEAD_BYTES,
} from './frame.js'
import { releaseFrame, takeFrame } from './framePool.js'

/**
 * What was wrong with a frame; the session is closed with `badFrame`, unless something else is said.
 *
 * - `replayedFrame`: its number was used before.
 * - `reorderedFrame`: frames before it are missing.
 * - `tamperedFrame`: it has the right number and does not authenticate, or is too short to.
 * - `malformedFrame`: it authenticates, and what is in it are not messages; the session is closed with `badMessage`.
 * - `frameTooLarge`: a message in it is longer than this end takes; the session is closed with that.
 */
export type FrameFault = keyof typeof closeCodeOf

const closeCodeOf = {
  replayedFrame: closeCodes.badFrame,
  reorderedFrame: closeCodes.badFrame,
  tamperedFrame: closeCodes.badFrame,
  malformedFrame: closeCodes.badMessage,
  frameTooLarge: closeCodes.frameTooLarge,
} as const

/** When the keys of a session move on. Both ends must use the same; other values than the default are for tests. */
export interface KeyLifetime {
  /** Frames in one direction after which its key is replaced. */
  readonly rekeyEveryFrames: number
  /** Frames in one direction after which the session is closed. */
  readonly maxFrames: number
}

/** AES-GCM stays far inside its safe use: a new key every 2^20 frames, a new session every 2^40. */
export const DEFAULT_KEY_LIFETIME: KeyLifetime = { rekeyEveryFrames: 2 ** 20, maxFrames: 2 ** 40 }

/** What a session tells its owner. */
export interface SessionHandlers {
  /** Whole, authentic and in order. The bytes belong to the receiver, and share memory with those that came in the same frame. */
  onMessage(message: Uint8Array): void
  /** Once; nothing follows. */
  onClose(code: number): void
  /** As `ChannelHandlers.onDrain`. */
  onDrain?(): void
  /** A frame was refused; `onClose` follows. */
  onFault?(fault: FrameFault): void
}

/**
 * An encrypted channel to a peer whose hotkey is proven. A replayed, reordered or altered frame ends it.
 *
 * Messages of one turn of the event loop share frames: what is sent leaves when the turn's promises have run, or as soon as a frame is
 * full. Where the turn before had one message only, the first leaves at once. So one alone waits for nothing, and many cost little more
 * than their bytes.
 *
 * PERF: a frame costs each end some 5 microseconds beside its bytes.
 */
export class SecureSession {
  /** The peer's hotkey, proven in this handshake. */
  readonly peer: Hotkey
  readonly #channel: Channel
  readonly #sending: CipherState
  readonly #receiving: CipherState
  readonly #lifetime: KeyLifetime
  readonly #maxFrameBytes: number
  readonly #meter: ByteMeter
  readonly #draft = new FrameDraft()
  /** Messages of this turn, and of the last one that had any. */
  #sent = 0
  #sentBefore = 0
  #handlers: SessionHandlers | undefined
  /** What came before `receive`. */
  #early: (() => void)[] = []
  #isOpen = true

  constructor(details: {
    channel: Channel
    peer: Hotkey
    keys: { readonly send: CipherState; readonly receive: CipherState }
    lifetime?: KeyLifetime | undefined
    maxFrameBytes?: number | undefined
    meter?: ByteMeter | undefined
  }) {
    this.peer = details.peer
    this.#channel = details.channel
    this.#sending = details.keys.send
    this.#receiving = details.keys.receive
    this.#lifetime = details.lifetime ?? DEFAULT_KEY_LIFETIME
    this.#maxFrameBytes = details.maxFrameBytes ?? Number.POSITIVE_INFINITY
    this.#meter = details.meter ?? new ByteMeter()
  }

  get remote(): string {
    return this.#channel.remote
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Bytes handed to `send` and not yet given to the network. */
  get bufferedBytes(): number {
    return this.#channel.bufferedBytes + this.#draft.bytes
  }

  /** Whether more may be said: where not, `onDrain` follows. Of what waits for its frame no drain is told, so that does not count. */
  get hasRoom(): boolean {
    return this.#channel.bufferedBytes <= LOW_WATER_BYTES
  }

  /** Sets the handlers; what came before is delivered first. Call it once. */
  receive(handlers: SessionHandlers): void {
    this.#handlers = handlers
    const early = this.#early
    this.#early = []
    for (const deliver of early) deliver()
  }

  /** Queues a message; its bytes are used before this returns. It leaves in this turn; on a closed session it does nothing. */
  send(message: Uint8Array): void {
    if (!this.#isOpen) return
    const isFirst = this.#sent++ === 0
    if (isFirst) nextTick(this.#endTurn)
    if (!this.#draft.hasRoomFor(message)) {
      this.#flush()
      if (!this.#draft.hasRoomFor(message)) {
        const [length, alone] = partsAlone(message)
        this.#seal([length, alone], length.length + alone.length)
        return
      }
    }
    this.#draft.add(message)
    // What came alone last time is expected to be alone again, and need not wait for what its sender does after it.
    if (this.#draft.isFull || (isFirst && this.#sentBefore <= 1)) this.#flush()
  }

  /** Closes with a code after everything sent before; `onClose` follows. */
  close(code: number): void {
    this.#flush()
    this.#isOpen = false
    this.#channel.close(code)
  }

  /** The channel brought a frame. For the handshake that made this session. */
  acceptFrame(frame: Uint8Array): void {
    this.#meter.received += frame.length
    if (!this.#isOpen) return
    const messages = this.#messagesOf(frame)
    if (typeof messages === 'string') {
      this.#inOrder(() => this.#handlers?.onFault?.(messages))
      this.close(closeCodeOf[messages])
      return
    }
    this.#inOrder(() => this.#deliver(messages))
  }

  /** The channel ended. For the handshake that made this session. */
  channelClosed(code: number): void {
    this.#isOpen = false
    this.#inOrder(() => this.#handlers?.onClose(code))
  }

  /** The channel has room again. For the handshake that made this session. */
  channelDrained(): void {
    this.#handlers?.onDrain?.()
  }

  readonly #endTurn = (): void => {
    this.#sentBefore = this.#sent
    this.#sent = 0
    this.#flush()
  }

  #flush(): void {
    const { bytes, isEmpty } = this.#draft
    if (!isEmpty) this.#seal([this.#draft.take()], bytes)
  }

  /** Sends what goes into one frame. */
  #seal(parts: readonly Uint8Array[], bytes: number): void {
    if (!this.#isOpen) return
    const number = this.#sending.nonce
    if (number >= this.#lifetime.maxFrames) {
      this.close(closeCodes.sessionWornOut)
      return
    }
    const frame = takeFrame(NUMBER_BYTES + bytes + TAG_BYTES)
    frame.writeUIntBE(number, 0, NUMBER_BYTES)
    this.#sending.sealInto(frame, NUMBER_BYTES, parts)
    if ((number + 1) % this.#lifetime.rekeyEveryFrames === 0) this.#sending.rekey()
    this.#meter.sent += frame.length
    this.#channel.send(frame, () => releaseFrame(frame))
  }

  #messagesOf(frame: Uint8Array): readonly Uint8Array[] | FrameFault {
    const opened = this.#open(frame)
    if (typeof opened === 'string') return opened
    const messages = messagesOf(opened)
    if (messages === undefined) return 'malformedFrame'
    const isTooLarge = messages.some(({ length }) => length + SESSION_OVERHEAD_BYTES > this.#maxFrameBytes)
    return isTooLarge ? 'frameTooLarge' : messages
  }

  #open(frame: Uint8Array): Uint8Array | FrameFault {
    if (frame.length < NUMBER_BYTES + TAG_BYTES) return 'tamperedFrame'
    const expected = this.#receiving.nonce
    const claimed = numberOf(frame)
    // The number is not secret and not trusted: it only names the fault. The cipher counts by itself.
    if (claimed !== expected) return claimed < expected ? 'replayedFrame' : 'reorderedFrame'
    let opened: Uint8Array
    try {
      opened = this.#receiving.open(frame.subarray(NUMBER_BYTES))
    } catch {
      return 'tamperedFrame'
    }
    if ((expected + 1) % this.#lifetime.rekeyEveryFrames === 0) this.#receiving.rekey()
    return opened
  }

  #deliver(messages: readonly Uint8Array[]): void {
    const wasOpen = this.#isOpen
    for (const message of messages) {
      this.#handlers?.onMessage(message)
      // When that made the receiver close, the others do not reach it.
      if (wasOpen && !this.#isOpen) return
    }
  }

  #inOrder(deliver: () => void): void {
    if (this.#handlers === undefined) this.#early.push(deliver)
    else deliver()
  }
}
