import { keccakP } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Bytes of the sponge's state, and how many of them take and give data. */
const STATE_BYTES = 200
const RATE = 166

/** What an operation does, as bits of one byte: data comes in, it is the protocol's own, it goes through the cipher, it describes what follows. */
const INBOUND = 1
const APPLICATION = 2
const CIPHER = 4
const META = 16

const DESCRIBE = META | APPLICATION
const SAY = APPLICATION
const DRAW = INBOUND | APPLICATION | CIPHER
const KEY = APPLICATION | CIPHER

/** The sponge is told of its rate and width, and of the version of its framing. */
const OPENING = /* @__PURE__ */ Uint8Array.of(
  1,
  RATE + 2,
  1,
  0,
  1,
  96,
  .../* @__PURE__ */ utf8ToBytes('STROBEv1.0.2'),
)

/**
 * Everything that two sides of a proof have said so far, as one running state, of which both draw the same challenges: Merlin on STROBE-128.
 *
 * What follows it is told apart by labels and lengths, so no two conversations have one state.
 *
 * @source merlin.cool, "Transcript-based protocols"; STROBE 1.0.2
 * PERF: an operation costs its bytes and, for every challenge and every 166 bytes, a Keccak permutation of some microseconds.
 */
export class Transcript {
  readonly #state = new Uint8Array(STATE_BYTES)
  readonly #words = new Uint32Array(this.#state.buffer)
  /** Where the next byte goes. */
  #at = 0
  /** Where the operation under way began. */
  #begun = 0

  /** A conversation of its own kind. */
  static begin(label: string): Transcript {
    const transcript = new Transcript()
    transcript.#state.set(OPENING)
    keccakP(transcript.#words)
    transcript.#operate(DESCRIBE)
    transcript.#absorb(utf8ToBytes('Merlin v1.0'))
    transcript.append(utf8ToBytes('dom-sep'), utf8ToBytes(label))
    return transcript
  }

  /** The same state, going its own way from here. */
  fork(): Transcript {
    const copy = new Transcript()
    copy.#state.set(this.#state)
    copy.#at = this.#at
    copy.#begun = this.#begun
    return copy
  }

  /** Something is said. */
  append(label: Uint8Array, message: Uint8Array): void {
    this.#describe(label, message.length)
    this.#operate(SAY)
    this.#absorb(message)
  }

  /** So many bytes that depend on all that was said. */
  challenge(label: Uint8Array, length: number): Uint8Array {
    this.#describe(label, length)
    return this.#draw(length)
  }

  /** So many secret bytes that depend on all that was said, on a secret and on more randomness; nothing here changes. */
  witness(label: Uint8Array, secret: Uint8Array, entropy: Uint8Array, length: number): Uint8Array {
    const copy = this.fork()
    copy.#describe(label, secret.length)
    copy.#key(secret)
    copy.#operate(DESCRIBE)
    copy.#absorb(RANDOMNESS)
    copy.#key(entropy)
    copy.#operate(DESCRIBE)
    copy.#absorbLength(length)
    const drawn = copy.#draw(length)
    copy.forget()
    return drawn
  }

  /** Leaves nothing of what was said in memory. */
  forget(): void {
    this.#state.fill(0)
  }

  #describe(label: Uint8Array, length: number): void {
    this.#operate(DESCRIBE)
    this.#absorb(label)
    this.#absorbLength(length)
  }

  #operate(what: number): void {
    const before = this.#begun
    this.#begun = this.#at + 1
    this.#take(before)
    this.#take(what)
    if ((what & CIPHER) !== 0 && this.#at !== 0) this.#permute()
  }

  #absorb(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) this.#take(bytes[at]!)
  }

  #absorbLength(length: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.#take((length >>> shift) & 0xff)
  }

  #take(byte: number): void {
    this.#state[this.#at]! ^= byte
    if (++this.#at === RATE) this.#permute()
  }

  #key(bytes: Uint8Array): void {
    this.#operate(KEY)
    for (let at = 0; at < bytes.length; at++) {
      this.#state[this.#at] = bytes[at]!
      if (++this.#at === RATE) this.#permute()
    }
  }

  #draw(length: number): Uint8Array {
    this.#operate(DRAW)
    const drawn = new Uint8Array(length)
    for (let at = 0; at < length; at++) {
      drawn[at] = this.#state[this.#at]!
      this.#state[this.#at] = 0
      if (++this.#at === RATE) this.#permute()
    }
    return drawn
  }

  #permute(): void {
    this.#state[this.#at]! ^= this.#begun
    this.#state[this.#at + 1]! ^= 0x04
    this.#state[RATE + 1]! ^= 0x80
    keccakP(this.#words)
    this.#at = 0
    this.#begun = 0
  }
}

const RANDOMNESS = /* @__PURE__ */ utf8ToBytes('rng')
