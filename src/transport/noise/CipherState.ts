import { NoiseError } from './noiseErrors.js'
import { type NoiseCipher, REKEY_NONCE, TAG_BYTES } from './primitives.js'

/** Counters end here; far above what the session's own limit lets through. */
const MAX_NONCE = 2 ** 48

const NO_BYTES = new Uint8Array(0)

/** One direction of an encrypted stream: a key and the number of the next message. */
export class CipherState {
  readonly #cipher: NoiseCipher
  #key: Uint8Array
  #nonce = 0

  constructor(cipher: NoiseCipher, key: Uint8Array) {
    this.#cipher = cipher
    this.#key = key
  }

  /** Number of the next message. */
  get nonce(): number {
    return this.#nonce
  }

  /** Encrypts the next message, which is in parts, into `out` from `offset` on: 16 bytes more than all parts together. */
  sealInto(out: Uint8Array, offset: number, parts: readonly Uint8Array[], ad: Uint8Array = NO_BYTES): void {
    this.#cipher.seal(this.#key, this.#take(), ad, parts, out, offset)
  }

  /** Encrypts the next message. */
  seal(plaintext: Uint8Array, ad: Uint8Array = NO_BYTES): Uint8Array {
    const out = Buffer.allocUnsafe(plaintext.length + TAG_BYTES)
    this.sealInto(out, 0, [plaintext], ad)
    return out
  }

  /**
   * Decrypts the next message.
   *
   * @throws NoiseError when it is not the next message of this key; the counter stays where it was.
   */
  open(sealed: Uint8Array, ad: Uint8Array = NO_BYTES): Uint8Array {
    if (sealed.length < TAG_BYTES) throw new NoiseError({ what: 'A sealed message is shorter than its tag' })
    let plaintext: Uint8Array
    try {
      plaintext = this.#cipher.open(this.#key, this.#nonce, ad, sealed)
    } catch (cause) {
      throw new NoiseError({ what: 'A sealed message does not authenticate', cause })
    }
    this.#take()
    return plaintext
  }

  /** Replaces the key by a one-way function of itself, as section 11.3 of the Noise specification says. */
  rekey(): void {
    const next = Buffer.allocUnsafe(32 + TAG_BYTES)
    this.#cipher.seal(this.#key, REKEY_NONCE, NO_BYTES, [new Uint8Array(32)], next, 0)
    this.#key = next.subarray(0, 32)
  }

  #take(): number {
    if (this.#nonce >= MAX_NONCE) throw new NoiseError({ what: 'The message counter is used up' })
    return this.#nonce++
  }
}
