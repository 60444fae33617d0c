import { blake2b } from '@noble/hashes/blake2.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { assertBytes } from './bytes.js'
import { nativeSha256 } from './nativeSha256.js'

/** BLAKE2b with a 32-byte result, the hash of Substrate chains. About 50 MB/s. */
export function blake2b256(bytes: Uint8Array): Uint8Array {
  assertBytes('bytes', bytes)
  return blake2b(bytes, { dkLen: 32 })
}

/** SHA-256, 32 bytes. More than 1 GB/s in Node, about 150 MB/s where there is only JavaScript. */
export function sha256(bytes: Uint8Array): Uint8Array {
  assertBytes('bytes', bytes)
  return nativeSha256 === undefined ? nobleSha256(bytes) : nativeSha256(bytes)
}
