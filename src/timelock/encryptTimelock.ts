import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes, randomBytes } from '@noble/hashes/utils.js'
import { bytes, check, optional, secret, shape } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { keyOf, paired, readKey, roundBytes, roundPoint } from './curve.js'
import { maskOfPairing, maskOfSeed, scalarOf, xor } from './masks.js'
import { roundNumber } from './pulse.js'
import { BEACON_PUBLIC_KEY_BYTES, FILE_KEY_BYTES } from './sizes.js'

/** Until when a text is locked, and by whose beacon. */
export interface TimelockTerms {
  /** From 1 on: the text can be read when the beacon has published this round. */
  readonly round: number
  /** 96 bytes. */
  readonly publicKey: Uint8Array
  /**
   * 64 bytes that nobody can guess, for runs that must be repeated to the byte. Fresh randomness unless given; never use the same
   * twice.
   */
  readonly entropy?: Uint8Array
}

/** First byte of every container. */
export const FORM = 1

/** Each key encrypts one text. */
export const NONCE = new Uint8Array(12)

const terms = secret(
  shape<TimelockTerms>({
    round: roundNumber,
    publicKey: bytes(BEACON_PUBLIC_KEY_BYTES),
    entropy: optional(bytes(2 * FILE_KEY_BYTES)),
  }),
)

/**
 * Locks bytes until a round of a beacon has come: identity-based encryption over BLS12-381, hardened after Fujisaki and Okamoto, whose
 * identity is the round; the text itself under ChaCha20-Poly1305. The container is {@link TIMELOCK_OVERHEAD_BYTES} bytes longer than the text.
 *
 * The beacon may be the public network's (`quicknet`: scheme `bls-unchained-g1-rfc9380`), the container is our own: other tools
 * do not read it, and it does not read theirs.
 *
 * @throws InvalidArgumentError or ShapeError when a part is missing, has another length, or the key is none.
 * @source Boneh, Franklin: Identity-based encryption from the Weil pairing, 2001, section 4.2
 *
 * PERF: about 20 ms.
 *
 * @example
 * ```ts
 * import { Beacon, encryptTimelock } from 'subnetkit/timelock'
 *
 * const { publicKey } = Beacon.random()
 * encryptTimelock(new Uint8Array([1, 2, 3]), { round: 1_000, publicKey }).length // 180
 * ```
 */
export function encryptTimelock(text: Uint8Array, until: TimelockTerms): Uint8Array {
  check('text', secret(bytes()), text)
  check('until', terms, until)
  const key = readKey(until.publicKey)
  if (key === undefined) {
    throw new InvalidArgumentError({
      field: 'until.publicKey',
      value: `${until.publicKey.length} bytes`,
      remedy: "Pass a beacon's public key: a compressed point of G2 that is not zero.",
    })
  }
  const entropy = until.entropy ?? randomBytes(2 * FILE_KEY_BYTES)
  const seed = entropy.slice(0, FILE_KEY_BYTES)
  const fileKey = entropy.slice(FILE_KEY_BYTES)
  const scalar = scalarOf(seed, fileKey)
  // The scalar goes to the point and not to the power of the pairing, which would cost as much again.
  const shared = paired(roundPoint(until.round).multiply(scalar), key)
  const header = concatBytes(
    Uint8Array.of(FORM),
    keyOf(scalar).toBytes(),
    xor(seed, maskOfPairing(shared)),
    xor(fileKey, maskOfSeed(seed)),
  )
  const hidden = chacha20poly1305(fileKey, NONCE, concatBytes(header, roundBytes(until.round))).encrypt(text)
  return concatBytes(header, hidden)
}
