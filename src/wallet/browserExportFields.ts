import { bytesOfHex, decodeAddress, InvalidAddressError, type KeyScheme } from '../crypto/index.js'
import { printableName } from '../errors/index.js'
import { MalformedKeyFileError } from './keyFileErrors.js'
import { SCRYPT_PRELUDE_LENGTH } from './scryptKey.js'

/** What an export states, checked as far as it can be without its password. */
export interface ExportFields {
  readonly encoded: Uint8Array
  readonly encryption: 'scrypt' | 'padded-password' | 'none'
  readonly scheme: KeyScheme
  /** The account it says it holds. */
  readonly publicKey: Uint8Array | undefined
}

type Json = { readonly [name: string]: unknown }

/** Exports have below a thousand characters, but for what a person wrote into their `meta`. */
const TEXT_LIMIT = 65_536
const VERSIONS: readonly unknown[] = ['1', '2', '3', 1, 2, 3]

/** @throws MalformedKeyFileError for what is no export that can be read here. */
export function exportFields(json: string): ExportFields {
  const value = parsed(json)
  const { content, type, version } = recordOf(value.encoding)
  const contents = listOf(content)
  if (contents.includes('batch-pkcs8')) {
    throw new MalformedKeyFileError({ why: 'it holds several accounts: export each by itself' })
  }
  if (!VERSIONS.includes(version) || contents[0] !== 'pkcs8' || typeof value.encoded !== 'string') {
    throw new MalformedKeyFileError({ why: 'it is no browser export of version 1, 2 or 3' })
  }
  const encryption = encryptionOf(listOf(type))
  return {
    encoded: encodedBytes(value.encoded, encryption),
    encryption,
    scheme: schemeOf(contents[1]),
    publicKey: typeof value.address === 'string' ? accountOf(value.address) : undefined,
  }
}

function parsed(json: string): Json {
  if (json.length > TEXT_LIMIT)
    throw new MalformedKeyFileError({ why: `it exceeds ${TEXT_LIMIT} characters` })
  try {
    // Some editors save a byte order mark in front, which is no JSON.
    return recordOf(JSON.parse(json.replace(/^\uFEFF/, '')))
  } catch {
    throw new MalformedKeyFileError({ why: 'it is no JSON' })
  }
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Older files hold one word where newer ones hold a list. */
function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')
}

function schemeOf(name: string | undefined): KeyScheme {
  if (name === 'sr25519' || name === 'ed25519') return name
  const found = name === undefined ? 'without a kind' : `of kind ${printableName(name, 20)}`
  throw new MalformedKeyFileError({ why: `it exports no sr25519 or ed25519 key, but one ${found}` })
}

function encryptionOf(types: readonly string[]): ExportFields['encryption'] {
  if (types.includes('xsalsa20-poly1305')) return types.includes('scrypt') ? 'scrypt' : 'padded-password'
  if (types.length === 1 && types[0] === 'none') return 'none'
  throw new MalformedKeyFileError({ why: 'it is encrypted in a way that is not known here' })
}

function encodedBytes(encoded: string, encryption: ExportFields['encryption']): Uint8Array {
  const isHex = /^0x([0-9a-fA-F]{2})+$/.test(encoded)
  const bytes = isHex ? bytesOfHex(encoded) : new Uint8Array(Buffer.from(encoded, 'base64'))
  if (encryption === 'scrypt' && bytes.length < SCRYPT_PRELUDE_LENGTH) {
    throw new MalformedKeyFileError({ why: 'its encoded part is too short' })
  }
  return bytes
}

/** The account, which may be written for any network, or as a public key in hexadecimal. */
function accountOf(address: string): Uint8Array {
  if (/^0x[0-9a-fA-F]{64}$/.test(address)) return bytesOfHex(address)
  try {
    return decodeAddress(address).publicKey
  } catch (cause) {
    if (!(cause instanceof InvalidAddressError)) throw cause
    throw new MalformedKeyFileError({ why: 'its address is no address', cause })
  }
}
