import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { bytes, check, flag, optional, secret, shape } from '../checks/index.js'
import { SCHEMES, schemeCheck } from './schemes.js'
import type { KeyScheme } from './types.js'

/** What a signature is checked against. */
export interface SignatureCheck {
  readonly scheme: KeyScheme
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
  /**
   * Accepts a signature over `<Bytes>` message `</Bytes>` as well: browser wallets wrap what a person signs by hand. Leave it
   * out for calls and sessions, whose bytes are signed bare. `false` unless given.
   */
  readonly acceptWrapped?: boolean
}

const checkShape = secret(
  shape<SignatureCheck>({
    scheme: schemeCheck,
    publicKey: bytes(),
    message: bytes(),
    signature: bytes(),
    acceptWrapped: optional(flag),
  }),
)

const OPENING = utf8ToBytes('<Bytes>')
const CLOSING = utf8ToBytes('</Bytes>')

/**
 * Whether a signature over exactly these bytes is valid, or over these bytes as browser wallets wrap them where
 * `acceptWrapped` is set. Malformed keys and signatures of any length are simply not valid: it never throws on bad bytes.
 *
 * @throws InvalidArgumentError when a part is missing, is no bytes, or names no scheme.
 *
 * PERF: about 1.3 ms for sr25519 and 1 ms for ed25519, plus the hash of the message; twice that at worst when wrapped
 * messages are accepted.
 *
 * @example
 * ```ts
 * import { keyPairFromUri, verifySignature } from 'subnetkit/crypto'
 *
 * const alice = keyPairFromUri('//Alice')
 * const bytes = (text: string) => new TextEncoder().encode(text)
 * const signature = alice.sign(bytes('<Bytes>I own this key</Bytes>')) // as a browser wallet signs it
 * const { scheme, publicKey } = alice
 * verifySignature({ scheme, publicKey, message: bytes('I own this key'), signature, acceptWrapped: true }) // true
 * ```
 */
export function verifySignature(request: SignatureCheck): boolean {
  check('check', checkShape, request)
  const { message, acceptWrapped = false } = request
  if (isValid(request, message)) return true
  return acceptWrapped && isValid(request, concatBytes(OPENING, message, CLOSING))
}

function isValid({ scheme, publicKey, signature }: SignatureCheck, message: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    return SCHEMES[scheme].verify(publicKey, message, signature)
  } catch {
    return false
  }
}
