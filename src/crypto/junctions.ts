import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { U64_MAX } from '../units/index.js'
import { assertText } from './bytes.js'
import { blake2b256 } from './hashes.js'

/** One step of a derivation path. */
export interface Junction {
  readonly hard: boolean
  /** 32 bytes. */
  readonly chainCode: Uint8Array
}

/**
 * The 32-byte chain code of a junction's text: a 64-bit number as 8 bytes little-endian, other text as a SCALE
 * string; longer than 32 bytes is hashed with BLAKE2b-256, shorter padded with zeros.
 *
 * @source polkadot-sdk `sp_core::crypto::DeriveJunction`
 */
export function chainCodeOf(text: string): Uint8Array {
  assertText('text', text)
  const number = /^\+?\d+$/.test(text) && text.length < 80 ? BigInt(text.replace('+', '')) : undefined
  const encoded = number !== undefined && number <= U64_MAX ? littleEndian64(number) : scaleText(text)
  if (encoded.length > 32) return blake2b256(encoded)
  const chainCode = new Uint8Array(32)
  chainCode.set(encoded)
  return chainCode
}

/** Text as a SCALE string: compact length, then UTF-8. */
export function scaleText(text: string): Uint8Array {
  const utf8 = utf8ToBytes(text)
  return concatBytes(compactLength(utf8.length), utf8)
}

/** SCALE compact number for lengths below 2^30. */
function compactLength(length: number): Uint8Array {
  if (length < 64) return Uint8Array.of(length << 2)
  const tagged = length < 16_384 ? length * 4 + 1 : length * 4 + 2
  const size = length < 16_384 ? 2 : 4
  return Uint8Array.from({ length: size }, (_, index) => Math.floor(tagged / 2 ** (8 * index)) & 0xff)
}

function littleEndian64(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}
