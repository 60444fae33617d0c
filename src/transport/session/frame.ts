import { TAG_BYTES } from '../noise/primitives.js'

/** Number of a frame, in front of its ciphertext. */
export const NUMBER_BYTES = 6

/** Length of a message, in front of each inside a frame. */
const LENGTH_BYTES = 4

/** Bytes that a session adds to a message that has a frame of its own. */
export const SESSION_OVERHEAD_BYTES: number = NUMBER_BYTES + LENGTH_BYTES + TAG_BYTES

/** Most messages of a frame: what one frame can ask of its receiver at once is bounded, however small they are. */
export const MAX_FRAME_MESSAGES = 64

/** Longest frame that messages share; a longer message has one of its own. Whoever receives frames takes these, whatever its own limit is. */
export const SHARED_FRAME_BYTES = 16_384

/** What fits into a frame that messages share, their lengths included. */
const SHARED_BYTES = SHARED_FRAME_BYTES - NUMBER_BYTES - TAG_BYTES

/** Most buffers of drafts that wait for the next one: as many as connections that said something in one turn. */
const MOST_RESTING = 64
const resting: Buffer[] = []

/** The messages that leave with the next frame. */
export class FrameDraft {
  /** Short messages are put together here, each behind its length: a call of the cipher for each would take longer than the copy. */
  #together: Buffer | undefined
  #bytes = 0
  #count = 0

  /** Bytes of the messages with their lengths. */
  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isFull(): boolean {
    return this.#count === MAX_FRAME_MESSAGES || this.#bytes > SHARED_BYTES - LENGTH_BYTES
  }

  /** Whether a message may share this frame with what is in it. */
  hasRoomFor(message: Uint8Array): boolean {
    return this.#count < MAX_FRAME_MESSAGES && this.#bytes + LENGTH_BYTES + message.length <= SHARED_BYTES
  }

  /** Copies a message for which there is room. */
  add(message: Uint8Array): void {
    this.#together ??= resting.pop() ?? Buffer.allocUnsafeSlow(SHARED_BYTES)
    const start = this.#together.writeUInt32BE(message.length, this.#bytes)
    this.#together.set(message, start)
    this.#bytes = start + message.length
    this.#count++
  }

  /** All of it, to be sealed at once; the draft is empty again, and the memory may be another's in the next turn. */
  take(): Uint8Array {
    const together = this.#together ?? Buffer.alloc(0)
    const taken = together.subarray(0, this.#bytes)
    if (resting.length < MOST_RESTING) resting.push(together)
    this.#together = undefined
    this.#bytes = 0
    this.#count = 0
    return taken
  }
}

/** A message that shares no frame, in parts to be sealed one after the other: it is not copied. */
export function partsAlone(message: Uint8Array): readonly [length: Uint8Array, message: Uint8Array] {
  const length = new Uint8Array(LENGTH_BYTES)
  new DataView(length.buffer).setUint32(0, message.length)
  return [length, message]
}

/** What a frame says that its number is. */
export function numberOf(frame: Uint8Array): number {
  let number = 0
  for (let at = 0; at < NUMBER_BYTES; at++) number = 256 * number + (frame[at] ?? 0)
  return number
}

/**
 * The messages of an opened frame, as views of it; `undefined` when they do not fill it exactly, are none or too many, or share a frame that
 * is longer than such frames are: whoever keeps part of a short message keeps its whole frame, which nobody has counted.
 */
export function messagesOf(opened: Uint8Array): Uint8Array[] | undefined {
  const messages: Uint8Array[] = []
  const most = opened.length > SHARED_BYTES ? 1 : MAX_FRAME_MESSAGES
  for (let at = 0; at < opened.length; ) {
    if (opened.length - at < LENGTH_BYTES || messages.length === most) return undefined
    const start = at + LENGTH_BYTES
    at = start + lengthAt(opened, at)
    if (at > opened.length) return undefined
    messages.push(opened.subarray(start, at))
  }
  return messages.length === 0 ? undefined : messages
}

function lengthAt(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
  return 2 ** 24 * (bytes[at] ?? 0) + low
}
