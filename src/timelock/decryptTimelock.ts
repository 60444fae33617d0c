import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes, equalBytes } from '@noble/curves/utils.js'
import { bytes, check } from '../checks/index.js'
import { keyOf, paired, readKey, readPulse, roundBytes } from './curve.js'
import { FORM, NONCE } from './encryptTimelock.js'
import { maskOfPairing, maskOfSeed, scalarOf, xor } from './masks.js'
import { type Pulse, pulseShape } from './pulse.js'
import { BEACON_PUBLIC_KEY_BYTES, FILE_KEY_BYTES, HEADER_BYTES, TIMELOCK_OVERHEAD_BYTES } from './sizes.js'

/**
 * The text of a container that was locked to the pulse's round; `null` for bytes that are none, were altered, or were locked to another
 * round or beacon. Two holders of one pulse get the same answer for the same bytes.
 *
 * @param pulse - verify it first: with a pulse that is not the beacon's, every container answers `null`.
 * @throws InvalidArgumentError or ShapeError when a part is missing or has another length.
 *
 * PERF: about 12 ms, whatever the length; bytes that are no container cost next to nothing.
 *
 * @example
 * ```ts
 * import { Beacon, decryptTimelock, encryptTimelock } from 'subnetkit/timelock'
 *
 * const beacon = Beacon.random()
 * const locked = encryptTimelock(new Uint8Array([1, 2, 3]), { round: 5, publicKey: beacon.publicKey })
 * decryptTimelock(locked, beacon.pulse(5)) // the three bytes
 * decryptTimelock(locked, beacon.pulse(4)) // null
 * ```
 */
export function decryptTimelock(container: Uint8Array, pulse: Pulse): Uint8Array | null {
  check('container', bytes(), container)
  check('pulse', pulseShape, pulse)
  if (container.length < TIMELOCK_OVERHEAD_BYTES || container[0] !== FORM) return null
  const shown = container.subarray(1, 1 + BEACON_PUBLIC_KEY_BYTES)
  const key = readKey(shown)
  if (key === undefined) return null
  const point = readPulse(pulse.signature)
  if (point === undefined) return null
  const masks = container.subarray(1 + BEACON_PUBLIC_KEY_BYTES, HEADER_BYTES)
  const seed = xor(masks.subarray(0, FILE_KEY_BYTES), maskOfPairing(paired(point, key)))
  const fileKey = xor(masks.subarray(FILE_KEY_BYTES), maskOfSeed(seed))
  // Only whoever chose seed and key can have shown this point: nobody can change a container and have it opened all the same.
  if (!equalBytes(keyOf(scalarOf(seed, fileKey)).toBytes(), shown)) return null
  const header = concatBytes(container.subarray(0, HEADER_BYTES), roundBytes(pulse.round))
  try {
    return chacha20poly1305(fileKey, NONCE, header).decrypt(container.subarray(HEADER_BYTES))
  } catch {
    return null
  }
}
