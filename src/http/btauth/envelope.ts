import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { blake2b256, verifySignature } from '../../crypto/index.js'
import { InvariantError } from '../../errors/index.js'
import { loadMlDsa65, MESSAGE_MAGIC } from './mlDsa.js'
import { btauthSchemes } from './schemes.js'

/** Schemes whose address is the hash of a key, which therefore travels with each signature. */
export type EnvelopeScheme = 'hashed' | 'mldsa'

const DESCRIPTOR_VERSION = 1
const DESCRIPTOR_BYTES = 34
const KEY_DOMAIN = utf8ToBytes('bittensor/hashed/v1/key')
const ACCOUNT_DOMAIN = utf8ToBytes('bittensor/hashed/v1/account')
const MESSAGE_DOMAIN = utf8ToBytes('bittensor/hashed/v1/message')

/** The 34 bytes that stand for a key: version, scheme, and the hash of both with the key. */
export function descriptorOf(scheme: EnvelopeScheme, publicKey: Uint8Array): Uint8Array {
  const head = Uint8Array.of(DESCRIPTOR_VERSION, btauthSchemes[scheme].descriptorTag)
  return concatBytes(head, blake2b256(concatBytes(KEY_DOMAIN, head, publicKey)))
}

/** The account of a descriptor: 32 bytes, whose SS58 form is the sender. */
export function accountOf(descriptor: Uint8Array): Uint8Array {
  return blake2b256(concatBytes(ACCOUNT_DOMAIN, descriptor))
}

/** The bytes that are signed in an envelope. */
export function envelopeMessage(account: Uint8Array, payload: Uint8Array): Uint8Array {
  return concatBytes(MESSAGE_DOMAIN, account, compactLength(payload.length), payload)
}

/** An envelope of its parts. */
export function sealEnvelope(
  descriptor: Uint8Array,
  publicKey: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  return concatBytes(MESSAGE_MAGIC, descriptor, publicKey, signature)
}

/**
 * Whether an envelope is `account`'s over `payload`. It never throws on bad bytes.
 *
 * @source spec: `spec/wire-python-interop.md` B3
 * PERF: hashes first; about 1.3 ms where they agree.
 */
export async function verifyEnvelope(details: {
  readonly scheme: EnvelopeScheme
  readonly payload: Uint8Array
  readonly account: Uint8Array
  readonly envelope: Uint8Array
}): Promise<boolean> {
  const { scheme, payload, account, envelope } = details
  const { signatureBytes, envelopeKeyBytes, descriptorTag } = btauthSchemes[scheme]
  if (envelope.length !== signatureBytes) return false
  const descriptorEnd = MESSAGE_MAGIC.length + DESCRIPTOR_BYTES
  const descriptor = envelope.subarray(MESSAGE_MAGIC.length, descriptorEnd)
  const publicKey = envelope.subarray(descriptorEnd, descriptorEnd + envelopeKeyBytes)
  const signature = envelope.subarray(descriptorEnd + envelopeKeyBytes)
  if (!isEqual(envelope.subarray(0, MESSAGE_MAGIC.length), MESSAGE_MAGIC)) return false
  if (descriptor[0] !== DESCRIPTOR_VERSION || descriptor[1] !== descriptorTag) return false
  if (!isEqual(accountOf(descriptor), account)) return false
  if (!isEqual(descriptorOf(scheme, publicKey), descriptor)) return false
  const message = envelopeMessage(account, payload)
  if (scheme === 'hashed') return verifySignature({ scheme: 'sr25519', publicKey, message, signature })
  const mlDsa65 = await loadMlDsa65()
  return mlDsa65.verify(signature, message, publicKey)
}

/** None of this is secret. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** A length as SCALE writes it. */
function compactLength(length: number): Uint8Array {
  if (length < 1 << 6) return Uint8Array.of(length << 2)
  if (length < 1 << 14) return littleEndian(length * 4 + 1, 2)
  if (length < 1 << 30) return littleEndian(length * 4 + 2, 4)
  throw new InvariantError('The payload of a request is a few lines of text.')
}

function littleEndian(value: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => Math.floor(value / 256 ** at) % 256)
}
