import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import {
  bigintWithin,
  bytes,
  check,
  custom,
  oneOf,
  optional,
  secret,
  shape,
  text,
} from '../../checks/index.js'
import { addressOf, hexOf, keyPairFromSeed, type Signer } from '../../crypto/index.js'
import { accountOf, descriptorOf, type EnvelopeScheme, envelopeMessage, sealEnvelope } from './envelope.js'
import { loadMlDsa65 } from './mlDsa.js'
import { btauthPayload } from './payload.js'
import { type BtauthScheme, btauthSchemes, isBtauthScheme } from './schemes.js'

/** Signs requests of `btauth/1` for one hotkey. */
export interface BtauthSigner {
  readonly scheme: BtauthScheme
  /** SS58 of the sender, prefix 42. */
  readonly address: string
  /** The signature over a payload, or the envelope around it. */
  sign(payload: Uint8Array): Uint8Array | Promise<Uint8Array>
}

const MAX_NONCE = 10n ** 20n - 1n

/** What a request says beside its body. */
export interface BtauthDraft {
  readonly signer: BtauthSigner | Signer
  /** Default `POST`. */
  readonly method?: string
  /** Path and query exactly as they travel; never with a bare `?` at the end. */
  readonly target: string
  readonly body: Uint8Array
  /** Hotkey of the server; left out for a request that is for whoever gets it, which servers refuse unless told otherwise. */
  readonly receiver?: string
  /** Nanoseconds since 1970; never used twice. */
  readonly nonce: bigint
}

const anySigner = secret(
  custom(
    'Pass a key pair, or an object with scheme, address and sign.',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      isBtauthScheme((value as BtauthSigner).scheme) &&
      typeof (value as BtauthSigner).address === 'string' &&
      typeof (value as BtauthSigner).sign === 'function',
  ),
)

/** Where a request goes, as it travels. */
const requestTarget = custom(
  'Pass path and query as they travel, such as /generate?stream=false: printable ASCII, and no bare ? at the end.',
  (value) => typeof value === 'string' && /^\/[!-~]*$/.test(value) && !value.endsWith('?'),
)

const draftShape = shape<BtauthDraft>({
  signer: anySigner,
  method: optional(
    custom(
      'Name a method such as POST.',
      (value) => typeof value === 'string' && /^[A-Za-z]{1,16}$/.test(value),
    ),
  ),
  target: requestTarget,
  body: bytes(),
  receiver: optional(text({ min: 1, max: 64 })),
  nonce: bigintWithin({ min: 1n, max: MAX_NONCE }),
})

/**
 * The headers of a signed request, by name. Each attempt is signed anew, with a nonce of its own.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { signBtauth } from 'subnetkit/http'
 *
 * const body = new TextEncoder().encode('{"prompt": "hello"}')
 * const nonce = 1_752_076_800_000_000_000n
 * const headers = await signBtauth({ signer: keyPairFromUri('//Alice'), target: '/generate', body, nonce })
 * ```
 */
export async function signBtauth(draft: BtauthDraft): Promise<Record<string, string>> {
  check('draft', draftShape, draft)
  const { signer, method = 'POST', target, body, receiver, nonce } = draft
  const { scheme, address: sender } = signer
  const payload = btauthPayload({ scheme, method, target, body, nonce, sender, receiver })
  const signature = await signer.sign(payload)
  return {
    'X-Bittensor-Version': '1',
    'X-Bittensor-Hotkey': sender,
    ...(receiver === undefined ? {} : { 'X-Bittensor-Receiver': receiver }),
    'X-Bittensor-Nonce': String(nonce),
    ...(scheme === 'sr25519' ? {} : { 'X-Bittensor-Crypto': scheme }),
    'X-Bittensor-Signature': `0x${hexOf(signature)}`,
  }
}

/** The secret of an account whose address is the hash of a key. */
export interface EnvelopeKey {
  readonly scheme: EnvelopeScheme
  /** 32 bytes, of which the keys of all generations come. */
  readonly masterSeed: Uint8Array
}

const keyShape = secret(shape<EnvelopeKey>({ scheme: oneOf(['hashed', 'mldsa']), masterSeed: bytes(32) }))

const DERIVE_SALT = utf8ToBytes('bittensor/hashed/v1/derive')
const VERSION = 1

/**
 * The signer of an account whose address is the hash of a key: rotating sr25519 (`hashed`) or ML-DSA-65 (`mldsa`). What signs is the key of
 * generation 0, which a signature of a `hashed` account shows to everybody: retire it on chain first.
 *
 * @throws InvalidArgumentError for what is no such key; the seed is never shown.
 *
 * PERF: ML-DSA-65 is loaded on first use, and a signature takes some milliseconds.
 *
 * @example
 * ```ts
 * import { envelopeSigner } from 'subnetkit/http'
 *
 * const signer = await envelopeSigner({ scheme: 'mldsa', masterSeed: crypto.getRandomValues(new Uint8Array(32)) })
 * ```
 */
export async function envelopeSigner(key: EnvelopeKey): Promise<BtauthSigner> {
  check('key', keyShape, key)
  const { scheme, masterSeed } = key
  const seed = generationSeed(scheme, masterSeed, 0)
  const identity = scheme === 'hashed' ? hashedKey(seed) : await mlDsaKey(seed)
  const descriptor = descriptorOf(scheme, identity.publicKey)
  const account = accountOf(descriptor)
  return {
    scheme,
    address: addressOf(account),
    sign: (payload) =>
      sealEnvelope(descriptor, identity.publicKey, identity.sign(envelopeMessage(account, payload))),
  }
}

/** The seed of a key of one generation. */
export function generationSeed(
  scheme: EnvelopeScheme,
  masterSeed: Uint8Array,
  generation: number,
): Uint8Array {
  const number = new Uint8Array(8)
  new DataView(number.buffer).setBigUint64(0, BigInt(generation), true)
  const info = concatBytes(Uint8Array.of(VERSION, btauthSchemes[scheme].descriptorTag), number)
  return hkdf(sha256, masterSeed, DERIVE_SALT, info, 32)
}

interface IdentityKey {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

function hashedKey(seed: Uint8Array): IdentityKey {
  const pair = keyPairFromSeed(seed)
  return { publicKey: pair.publicKey, sign: (message) => pair.sign(message, randomBytes()) }
}

async function mlDsaKey(seed: Uint8Array): Promise<IdentityKey> {
  const mlDsa65 = await loadMlDsa65()
  const { publicKey, secretKey } = mlDsa65.keygen(seed)
  return { publicKey, sign: (message) => mlDsa65.sign(message, secretKey, randomBytes()) }
}

/** Hedges a signature against faults of the machine. */
function randomBytes(): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(32))
}

/** A signer's signature with fresh entropy where it takes some. */
export function btauthSignerOf(signer: Signer): BtauthSigner {
  const { scheme, address } = signer
  return { scheme, address, sign: (payload) => signer.sign(payload, randomBytes()) }
}
