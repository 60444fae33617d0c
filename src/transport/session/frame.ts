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

/** Where messages that share a frame are put together; used up before anybody else has a turn. */
const together = /* @__PURE__ */ Buffer.allocUnsafe(SHARED_BYTES)

/** The messages that leave with the next frame. */
export class FrameDraft {
  readonly #messages: Uint8Array[] = []
  #bytes = 0

  /** Bytes of the messages with their lengths. */
  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0
  }

  get isFull(): boolean {
    return this.#messages.length === MAX_FRAME_MESSAGES || this.#bytes > SHARED_BYTES - LENGTH_BYTES
  }

  /** Whether a message may still come in; into an empty draft any may. */
  hasRoomFor(message: Uint8Array): boolean {
    return this.isEmpty || (!this.isFull && this.#bytes + LENGTH_BYTES + message.length <= SHARED_BYTES)
  }

  add(message: Uint8Array): void {
    this.#messages.push(message)
    this.#bytes += LENGTH_BYTES + message.length
  }

  /** All of it in parts to be sealed one after the other, and the draft is empty again. The parts must be used at once. */
  take(): readonly Uint8Array[] {
    const parts = this.#bytes > SHARED_BYTES ? this.#alone() : [this.#together()]
    this.#messages.length = 0
    this.#bytes = 0
    return parts
  }

  /** A long message is not copied. */
  #alone(): Uint8Array[] {
    together.writeUInt32BE(this.#messages[0]?.length ?? 0, 0)
    return [together.subarray(0, LENGTH_BYTES), ...this.#messages]
  }

  /** Short ones are: a call of the cipher for each would take longer. */
  #together(): Uint8Array {
    let at = 0
    for (const message of this.#messages) {
      at = together.writeUInt32BE(message.length, at)
      together.set(message, at)
      at += message.length
    }
    return together.subarray(0, at)
  }
}

/** The messages of an opened frame, as views of it; `undefined` when they do not fill it exactly, or are none or too many. */
export function messagesOf(opened: Uint8Array): Uint8Array[] | undefined {
  const messages: Uint8Array[] = []
  const view = new DataView(opened.buffer, opened.byteOffset, opened.byteLength)
  for (let at = 0; at < opened.length; ) {
    if (opened.length - at < LENGTH_BYTES || messages.length === MAX_FRAME_MESSAGES) return undefined
    const start = at + LENGTH_BYTES
    at = start + view.getUint32(at)
    if (at > opened.length) return undefined
    messages.push(opened.subarray(start, at))
  }
  return messages.length === 0 ? undefined : messages
}
