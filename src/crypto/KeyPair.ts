import { concatBytes } from '@noble/hashes/utils.js'
import { assertMade, bytes, check, flag, made, oneOf, optional, secret, shape } from '../checks/index.js'
import { type Address, asColdkey, asHotkey, type Coldkey, type Hotkey } from '../units/index.js'
import { assertBytes, assertLength, secretEqual } from './bytes.js'
import { SCHEMES, schemeCheck } from './schemes.js'
import { canonicalFormOf, ed25519FormOf, InvalidSecretKeyError, type SecretForm } from './secretForms.js'
import { parsePath } from './secretUri.js'
import { addressOf } from './ss58.js'
import type { KeyScheme, SchemeOptions, Signer } from './types.js'
import { verifySignature } from './verifySignature.js'

/** A key pair's secret, laid open on purpose. */
export interface RevealedSecret {
  /** 64 bytes: the canonical form for sr25519, seed and public key for ed25519. */
  readonly secretKey: Uint8Array
  /** 32-byte mini secret, where it is known: a soft child and a key read from its expanded secret have none. */
  readonly seed: Uint8Array | undefined
}

/** What helps to read a secret key. */
export interface SecretKeyOptions extends SchemeOptions {
  /** Which encoding of an sr25519 secret it is, where it is known. */
  readonly form?: SecretForm
  /** 32 bytes that the secret must belong to. */
  readonly publicKey?: Uint8Array
}

// Beside a secret everything is taken for secret: callers swap arguments.
const secretKeyOptions = secret(
  shape<SecretKeyOptions>({
    scheme: optional(schemeCheck),
    form: optional(oneOf(['canonical', 'ed25519'])),
    publicKey: optional(bytes(32)),
  }),
)

/** How a signature is verified. */
export interface VerifyOptions {
  /** Accepts a signature over `<Bytes>` message `</Bytes>` as well; see `SignatureCheck`. */
  readonly acceptWrapped?: boolean
}

const verifyOptions = shape<VerifyOptions>({ acceptWrapped: optional(flag) })

/**
 * An sr25519 or ed25519 key pair: signs, and derives children. The secret sits in a private field, so it appears
 * neither in logs nor in JSON; `revealSecret` is the one way to it.
 *
 * Make one with `keyPairFromUri`, `keyPairFromMnemonic`, `keyPairFromSeed` or `keyPairFromSecretKey`.
 *
 * @example
 * ```ts
 * import { keyPairFromUri, verifySignature } from 'subnetkit/crypto'
 *
 * const alice = keyPairFromUri('//Alice')
 * const message = new TextEncoder().encode('good morning')
 * const signature = alice.sign(message)
 * verifySignature({ scheme: alice.scheme, publicKey: alice.publicKey, message, signature }) // true
 * ```
 */
export class KeyPair implements Signer {
  readonly scheme: KeyScheme
  /** SS58 of the public key, prefix 42. */
  readonly address: Address
  readonly #publicKey: Uint8Array
  /** In the form `SCHEMES` wants: ed25519 form for sr25519, the seed for ed25519. */
  readonly #secret: Uint8Array
  readonly #seed: Uint8Array | undefined

  private constructor(
    mark: typeof made,
    scheme: KeyScheme,
    secret: Uint8Array,
    seed: Uint8Array | undefined,
  ) {
    assertMade(mark, 'KeyPair', 'keyPairFromUri, keyPairFromMnemonic or keyPairFromSeed')
    this.scheme = scheme
    this.#secret = secret
    this.#seed = seed
    this.#publicKey = SCHEMES[scheme].publicKeyOf(secret)
    this.address = addressOf(this.#publicKey)
  }

  /**
   * The pair of a 32-byte mini secret; the bytes are copied.
   *
   * @throws ShapeError for another length.
   * @throws InvalidArgumentError for a scheme that does not exist.
   */
  static fromSeed(seed: Uint8Array, scheme: KeyScheme): KeyPair {
    check('scheme', secret(schemeCheck), scheme)
    assertLength('seed', seed, 32)
    return new KeyPair(made, scheme, SCHEMES[scheme].secretOfSeed(seed), seed.slice())
  }

  /**
   * The pair of a 64-byte secret key: for sr25519 in either form, for ed25519 seed and public key.
   *
   * @throws InvalidSecretKeyError when the bytes are no secret, or are not the secret of `publicKey`.
   * @throws InvalidArgumentError for options of another shape.
   */
  static fromSecretKey(secretKey: Uint8Array, options: SecretKeyOptions = {}): KeyPair {
    check('options', secretKeyOptions, options)
    const { scheme = 'sr25519' } = options
    assertLength('secretKey', secretKey, 64)
    const publicKey = scheme === 'ed25519' ? secretKey.subarray(32) : options.publicKey
    const matches = (pair: KeyPair): boolean =>
      [publicKey, options.publicKey].every((key) => key === undefined || secretEqual(key, pair.#publicKey))
    const found = candidatesOf(secretKey, options)
      .map(({ secret, seed }) => new KeyPair(made, scheme, secret, seed))
      .find(matches)
    if (found === undefined) throw new InvalidSecretKeyError({ why: 'it does not belong to its public key' })
    return found
  }

  /** 32 bytes, a copy: changing it changes nothing here. */
  get publicKey(): Uint8Array {
    return this.#publicKey.slice()
  }

  /** The address in the role of a hotkey. */
  get hotkey(): Hotkey {
    return asHotkey(this.address)
  }

  /** The address in the role of a coldkey. */
  get coldkey(): Coldkey {
    return asColdkey(this.address)
  }

  /**
   * Signs bytes; 64 bytes. Without `entropy` (32 bytes) an sr25519 signature follows from key and message alone,
   * and is the same each time; with fresh random bytes it also withstands fault attacks. ed25519 ignores it.
   *
   * @throws ShapeError for entropy of another length.
   *
   * PERF: about 1 ms for sr25519, 0.5 ms for ed25519.
   */
  sign(message: Uint8Array, entropy?: Uint8Array): Uint8Array {
    assertBytes('message', message)
    if (entropy !== undefined) assertLength('entropy', entropy, 32)
    return SCHEMES[this.scheme].sign(this.#secret, message, entropy)
  }

  /**
   * Whether `signature` is this key's over exactly these bytes, or over these bytes as browser wallets wrap them where
   * `acceptWrapped` is set.
   *
   * @throws InvalidArgumentError for what is no bytes.
   */
  verify(message: Uint8Array, signature: Uint8Array, options: VerifyOptions = {}): boolean {
    check('options', verifyOptions, options)
    const { scheme } = this
    return verifySignature({ scheme, publicKey: this.#publicKey, message, signature, ...options })
  }

  /**
   * The child at a path of `//hard` and `/soft` junctions; the empty path gives this pair again.
   *
   * @throws InvalidSecretUriError for a malformed path.
   * @throws SoftDerivationError for a soft junction of an ed25519 key.
   */
  derive(path: string): KeyPair {
    const junctions = parsePath(path)
    if (junctions.length === 0) return this
    const operations = SCHEMES[this.scheme]
    const secret = junctions.reduce((parent, junction) => operations.derive(parent, junction), this.#secret)
    return new KeyPair(made, this.scheme, secret, this.scheme === 'ed25519' ? secret : undefined)
  }

  /** Copies of the secret, for whoever stores it. Everything else here keeps it hidden. */
  revealSecret(): RevealedSecret {
    const secretKey =
      this.scheme === 'sr25519' ? canonicalFormOf(this.#secret) : concatBytes(this.#secret, this.#publicKey)
    return { secretKey, seed: this.#seed?.slice() }
  }

  /** Scheme and address, without the secret. */
  toJSON(): { scheme: KeyScheme; address: Address } {
    return { scheme: this.scheme, address: this.address }
  }

  toString(): string {
    return `KeyPair(${this.scheme} ${this.address})`
  }

  /** What Node's console shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** The secrets 64 bytes may stand for, in `SCHEMES` form, the likelier first. */
function candidatesOf(
  secretKey: Uint8Array,
  options: SecretKeyOptions,
): { secret: Uint8Array; seed: Uint8Array | undefined }[] {
  if (options.scheme === 'ed25519') {
    const seed = secretKey.slice(0, 32)
    return [{ secret: seed, seed }]
  }
  const canonical = (): Uint8Array => ed25519FormOf(secretKey)
  const ed25519Form = (): Uint8Array => ed25519FormOf(canonicalFormOf(secretKey))
  // Which form it is can be guessed only where a public key settles it.
  if (options.form === 'ed25519') return [{ secret: ed25519Form(), seed: undefined }]
  if (options.form === 'canonical' || options.publicKey === undefined) {
    return [{ secret: canonical(), seed: undefined }]
  }
  return [canonical, ed25519Form].flatMap((form) => {
    try {
      return [{ secret: form(), seed: undefined }]
    } catch (error) {
      if (error instanceof InvalidSecretKeyError) return []
      throw error
    }
  })
}
