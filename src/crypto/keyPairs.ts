import { HDKD } from '@scure/sr25519'
import { InvalidArgumentError } from '../errors/index.js'
import { bytesOfHex } from './bytes.js'
import { KeyPair } from './KeyPair.js'
import { miniSecretOfMnemonic } from './mnemonic.js'
import type { SecretForm } from './secretForms.js'
import { InvalidSecretUriError, parsePath, parseSecretUri, type SecretUri } from './secretUri.js'
import type { KeyScheme } from './types.js'

/** The public phrase that `//Alice` and the other well-known accounts derive from. Never fund them. */
export const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

/** Mini secret of the development phrase without passphrase, written down to spare its 2,048 rounds. */
const DEVELOPMENT_MINI_SECRET = 'fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e'

/** Choice of scheme; sr25519 unless said otherwise. */
export interface SchemeOptions {
  readonly scheme?: KeyScheme
}

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
  const parts = parseSecretUri(uri)
  return KeyPair.fromSeed(miniSecretOf(parts), options.scheme ?? 'sr25519').derive(parts.path)
}

/**
 * The key pair of a BIP39 mnemonic as Substrate chains read it; `passphrase` is the optional 13th word.
 *
 * @throws InvalidMnemonicError
 */
export function keyPairFromMnemonic(
  phrase: string,
  options: SchemeOptions & { readonly passphrase?: string } = {},
): KeyPair {
  return KeyPair.fromSeed(miniSecretOfMnemonic(phrase, options.passphrase), options.scheme ?? 'sr25519')
}

/**
 * The key pair of a 32-byte mini secret.
 *
 * @throws ShapeError for another length.
 */
export function keyPairFromSeed(seed: Uint8Array, options: SchemeOptions = {}): KeyPair {
  return KeyPair.fromSeed(seed, options.scheme ?? 'sr25519')
}

/**
 * The key pair of a 64-byte secret key. For sr25519 give the `publicKey`, which tells the two encodings apart, or
 * the `form`; with neither the canonical form is meant. For ed25519 the bytes are seed and public key.
 *
 * @throws InvalidSecretKeyError when it is not the secret of that public key.
 */
export function keyPairFromSecretKey(
  secretKey: Uint8Array,
  options: SchemeOptions & { readonly form?: SecretForm; readonly publicKey?: Uint8Array } = {},
): KeyPair {
  return KeyPair.fromSecretKey(secretKey, { ...options, scheme: options.scheme ?? 'sr25519' })
}

/**
 * The public key of a soft child, computed from the parent's public key (32 bytes) alone; sr25519 only.
 *
 * @throws InvalidSecretUriError for a malformed path, and for a hard junction, which needs the secret.
 * @throws InvalidArgumentError when the bytes are no sr25519 public key.
 */
export function derivePublicKey(publicKey: Uint8Array, path: string): Uint8Array {
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
