import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { secretbox } from '@noble/ciphers/salsa.js'
import {
  addressOf,
  hexOf,
  InvalidSecretKeyError,
  type KeyPair,
  keyPairFromSecretKey,
  parseAddress,
} from '../crypto/index.js'
import { MalformedKeyFileError } from './keyFileErrors.js'
import { WrongPasswordError } from './passwordErrors.js'

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt)

const HEADER = '3053020101300506032b657004220420'
const DIVIDER = 'a123032100'
/** Header 16, secret 64, divider 5, public key 32. */
const PLAIN_LENGTH = 117
const PRELUDE_LENGTH = 44
const NONCE_LENGTH = 24

interface ExportFields {
  readonly encoded: Uint8Array
  readonly type: readonly string[]
  readonly address: string | undefined
}

/**
 * Reads the account export (JSON, version 3) of a browser extension such as Polkadot-JS; sr25519 accounts only.
 *
 * @throws MalformedKeyFileError for another structure or excessive scrypt parameters.
 * @throws WrongPasswordError when the box does not open.
 *
 * PERF: one scrypt, usually 0.1 s, off the event loop; bounded to 2^20 rounds of 1 KiB blocks.
 */
export async function importBrowserExport(json: string, password: string): Promise<KeyPair> {
  const { encoded, type, address } = exportFields(json)
  const usesScrypt = type.includes('scrypt')
  const key = usesScrypt ? await scryptKey(encoded, password) : paddedKey(password)
  const box = usesScrypt ? encoded.subarray(PRELUDE_LENGTH) : encoded
  const keyPair = pairOf(opened(box, key))
  if (address !== undefined && parseAddress(address) !== keyPair.address) {
    throw new MalformedKeyFileError({ why: `its address is not that of its key, ${keyPair.address}` })
  }
  return keyPair
}

function exportFields(json: string): ExportFields {
  const value = parsed(json)
  const encoding = recordOf(value.encoding)
  const { content, type, version } = encoding
  if (version !== '3' || !Array.isArray(content) || !Array.isArray(type)) {
    throw new MalformedKeyFileError({ why: 'it is no browser export of version 3' })
  }
  if (content[1] !== 'sr25519' || typeof value.encoded !== 'string') {
    throw new MalformedKeyFileError({ why: 'it exports no sr25519 key' })
  }
  return {
    encoded: new Uint8Array(Buffer.from(value.encoded, 'base64')),
    type: type.map(String),
    address: typeof value.address === 'string' ? value.address : undefined,
  }
}

function parsed(json: string): { readonly [name: string]: unknown } {
  try {
    return recordOf(JSON.parse(json))
  } catch {
    throw new MalformedKeyFileError({ why: 'it is no JSON' })
  }
}

function recordOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Salt 32, then N, p and r, each a little-endian 32-bit number. */
async function scryptKey(encoded: Uint8Array, password: string): Promise<Uint8Array> {
  if (encoded.length < PRELUDE_LENGTH)
    throw new MalformedKeyFileError({ why: 'its encoded part is too short' })
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const [N, p, r] = [view.getUint32(32, true), view.getUint32(36, true), view.getUint32(40, true)]
  const bounded = N >= 2 && N <= 2 ** 20 && (N & (N - 1)) === 0 && r >= 1 && r <= 16 && p >= 1 && p <= 4
  if (!bounded) throw new MalformedKeyFileError({ why: 'its scrypt parameters are out of bounds' })
  // Node refuses without an explicit allowance of what the parameters need.
  const maxmem = 128 * r * (N + p + 2) + 1024
  const derived = await derive(password, encoded.subarray(0, 32), 64, { N, p, r, maxmem })
  return new Uint8Array(derived.subarray(0, 32))
}

function paddedKey(password: string): Uint8Array {
  const key = new Uint8Array(32)
  key.set(new TextEncoder().encode(password).subarray(0, 32))
  return key
}

function opened(box: Uint8Array, key: Uint8Array): Uint8Array {
  try {
    return secretbox(key, box.slice(0, NONCE_LENGTH)).open(box.slice(NONCE_LENGTH))
  } catch (cause) {
    throw new WrongPasswordError({ encryption: 'browser-export', cause })
  }
}

function pairOf(plain: Uint8Array): KeyPair {
  const framed =
    plain.length === PLAIN_LENGTH &&
    hexOf(plain.subarray(0, 16)) === HEADER &&
    hexOf(plain.subarray(80, 85)) === DIVIDER
  if (!framed) throw new MalformedKeyFileError({ why: 'its decrypted part is no key' })
  const publicKey = plain.slice(85)
  try {
    return keyPairFromSecretKey(plain.slice(16, 80), { form: 'ed25519', publicKey })
  } catch (cause) {
    if (!(cause instanceof InvalidSecretKeyError)) throw cause
    throw new MalformedKeyFileError({ why: `its secret is not that of ${addressOf(publicKey)}`, cause })
  }
}
