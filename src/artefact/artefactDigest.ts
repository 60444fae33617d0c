import { bytes as bytesCheck, check, custom } from '../checks/index.js'
import { hexOf, isAddress, publicKeyOf, sha256 } from '../crypto/index.js'
import type { Hotkey } from '../units/index.js'

export const anyHotkey = custom('Pass the SS58 address of the hotkey.', (value) => {
  return typeof value === 'string' && isAddress(value)
})

const aHash = bytesCheck(32)

/**
 * What a hotkey commits to for an artefact: SHA-256 of the hotkey's public key and the SHA-256 of the bytes, in hex. Salted by the hotkey, it is worth
 * nothing to whoever copies it, and of two artefacts it does not say whether they are equal until one of them is known.
 *
 * @throws InvalidArgumentError for what is no address, or no bytes.
 *
 * @example
 * ```ts
 * import { artefactDigest } from 'subnetkit/artefact'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * const program = new TextEncoder().encode('export const solve = (x) => x')
 * artefactDigest(keyPairFromUri('//Bob').hotkey, program) // 64 digits of hex
 * ```
 */
export function artefactDigest(hotkey: Hotkey, bytes: Uint8Array): string {
  check('bytes', bytesCheck(), bytes)
  return saltedDigest(hotkey, sha256(bytes))
}

/**
 * The same of bytes whose SHA-256 is known: with it anybody can tell which hotkeys committed to the same bytes.
 *
 * @throws InvalidArgumentError for what is no address, or no 32 bytes.
 *
 * @example
 * ```ts
 * import { saltedDigest } from 'subnetkit/artefact'
 * import { keyPairFromUri, sha256 } from 'subnetkit/crypto'
 *
 * saltedDigest(keyPairFromUri('//Bob').hotkey, sha256(Uint8Array.of(1, 2, 3)))
 * ```
 */
export function saltedDigest(hotkey: Hotkey, contentHash: Uint8Array): string {
  check('hotkey', anyHotkey, hotkey)
  check('contentHash', aHash, contentHash)
  const key = publicKeyOf(hotkey)
  const salted = new Uint8Array(key.length + contentHash.length)
  salted.set(key)
  salted.set(contentHash, key.length)
  return hexOf(sha256(salted))
}
