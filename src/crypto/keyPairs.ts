import { HDKD } from '@scure/sr25519'
import { check, optional, secret, shape, text } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { assertLength, bytesOfHex } from './bytes.js'
import { KeyPair, type SecretKeyOptions } from './KeyPair.js'
import { miniSecretOfMnemonic } from './mnemonic.js'
import { schemeCheck } from './schemes.js'
import { InvalidSecretUriError, parsePath, parseSecretUri, type SecretUri } from './secretUri.js'
import type { SchemeOptions } from './types.js'

/** The public phrase that `//Alice` and the other well-known accounts derive from. Never fund them. */
export const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

/** Mini secret of the development phrase without passphrase, written down to spare its 2,048 rounds. */
const DEVELOPMENT_MINI_SECRET = 'fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e'

/** How the words of a mnemonic become a key pair. */
export interface MnemonicOptions extends SchemeOptions {
  /** The optional 13th word, empty unless given. */
  readonly passphrase?: string
}

// All of them stand beside a secret, which a caller may pass in their place.
const schemeOptions = secret(shape<SchemeOptions>({ scheme: optional(schemeCheck) }))
const mnemonicOptions = secret(
  shape<MnemonicOptions>({ scheme: optional(schemeCheck), passphrase: optional(text()) }),
)

/**
 * The key pair of a secret URI: `phrase-or-0xseed`, `/soft` and `//hard` junctions, `///passphrase`. Without a
 * phrase the public development phrase is meant.
 *
 * @throws InvalidSecretUriError when it cannot be read, or gives a passphrase to a seed (which has none).
 * @throws InvalidMnemonicError for a bad phrase.
 * @throws SoftDerivationError for a soft junction with ed25519.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * keyPairFromUri('//Alice').address // '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
 * ```
 */
export function keyPairFromUri(uri: string, options: SchemeOptions = {}): KeyPair {
  check('options', schemeOptions, options)
  const parts = parseSecretUri(uri)
  return KeyPair.fromSeed(miniSecretOf(parts), options.scheme ?? 'sr25519').derive(parts.path)
}

/**
 * The key pair of a BIP39 mnemonic as Substrate chains read it; `passphrase` is the optional 13th word.
 *
 * @throws InvalidMnemonicError
 * @throws InvalidArgumentError for options of another shape.
 *
 * @example
 * ```ts
 * import { DEVELOPMENT_PHRASE, keyPairFromMnemonic } from 'subnetkit/crypto'
 *
 * keyPairFromMnemonic(DEVELOPMENT_PHRASE).address // '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'
 * ```
 */
export function keyPairFromMnemonic(phrase: string, options: MnemonicOptions = {}): KeyPair {
  check('options', mnemonicOptions, options)
  return KeyPair.fromSeed(miniSecretOfMnemonic(phrase, options.passphrase), options.scheme ?? 'sr25519')
}

/**
 * The key pair of a 32-byte mini secret.
 *
 * @throws ShapeError for another length.
 *
 * @example
 * ```ts
 * import { keyPairFromSeed } from 'subnetkit/crypto'
 *
 * const pair = keyPairFromSeed(crypto.getRandomValues(new Uint8Array(32)), { scheme: 'ed25519' })
 * ```
 */
export function keyPairFromSeed(seed: Uint8Array, options: SchemeOptions = {}): KeyPair {
  check('options', schemeOptions, options)
  return KeyPair.fromSeed(seed, options.scheme ?? 'sr25519')
}

/**
 * The key pair of a 64-byte secret key. For sr25519 give the `publicKey`, which tells the two encodings apart, or
 * the `form`; with neither the canonical form is meant. For ed25519 the bytes are seed and public key.
 *
 * @throws InvalidSecretKeyError when it is not the secret of that public key.
 *
 * @example
 * ```ts
 * import { keyPairFromSecretKey, keyPairFromUri } from 'subnetkit/crypto'
 *
 * const { secretKey } = keyPairFromUri('//Alice').revealSecret()
 * keyPairFromSecretKey(secretKey).address // that of //Alice
 * ```
 */
export function keyPairFromSecretKey(secretKey: Uint8Array, options: SecretKeyOptions = {}): KeyPair {
  return KeyPair.fromSecretKey(secretKey, options)
}

/**
 * The public key of a soft child, computed from the parent's public key (32 bytes) alone; sr25519 only.
 *
 * @throws InvalidSecretUriError for a malformed path, and for a hard junction, which needs the secret.
 * @throws InvalidArgumentError when the bytes are no sr25519 public key.
 *
 * @example
 * ```ts
 * import { addressOf, derivePublicKey, keyPairFromUri } from 'subnetkit/crypto'
 *
 * const parent = keyPairFromUri('//Alice')
 * addressOf(derivePublicKey(parent.publicKey, '/7')) === parent.derive('/7').address // true
 * ```
 */
export function derivePublicKey(publicKey: Uint8Array, path: string): Uint8Array {
  assertLength('publicKey', publicKey, 32)
  const junctions = parsePath(path)
  if (junctions.some(({ hard }) => hard)) {
    throw new InvalidSecretUriError({ why: 'a hard junction needs the secret key' })
  }
  try {
    return junctions.reduce<Uint8Array>(
      (parent, { chainCode }) => HDKD.publicSoft(parent, chainCode),
      publicKey.slice(),
    )
  } catch (cause) {
    throw new InvalidArgumentError({
      field: 'publicKey',
      value: publicKey,
      remedy: 'Pass the 32 bytes of an sr25519 public key.',
      cause,
    })
  }
}

function miniSecretOf({ root, passphrase }: SecretUri): Uint8Array {
  if (root?.startsWith('0x')) {
    if (!/^0x[0-9a-fA-F]{64}$/.test(root)) {
      throw new InvalidSecretUriError({ why: 'a 0x seed has exactly 64 hexadecimal digits' })
    }
    if (passphrase !== undefined) throw new InvalidSecretUriError({ why: 'a 0x seed takes no passphrase' })
    return bytesOfHex(root)
  }
  if (root === undefined && (passphrase ?? '') === '') return bytesOfHex(DEVELOPMENT_MINI_SECRET)
  return miniSecretOfMnemonic(root ?? DEVELOPMENT_PHRASE, passphrase)
}
