import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { assertMade, bytes, check, made, secret } from '../checks/index.js'
import { HiddenValue, InvalidArgumentError } from '../errors/index.js'
import { GROUP_ORDER, keyOfOne, signRound } from './curve.js'
import { type Pulse, roundNumber } from './pulse.js'
import { BEACON_SECRET_KEY_BYTES } from './sizes.js'

/**
 * A beacon of one's own: a secret that signs one round after the other, as the public network's many holders do together. **Whoever
 * holds the secret can open everything locked to any round at any time**; a real network uses a beacon that nobody holds alone.
 *
 * The secret sits in a private field and appears neither in logs nor in JSON.
 *
 * @example
 * ```ts
 * import { Beacon, decryptTimelock, encryptTimelock } from 'subnetkit/timelock'
 *
 * const beacon = Beacon.random()
 * const { publicKey } = beacon
 * const locked = encryptTimelock(new TextEncoder().encode('my weights'), { round: 1_000, publicKey })
 * // ... and when round 1,000 has come:
 * const opened = decryptTimelock(locked, beacon.pulse(1_000))
 * ```
 */
export class Beacon {
  /** 96 bytes: what texts are locked with and pulses verified by. */
  readonly publicKey: Uint8Array
  readonly #secret: bigint

  private constructor(mark: typeof made, secretNumber: bigint) {
    assertMade(mark, 'Beacon', 'Beacon.random or Beacon.fromSecretKey')
    this.#secret = secretNumber
    this.publicKey = keyOfOne(secretNumber).toBytes()
  }

  /** A beacon with a new secret that is kept nowhere else. */
  static random(): Beacon {
    return Beacon.fromSecretKey(bls12_381.utils.randomSecretKey())
  }

  /**
   * The beacon of a secret key.
   *
   * @param secretKey - 32 bytes, big-endian; from 1 to the group's order less 1.
   * @throws InvalidArgumentError or ShapeError for other bytes, which never reach the error.
   */
  static fromSecretKey(secretKey: Uint8Array): Beacon {
    check('secretKey', secret(bytes(BEACON_SECRET_KEY_BYTES)), secretKey)
    const secretNumber = bytesToNumberBE(secretKey)
    if (secretNumber === 0n || secretNumber >= GROUP_ORDER) {
      throw new InvalidArgumentError({
        field: 'secretKey',
        value: HiddenValue.of(secretKey),
        remedy: 'Pass a number from 1 to the order of BLS12-381 less 1; Beacon.random makes one.',
      })
    }
    return new Beacon(made, secretNumber)
  }

  /**
   * What this beacon says of a round.
   *
   * @param round - from 1 on.
   * @throws InvalidArgumentError for what is no such number.
   *
   * PERF: about 4 ms.
   */
  pulse(round: number): Pulse {
    check('round', roundNumber, round)
    return { round, signature: signRound(round, this.#secret) }
  }
}
