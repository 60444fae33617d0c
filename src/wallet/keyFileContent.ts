import { bytes, check, secret } from '../checks/index.js'
import {
  addressOf,
  bytesOfHex,
  decodeAddress,
  hexOf,
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretKeyError,
  type KeyPair,
  type KeyScheme,
  keyPairFromMnemonic,
  keyPairFromSecretKey,
  keyPairFromSeed,
} from '../crypto/index.js'
import type { Address } from '../units/index.js'
import { KeyFileMismatchError, MalformedKeyFileError, UnsupportedKeyFileError } from './keyFileErrors.js'

/** What a decrypted key file holds. */
export interface KeyFileContent {
  readonly address: Address
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly scheme: KeyScheme
  /** Absent in public files. */
  readonly keyPair: KeyPair | undefined
}

const plainCheck = secret(bytes())

type Fields = ReadonlyMap<string, string>

const FIELD_NAMES = [
  'accountId',
  'publicKey',
  'privateKey',
  'secretPhrase',
  'secretSeed',
  'ss58Address',
  'cryptoType',
] as const

const SCHEME_OF_TYPE: { readonly [cryptoType: string]: KeyScheme | undefined } = {
  0: 'ed25519',
  1: 'sr25519',
}

/**
 * Reads the plain content of a key file: the JSON object of the Python wallet, or a bare mnemonic, or a raw
 * hexadecimal seed (64 digits) or private key (128 digits).
 *
 * The secret comes from `secretPhrase`, else `secretSeed`, else `privateKey`; every public part beside it must
 * belong to it, and without a secret the public parts must belong to one key. Where they disagree under the stated
 * scheme and agree under the other one, the other one is meant.
 *
 * @throws MalformedKeyFileError
 * @throws KeyFileMismatchError
 * @throws UnsupportedKeyFileError for a browser-extension export and for account kinds not implemented here.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { parseKeyFile, publicKeyFile } from 'subnetkit/wallet'
 *
 * parseKeyFile(publicKeyFile(keyPairFromUri('//Alice'))).address // that of //Alice; keyPair is undefined
 * ```
 */
export function parseKeyFile(plain: Uint8Array): KeyFileContent {
  check('plain', plainCheck, plain)
  const text = textOf(plain)
  const fields = text.startsWith('{') ? fieldsOf(text) : bareFields(text)
  const scheme = schemeOf(fields)
  const publicKey = storedPublicKey(fields)
  const build = secretReader(fields, publicKey)
  if (build !== undefined) return contentOf(matchingPair(build, scheme, fields))
  if (publicKey === undefined)
    throw new MalformedKeyFileError({ why: 'it holds neither a secret nor an address' })
  assertOneKey(publicKey, fields)
  return { address: addressOf(publicKey), publicKey, scheme, keyPair: undefined }
}

function textOf(plain: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain).trim()
  } catch {
    throw new MalformedKeyFileError({ why: 'it is no UTF-8 text' })
  }
}

function fieldsOf(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own error quotes the text, which may hold a secret.
    throw new MalformedKeyFileError({ why: 'it begins like JSON and is none' })
  }
  const entries = Object.entries(value as object).filter(([, item]) => item !== null)
  const names = entries.map(([name]) => name)
  if (names.includes('encoded') && names.includes('encoding')) {
    throw new UnsupportedKeyFileError({
      kind: 'browser-export',
      what: 'it is an account export of a browser extension',
      hint: 'Import it with importBrowserExport and its password.',
    })
  }
  // Some writers put a space before the name; the exact spelling wins.
  const exact = new Map(entries)
  const pairs = FIELD_NAMES.flatMap((name) => {
    const item = exact.get(name) ?? exact.get(` ${name}`)
    return item === undefined ? [] : [[name, fieldText(name, item)] as const]
  })
  return new Map(pairs)
}

function fieldText(name: string, item: unknown): string {
  if (typeof item === 'string') return item
  if (name === 'cryptoType' && typeof item === 'number') return String(item)
  throw new MalformedKeyFileError({ why: `its ${name} is no text` })
}

function bareFields(text: string): Fields {
  const digits = /^(?:0x)?([0-9a-fA-F]+)$/.exec(text)?.[1]
  if (digits?.length === 64) return new Map([['secretSeed', digits]])
  if (digits?.length === 128) return new Map([['privateKey', digits]])
  if (/^\p{L}+(\s+\p{L}+)+$/u.test(text)) return new Map([['secretPhrase', text]])
  throw new MalformedKeyFileError({ why: 'it is neither JSON nor a mnemonic nor a hexadecimal key' })
}

function schemeOf(fields: Fields): KeyScheme {
  const cryptoType = fields.get('cryptoType')?.trim()
  if (cryptoType === undefined) return 'sr25519'
  const scheme = SCHEME_OF_TYPE[cryptoType]
  if (scheme !== undefined && Object.hasOwn(SCHEME_OF_TYPE, cryptoType)) return scheme
  throw new UnsupportedKeyFileError({
    kind: 'account-kind',
    what: `its account kind (cryptoType ${cryptoType.slice(0, 20)}) is not implemented`,
    hint: 'Use a key of type sr25519 (1) or ed25519 (0).',
  })
}

/** The public key the file states, by address or by key. */
function storedPublicKey(fields: Fields): Uint8Array | undefined {
  const address = fields.get('ss58Address')
  const hex = fields.get('publicKey') ?? fields.get('accountId')
  if (address !== undefined) return keyOfAddress(address)
  return hex === undefined ? undefined : hexField('publicKey', hex, 32)
}

function keyOfAddress(address: string): Uint8Array {
  try {
    return decodeAddress(address).publicKey
  } catch (cause) {
    if (!(cause instanceof InvalidAddressError)) throw cause
    throw new MalformedKeyFileError({ why: 'its ss58Address is no address', cause })
  }
}

type PairReader = (scheme: KeyScheme) => KeyPair

function secretReader(fields: Fields, publicKey: Uint8Array | undefined): PairReader | undefined {
  const phrase = fields.get('secretPhrase')
  if (phrase !== undefined) return (scheme) => pairOfPhrase(phrase, scheme)
  const seedText = fields.get('secretSeed')
  if (seedText !== undefined) {
    const seed = hexField('secretSeed', seedText, 32)
    return (scheme) => keyPairFromSeed(seed, { scheme })
  }
  const privateText = fields.get('privateKey')
  if (privateText === undefined) return undefined
  const secretKey = hexField('privateKey', privateText, 64)
  return (scheme) => pairOfSecretKey(secretKey, scheme, publicKey)
}

/** Either form where the stored public key vouches for it; else the canonical one, for the caller to compare. */
function pairOfSecretKey(secretKey: Uint8Array, scheme: KeyScheme, publicKey?: Uint8Array): KeyPair {
  if (publicKey === undefined) return keyPairFromSecretKey(secretKey, { scheme })
  try {
    return keyPairFromSecretKey(secretKey, { scheme, publicKey })
  } catch (error) {
    if (error instanceof InvalidSecretKeyError) return keyPairFromSecretKey(secretKey, { scheme })
    throw error
  }
}

function pairOfPhrase(phrase: string, scheme: KeyScheme): KeyPair {
  try {
    return keyPairFromMnemonic(phrase, { scheme })
  } catch (cause) {
    if (!(cause instanceof InvalidMnemonicError)) throw cause
    throw new MalformedKeyFileError({ why: 'its secretPhrase is no mnemonic', cause })
  }
}

function hexField(name: string, text: string, length: number): Uint8Array {
  if (!new RegExp(`^(0x)?[0-9a-fA-F]{${2 * length}}$`).test(text)) {
    throw new MalformedKeyFileError({ why: `its ${name} is not ${length} bytes in hexadecimal` })
  }
  return bytesOfHex(text)
}

/** The pair under the stated scheme, or under the other one where only that fits what is stored. */
function matchingPair(build: PairReader, scheme: KeyScheme, fields: Fields): KeyPair {
  const attempt = (tried: KeyScheme): KeyPair | undefined => {
    try {
      return build(tried)
    } catch (error) {
      if (error instanceof InvalidSecretKeyError) return undefined
      throw error
    }
  }
  const stated = attempt(scheme)
  if (stated !== undefined && disagreement(stated, fields) === undefined) return stated
  const other = attempt(scheme === 'sr25519' ? 'ed25519' : 'sr25519')
  if (other !== undefined && disagreement(other, fields) === undefined) return other
  if (stated === undefined) throw new MalformedKeyFileError({ why: 'its privateKey is no secret key' })
  const field = disagreement(stated, fields)!
  throw new KeyFileMismatchError({ field, against: 'its secret', derived: stated.address })
}

/** Holds the public fields to the key that the first of them states. */
function assertOneKey(publicKey: Uint8Array, fields: Fields): void {
  const field = disagreement({ publicKey }, fields)
  if (field === undefined) return
  const against = fields.has('ss58Address') ? 'its ss58Address' : 'its publicKey'
  throw new KeyFileMismatchError({ field, against, derived: addressOf(publicKey) })
}

/** The first stored public field that is not that of a key. */
function disagreement(key: { readonly publicKey: Uint8Array }, fields: Fields): string | undefined {
  const expected = hexOf(key.publicKey)
  const differs = (name: string, read: (text: string) => Uint8Array): boolean => {
    const text = fields.get(name)
    return text !== undefined && hexOf(read(text)) !== expected
  }
  if (differs('ss58Address', keyOfAddress)) return 'ss58Address'
  const hexNames = ['publicKey', 'accountId'] as const
  return hexNames.find((name) => differs(name, (text) => hexField(name, text, 32)))
}

function contentOf(keyPair: KeyPair): KeyFileContent {
  const { address, publicKey, scheme } = keyPair
  return { address, publicKey, scheme, keyPair }
}
