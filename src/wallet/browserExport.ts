import { secretbox } from '@noble/ciphers/salsa.js'
import { check, optional, secret, text } from '../checks/index.js'
import {
  addressOf,
  hexOf,
  InvalidSecretKeyError,
  type KeyPair,
  type KeyScheme,
  keyPairFromSecretKey,
  keyPairFromSeed,
} from '../crypto/index.js'
import { type ExportFields, exportFields } from './browserExportFields.js'
import { MalformedKeyFileError } from './keyFileErrors.js'
import { PasswordRequiredError, WrongPasswordError } from './passwordErrors.js'
import { SCRYPT_PRELUDE_LENGTH, scryptKey } from './scryptKey.js'

const HEADER = '3053020101300506032b657004220420'
const DIVIDER = 'a123032100'
const HEADER_LENGTH = 16
const DIVIDER_LENGTH = 5
const KEY_LENGTH = 32
const NONCE_LENGTH = 24

const jsonCheck = secret(text({ min: 1 }))
const passwordCheck = secret(optional(text()))

/**
 * Reads the account export (JSON) of a browser extension such as Polkadot-JS: an sr25519 or ed25519 account, encrypted or not,
 * whatever network's prefix its address has. A password is needed only where the file is encrypted.
 *
 * @throws PasswordRequiredError when it is encrypted and no password, or an empty one, was given.
 * @throws MalformedKeyFileError for another structure, another kind of account, parts of different keys, and a key derivation
 * that would cost more than 128 MiB or about half a second; that is told before any of it is paid.
 * @throws WrongPasswordError when the box does not open.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { importBrowserExport } from 'subnetkit/wallet'
 *
 * const keyPair = await importBrowserExport(await readFile('account.json', 'utf8'), 'its password')
 * ```
 *
 * PERF: one scrypt, usually 0.1 s, off the event loop.
 */
export async function importBrowserExport(json: string, password?: string): Promise<KeyPair> {
  check('json', jsonCheck, json)
  check('password', passwordCheck, password)
  const fields = exportFields(json)
  const keyPair = pairOf(await plainOf(fields, password ?? ''), fields.scheme)
  if (fields.publicKey !== undefined && hexOf(fields.publicKey) !== hexOf(keyPair.publicKey)) {
    throw new MalformedKeyFileError({ why: `its address is not that of its key, ${keyPair.address}` })
  }
  return keyPair
}

async function plainOf({ encoded, encryption }: ExportFields, password: string): Promise<Uint8Array> {
  if (encryption === 'none') return encoded
  if (password === '') {
    throw new PasswordRequiredError({
      what: 'the browser export is encrypted',
      hint: 'Pass the password under which it was exported.',
    })
  }
  if (encryption === 'padded-password') return opened(encoded, paddedKey(password))
  return opened(encoded.subarray(SCRYPT_PRELUDE_LENGTH), await scryptKey(encoded, password))
}

function paddedKey(password: string): Uint8Array {
  const key = new Uint8Array(KEY_LENGTH)
  key.set(new TextEncoder().encode(password).subarray(0, KEY_LENGTH))
  return key
}

function opened(box: Uint8Array, key: Uint8Array): Uint8Array {
  try {
    return secretbox(key, box.slice(0, NONCE_LENGTH)).open(box.slice(NONCE_LENGTH))
  } catch (cause) {
    throw new WrongPasswordError({ encryption: 'browser-export', cause })
  } finally {
    key.fill(0)
  }
}

/** Header, secret of 64 bytes or, in older files, seed of 32, divider, public key. */
function pairOf(plain: Uint8Array, scheme: KeyScheme): KeyPair {
  const secretLength = plain.length - HEADER_LENGTH - DIVIDER_LENGTH - KEY_LENGTH
  const secretEnd = HEADER_LENGTH + secretLength
  const isFramed =
    (secretLength === 64 || secretLength === 32) &&
    hexOf(plain.subarray(0, HEADER_LENGTH)) === HEADER &&
    hexOf(plain.subarray(secretEnd, secretEnd + DIVIDER_LENGTH)) === DIVIDER
  if (!isFramed) throw new MalformedKeyFileError({ why: 'its decoded part is no key' })
  const publicKey = plain.slice(secretEnd + DIVIDER_LENGTH)
  const keyPair = pairOfSecret(plain.slice(HEADER_LENGTH, secretEnd), publicKey, scheme)
  if (hexOf(keyPair.publicKey) === hexOf(publicKey)) return keyPair
  throw new MalformedKeyFileError({ why: `its secret is not that of ${addressOf(publicKey)}` })
}

function pairOfSecret(secretKey: Uint8Array, publicKey: Uint8Array, scheme: KeyScheme): KeyPair {
  if (secretKey.length === KEY_LENGTH) return keyPairFromSeed(secretKey, { scheme })
  try {
    return keyPairFromSecretKey(secretKey, { scheme, publicKey, form: 'ed25519' })
  } catch (cause) {
    if (!(cause instanceof InvalidSecretKeyError)) throw cause
    throw new MalformedKeyFileError({ why: `its secret is not that of ${addressOf(publicKey)}`, cause })
  }
}
