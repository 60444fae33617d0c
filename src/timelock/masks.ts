import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { GROUP_ORDER } from './curve.js'
import { FILE_KEY_BYTES } from './sizes.js'

/*
 * The random functions of the scheme, each in a domain of its own: SHA-256 by RFC 9380's expansion. They belong to this container alone;
 * the public network's tools use others.
 */

const domain = (name: string): Uint8Array => utf8ToBytes(`subnetkit-timelock-v1-${name}`)
const SCALAR = domain('scalar')
const PAIRING = domain('pairing')
const SEED = domain('seed')

/** A number of the group from seed and key: 48 bytes reduced, so that no number is likelier than another by more than 2^-128. */
export function scalarOf(seed: Uint8Array, key: Uint8Array): bigint {
  return (bytesToNumberBE(expanded(concatBytes(seed, key), SCALAR, 48)) % (GROUP_ORDER - 1n)) + 1n
}

/** Hides the seed by what the round's point and a key make together. */
export function maskOfPairing(shared: Uint8Array): Uint8Array {
  return expanded(shared, PAIRING, FILE_KEY_BYTES)
}

/** Hides the key by the seed. */
export function maskOfSeed(seed: Uint8Array): Uint8Array {
  return expanded(seed, SEED, FILE_KEY_BYTES)
}

/** Of equal lengths. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0))
}

function expanded(message: Uint8Array, under: Uint8Array, length: number): Uint8Array {
  return expand_message_xmd(message, under, length, sha256)
}
