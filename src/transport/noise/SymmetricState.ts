import { CipherState } from './CipherState.js'
import type { NoiseProtocol } from './protocol.js'

const ONE = Uint8Array.of(1)
const TWO = Uint8Array.of(2)

/** The running hash and chaining key of a handshake (section 5.2 of the Noise specification). */
export class SymmetricState {
  readonly #protocol: NoiseProtocol
  #chainingKey: Uint8Array
  #hash: Uint8Array
  #cipher: CipherState | undefined

  constructor(protocol: NoiseProtocol) {
    this.#protocol = protocol
    const name = new TextEncoder().encode(protocol.name)
    if (name.length <= protocol.hash.length) {
      this.#hash = new Uint8Array(protocol.hash.length)
      this.#hash.set(name)
    } else {
      this.#hash = protocol.hash.digest(name)
    }
    this.#chainingKey = this.#hash
  }

  /** Hash over everything said so far. */
  get hash(): Uint8Array {
    return this.#hash
  }

  get hasKey(): boolean {
    return this.#cipher !== undefined
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#protocol.hash.digest(this.#hash, data)
  }

  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = this.#derive(material)
    this.#chainingKey = chainingKey
    this.#cipher = new CipherState(this.#protocol.cipher, key.subarray(0, 32))
  }

  sealAndHash(plaintext: Uint8Array): Uint8Array {
    const sealed = this.#cipher?.seal(plaintext, this.#hash) ?? plaintext
    this.mixHash(sealed)
    return sealed
  }

  openAndHash(sealed: Uint8Array): Uint8Array {
    const plaintext = this.#cipher?.open(sealed, this.#hash) ?? sealed
    this.mixHash(sealed)
    return plaintext
  }

  /** Keys of the finished session: initiator to responder, then responder to initiator. */
  split(): [CipherState, CipherState] {
    const [first, second] = this.#derive(new Uint8Array(0))
    const { cipher } = this.#protocol
    return [new CipherState(cipher, first.subarray(0, 32)), new CipherState(cipher, second.subarray(0, 32))]
  }

  #derive(material: Uint8Array): [Uint8Array, Uint8Array] {
    const { hash } = this.#protocol
    const temporary = hash.hmac(this.#chainingKey, material)
    const first = hash.hmac(temporary, ONE)
    return [first, hash.hmac(temporary, first, TWO)]
  }
}
