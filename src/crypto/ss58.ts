import { blake2b } from '@noble/hashes/blake2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import type { Address } from '../units/index.js'
import { assertLength } from './bytes.js'
import { InvalidAddressError } from './InvalidAddressError.js'

/** The network prefix of every address here. */
export const SS58_PREFIX = 42

const KEY_LENGTH = 32
const CHECKSUM_LENGTH = 2
/** Base58 takes quadratic time: longer text is refused unread. No valid address exceeds 50 characters. */
const TEXT_LIMIT = 64

/**
 * Reads SS58 text of any one-byte network prefix.
 *
 * @throws InvalidAddressError with fault `alphabet`, `length` or `checksum`.
 * @returns the prefix and the 32-byte public key.
 */
export function decodeAddress(text: string): { prefix: number; publicKey: Uint8Array } {
  if (text.length > TEXT_LIMIT) throw new InvalidAddressError({ text, fault: 'length' })
  const bytes = base58Bytes(text)
  if (bytes.length !== 1 + KEY_LENGTH + CHECKSUM_LENGTH || bytes[0]! > 63) {
    throw new InvalidAddressError({ text, fault: 'length' })
  }
  const payload = bytes.subarray(0, 1 + KEY_LENGTH)
  const [high, low] = checksumOf(payload)
  if (bytes[1 + KEY_LENGTH] !== high || bytes[2 + KEY_LENGTH] !== low) {
    throw new InvalidAddressError({ text, fault: 'checksum' })
  }
  return { prefix: bytes[0]!, publicKey: payload.slice(1) }
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

/** Whether text is an address that `parseAddress` accepts. */
export function isAddress(text: string): text is Address {
  try {
    parseAddress(text)
    return true
  } catch {
    return false
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
 * SS58 text of a 32-byte public key for any one-byte network prefix (0 to 63).
 *
 * @throws ShapeError for another key length.
 */
export function encodeAddress(publicKey: Uint8Array, prefix: number): string {
  assertLength('publicKey', publicKey, KEY_LENGTH)
  const payload = concatBytes(Uint8Array.of(prefix), publicKey)
  return base58.encode(concatBytes(payload, checksumOf(payload)))
}

/**
 * The 32-byte public key of an address, as a new array.
 *
 * @throws InvalidAddressError when the text was not checked before and is no address of prefix 42.
 */
export function publicKeyOf(address: Address): Uint8Array {
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
