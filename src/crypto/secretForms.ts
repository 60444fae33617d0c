import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { BaseError } from '../errors/index.js'
import { assertLength } from './bytes.js'

/**
 * The two encodings of an sr25519 secret found in the wild: `canonical` is scalar and nonce (Bittensor key
 * files), `ed25519` is scalar times 8 and nonce (Polkadot-JS, browser extensions).
 */
export type SecretForm = 'canonical' | 'ed25519'

/** Bytes are no secret key, or not the one of the public key they came with. The bytes are not part of the error. */
export class InvalidSecretKeyError extends BaseError {
  override readonly name = 'InvalidSecretKeyError'
  readonly code = 'InvalidSecretKey'
  readonly why: string

  constructor(details: { why: string }) {
    super(`The secret key cannot be used: ${details.why}.`, {
      hints: [
        'A 64-byte sr25519 secret has two encodings; pass the public key with it so that the right one is found.',
      ],
      docsPath: 'errors#invalid-secret-key',
    })
    this.why = details.why
  }
}

/**
 * The ed25519 form (64 bytes) of a canonical sr25519 secret.
 *
 * @throws InvalidSecretKeyError when the scalar is zero or not below the group order.
 */
export function ed25519FormOf(canonical: Uint8Array): Uint8Array {
  assertLength('secretKey', canonical, 64)
  const scalar = checkedScalar(bytesToNumberLE(canonical.subarray(0, 32)))
  return concatBytes(numberToBytesLE(scalar * 8n, 32), canonical.subarray(32))
}

/**
 * The canonical form (64 bytes) of an sr25519 secret in ed25519 form.
 *
 * @throws InvalidSecretKeyError when the scalar is no multiple of 8, zero, or not below 8 times the group order.
 */
export function canonicalFormOf(ed25519Form: Uint8Array): Uint8Array {
  assertLength('secretKey', ed25519Form, 64)
  const multiple = bytesToNumberLE(ed25519Form.subarray(0, 32))
  if (multiple % 8n !== 0n) throw new InvalidSecretKeyError({ why: 'its scalar is not in ed25519 form' })
  return concatBytes(numberToBytesLE(checkedScalar(multiple / 8n), 32), ed25519Form.subarray(32))
}

function checkedScalar(scalar: bigint): bigint {
  if (scalar === 0n || scalar >= ed25519.Point.Fn.ORDER) {
    throw new InvalidSecretKeyError({ why: 'its scalar is out of range' })
  }
  return scalar
}
