import { blake2b } from '@noble/hashes/blake2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import { InvalidArgumentError } from '../errors/index.js'
import type { Address } from '../units/index.js'
import { assertLength, assertText } from './bytes.js'
import { InvalidAddressError } from './InvalidAddressError.js'

/** The network prefix of every address here. */
export const SS58_PREFIX = 42

const KEY_LENGTH = 32
const CHECKSUM_LENGTH = 2
/** One byte holds prefixes below this, two bytes the rest. */
const TWO_BYTE_FROM = 64
const PREFIX_MAX = 16_383
/** Set aside by the registry of prefixes: no network has them. */
const RESERVED: readonly number[] = [46, 47]
/** Base58 takes quadratic time: longer text is refused unread. No valid address exceeds 50 characters. */
const TEXT_LIMIT = 64
/** What a copy brings along unseen: white space, and characters without a shape. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u
/** How far text is searched for them. */
const SPACES_LIMIT = 256

interface DecodedAddress {
  readonly prefix: number
  readonly publicKey: Uint8Array
}

/** Addresses that were read last, since one call is looked at several times, and hotkeys call again and again: at most so many, the oldest go first. */
const KNOWN = new Map<string, DecodedAddress>()
const KNOWN_LIMIT = 4_096

function remember(text: string, decoded: DecodedAddress): void {
  // A copy: a part of a long text would keep all of it.
  KNOWN.set(text.split('').join(''), decoded)
  if (KNOWN.size <= KNOWN_LIMIT) return
  for (const oldest of KNOWN.keys()) {
    KNOWN.delete(oldest)
    return
  }
}

/**
 * Reads SS58 text of any network prefix, of one byte (0 to 63) or two (64 to 16,383).
 *
 * @throws InvalidAddressError with fault `spaces`, `alphabet`, `length`, `reserved` or `checksum`.
 * @returns the prefix and the 32-byte public key, as a new array.
 * PERF: about 15 us, and a tenth of one for an address that was read lately.
 * @source polkadot-sdk `sp_core::crypto::Ss58Codec`
 *
 * @example
 * ```ts
 * import { decodeAddress } from 'subnetkit/crypto'
 *
 * decodeAddress('15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5').prefix // 0
 * ```
 */
export function decodeAddress(text: string): { prefix: number; publicKey: Uint8Array } {
  assertText('text', text)
  const known = KNOWN.get(text)
  if (known !== undefined) return { prefix: known.prefix, publicKey: known.publicKey.slice() }
  const decoded = decoded58(text)
  remember(text, decoded)
  return { prefix: decoded.prefix, publicKey: decoded.publicKey.slice() }
}

/** @throws InvalidAddressError */
function decoded58(text: string): DecodedAddress {
  if (INVISIBLE.test(text.slice(0, SPACES_LIMIT))) throw new InvalidAddressError({ text, fault: 'spaces' })
  if (text.length > TEXT_LIMIT) throw new InvalidAddressError({ text, fault: 'length' })
  const bytes = base58Bytes(text)
  const [first = 0, second = 0] = bytes
  const prefixLength = bytes.length > 0 && first < TWO_BYTE_FROM ? 1 : 2
  const end = prefixLength + KEY_LENGTH
  if (bytes.length !== end + CHECKSUM_LENGTH) throw new InvalidAddressError({ text, fault: 'length' })
  const prefix = prefixLength === 1 ? first : twoBytePrefixOf(first, second)
  if (prefix === undefined || RESERVED.includes(prefix))
    throw new InvalidAddressError({ text, fault: 'reserved' })
  const [high, low] = checksumOf(bytes.subarray(0, end))
  if (bytes[end] !== high || bytes[end + 1] !== low)
    throw new InvalidAddressError({ text, fault: 'checksum' })
  return { prefix, publicKey: bytes.slice(prefixLength, end) }
}

/** The first byte says that there are two and holds bits 2 to 7; the second holds bits 0 and 1, then 8 to 13. */
function twoBytePrefixOf(first: number, second: number): number | undefined {
  const prefix = ((first & 0x3f) << 2) | (second >> 6) | ((second & 0x3f) << 8)
  // One text for one account: a small prefix in the long form is none. From 128 on the first byte has no meaning yet.
  return first >= 128 || prefix < TWO_BYTE_FROM ? undefined : prefix
}

function bytesOfPrefix(prefix: number): Uint8Array {
  if (prefix < TWO_BYTE_FROM) return Uint8Array.of(prefix)
  return Uint8Array.of(0x40 | ((prefix & 0xfc) >> 2), (prefix >> 8) | ((prefix & 3) << 6))
}

/**
 * Checks SS58 text of prefix 42 and returns it as an address.
 *
 * An address does not say its scheme: the same text may name an sr25519 or an ed25519 account.
 *
 * @throws InvalidAddressError; an address of another network is named, with the same key's address here.
 *
 * @example
 * ```ts
 * import { parseAddress } from 'subnetkit/crypto'
 *
 * const alice = parseAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
 * ```
 */
export function parseAddress(text: string): Address {
  publicKeyOf(text as Address)
  return text as Address
}

/** Whether a value is an address that `parseAddress` accepts. */
export function isAddress(text: unknown): text is Address {
  if (typeof text !== 'string') return false
  try {
    return decodeAddress(text).prefix === SS58_PREFIX
  } catch (error) {
    if (error instanceof InvalidAddressError) return false
    throw error
  }
}

/**
 * The SS58 address, prefix 42, of a 32-byte public key.
 *
 * @throws ShapeError for another length.
 */
export function addressOf(publicKey: Uint8Array): Address {
  return encodeAddress(publicKey, SS58_PREFIX) as Address
}

/**
 * SS58 text of a 32-byte public key for a network prefix: one byte up to 63, two bytes up to 16,383.
 *
 * @throws ShapeError for another key length.
 * @throws InvalidArgumentError for a prefix that no network can have: the reserved 46 and 47, and those above 16,383.
 *
 * @example
 * ```ts
 * import { encodeAddress, keyPairFromUri } from 'subnetkit/crypto'
 *
 * encodeAddress(keyPairFromUri('//Alice').publicKey, 0) // '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'
 * ```
 */
export function encodeAddress(publicKey: Uint8Array, prefix: number): string {
  assertLength('publicKey', publicKey, KEY_LENGTH)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > PREFIX_MAX || RESERVED.includes(prefix)) {
    throw new InvalidArgumentError({
      field: 'prefix',
      value: prefix,
      remedy: `Pass a whole number from 0 to ${PREFIX_MAX}, but not ${RESERVED.join(' or ')}, which are reserved.`,
    })
  }
  const payload = concatBytes(bytesOfPrefix(prefix), publicKey)
  return base58.encode(concatBytes(payload, checksumOf(payload)))
}

/**
 * The 32-byte public key of an address, as a new array.
 *
 * @throws InvalidAddressError when the text was not checked before and is no address of prefix 42.
 */
export function publicKeyOf(address: Address): Uint8Array {
  assertText('address', address)
  const { prefix, publicKey } = decodeAddress(address)
  if (prefix !== SS58_PREFIX) {
    throw new InvalidAddressError({
      text: address,
      fault: 'prefix',
      prefix,
      sameKeyHere: addressOf(publicKey),
    })
  }
  return publicKey
}

function base58Bytes(text: string): Uint8Array {
  try {
    return base58.decode(text)
  } catch {
    throw new InvalidAddressError({ text, fault: 'alphabet' })
  }
}

function checksumOf(payload: Uint8Array): Uint8Array {
  return blake2b(concatBytes(utf8ToBytes('SS58PRE'), payload)).subarray(0, CHECKSUM_LENGTH)
}
