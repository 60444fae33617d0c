import { assert, InvalidArgumentError } from '../../errors/index.js'
import type { CipherState } from './CipherState.js'
import { NoiseError } from './noiseErrors.js'
import { DH_BYTES, diffieHellman, generateNoiseKeyPair, type NoiseKeyPair, TAG_BYTES } from './primitives.js'
import { type NoiseProtocol, parseNoiseProtocol, type Token } from './protocol.js'
import { SymmetricState } from './SymmetricState.js'

/** Who speaks first is the initiator. */
export type NoiseRole = 'initiator' | 'responder'

/** What a handshake starts from. */
export interface NoiseHandshakeOptions {
  /** Full protocol name. */
  readonly protocol: string
  readonly role: NoiseRole
  /** Bytes that both ends must agree on without sending them. */
  readonly prologue: Uint8Array
  readonly staticKey: NoiseKeyPair
  /** Only for patterns in which the initiator knows it beforehand (IK). */
  readonly remoteStatic?: Uint8Array
  /** Default: a fresh one. Passing it is for test vectors alone. */
  readonly ephemeralKey?: NoiseKeyPair
}

/** Message payload, or what to say given the hash over everything before it. */
export type NoisePayload = Uint8Array | ((hashBefore: Uint8Array) => Uint8Array)

/** What a message carried, and the hash over everything before that payload. */
export interface NoiseMessageRead {
  readonly payload: Uint8Array
  readonly hashBefore: Uint8Array
}

/**
 * One end of a Noise handshake (revision 34), synchronous: write and read in turn until `isFinished`, then `split`.
 * After any error the handshake is over.
 *
 * PERF: XX costs each end a key generation and three X25519, about 0.3 ms.
 */
export class NoiseHandshake {
  readonly #protocol: NoiseProtocol
  readonly #isInitiator: boolean
  readonly #state: SymmetricState
  readonly #staticKey: NoiseKeyPair
  #ephemeralKey: NoiseKeyPair | undefined
  #remoteStatic: Uint8Array | undefined
  #remoteEphemeral: Uint8Array | undefined
  #turn = 0
  #failed = false

  constructor(options: NoiseHandshakeOptions) {
    this.#protocol = parseNoiseProtocol(options.protocol)
    this.#isInitiator = options.role === 'initiator'
    this.#staticKey = options.staticKey
    this.#ephemeralKey = options.ephemeralKey
    this.#state = new SymmetricState(this.#protocol)
    this.#state.mixHash(options.prologue)
    if (!this.#protocol.pattern.knownResponderStatic) return
    if (this.#isInitiator) this.#remoteStatic = options.remoteStatic
    const known = this.#isInitiator ? options.remoteStatic : options.staticKey.publicKey
    if (known?.length !== DH_BYTES) {
      throw new InvalidArgumentError({
        field: 'remoteStatic',
        value: known,
        remedy: `Pass the responder's 32-byte static key: ${options.protocol} needs it beforehand.`,
      })
    }
    this.#state.mixHash(known)
  }

  /** True when every message has been said. */
  get isFinished(): boolean {
    return !this.#failed && this.#turn === this.#protocol.pattern.messages.length
  }

  /** Hash over the whole handshake: both ends have the same, and no other handshake has it. */
  get handshakeHash(): Uint8Array {
    assert(this.isFinished, 'the handshake hash is asked for after the last message')
    return this.#state.hash
  }

  /** The peer's static key, once it is known. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic
  }

  /** The next message of this end. */
  write(payload: NoisePayload): Uint8Array {
    const parts: Uint8Array[] = []
    for (const token of this.#nextMessage(this.#isInitiator)) {
      if (token === 'e') {
        this.#ephemeralKey ??= generateNoiseKeyPair()
        this.#state.mixHash(this.#ephemeralKey.publicKey)
        parts.push(this.#ephemeralKey.publicKey)
      } else if (token === 's') {
        parts.push(this.#state.sealAndHash(this.#staticKey.publicKey))
      } else {
        this.#state.mixKey(this.#shared(token))
      }
    }
    const bytes = typeof payload === 'function' ? payload(this.#state.hash) : payload
    parts.push(this.#state.sealAndHash(bytes))
    this.#turn++
    return Buffer.concat(parts)
  }

  /**
   * Reads the peer's next message.
   *
   * @throws NoiseError when it is cut short, does not authenticate, or is not due.
   */
  read(message: Uint8Array): NoiseMessageRead {
    try {
      return this.#read(message)
    } catch (error) {
      this.#failed = true
      throw error
    }
  }

  /** The two directions of the finished session. */
  split(): { readonly send: CipherState; readonly receive: CipherState } {
    assert(this.isFinished, 'a handshake is split after its last message')
    const [fromInitiator, fromResponder] = this.#state.split()
    return this.#isInitiator
      ? { send: fromInitiator, receive: fromResponder }
      : { send: fromResponder, receive: fromInitiator }
  }

  #read(message: Uint8Array): NoiseMessageRead {
    let offset = 0
    const take = (length: number): Uint8Array => {
      if (offset + length > message.length) throw new NoiseError({ what: 'A handshake message is cut short' })
      offset += length
      return message.subarray(offset - length, offset)
    }
    for (const token of this.#nextMessage(!this.#isInitiator)) {
      if (token === 'e') {
        this.#remoteEphemeral = Uint8Array.from(take(DH_BYTES))
        this.#state.mixHash(this.#remoteEphemeral)
      } else if (token === 's') {
        const sealed = take(DH_BYTES + (this.#state.hasKey ? TAG_BYTES : 0))
        this.#remoteStatic = Uint8Array.from(this.#state.openAndHash(sealed))
      } else {
        this.#state.mixKey(this.#shared(token))
      }
    }
    const hashBefore = this.#state.hash
    const payload = this.#state.openAndHash(message.subarray(offset))
    this.#turn++
    return { payload, hashBefore }
  }

  #nextMessage(fromInitiator: boolean): readonly Token[] {
    const tokens = this.#protocol.pattern.messages[this.#turn]
    const isDue = tokens !== undefined && fromInitiator === (this.#turn % 2 === 0)
    if (this.#failed || !isDue) throw new NoiseError({ what: 'No such handshake message is due' })
    return tokens
  }

  /** First letter: the initiator's key; second: the responder's. */
  #shared(token: 'ee' | 'es' | 'se' | 'ss'): Uint8Array {
    const [own, other] = this.#isInitiator ? [token[0], token[1]] : [token[1], token[0]]
    const ownKey = own === 'e' ? this.#ephemeralKey : this.#staticKey
    const otherKey = other === 'e' ? this.#remoteEphemeral : this.#remoteStatic
    assert(ownKey !== undefined && otherKey !== undefined, 'a pattern mixes only keys that were said')
    try {
      return diffieHellman(ownKey, otherKey)
    } catch (cause) {
      // OpenSSL refuses public keys of small order.
      throw new NoiseError({ what: 'A handshake message holds a bad key', cause })
    }
  }
}
