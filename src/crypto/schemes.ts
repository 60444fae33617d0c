import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes } from '@noble/hashes/utils.js'
import * as sr25519 from '@scure/sr25519'
import { type Check, oneOf } from '../checks/index.js'
import { BaseError } from '../errors/index.js'
import { blake2b256 } from './hashes.js'
import { type Junction, scaleText } from './junctions.js'
import type { KeyScheme } from './types.js'

/** A soft junction was asked of an ed25519 key: that scheme has hard derivation only. */
export class SoftDerivationError extends BaseError {
  override readonly name = 'SoftDerivationError'
  readonly code = 'SoftDerivation'
  readonly scheme: KeyScheme

  constructor(details: { scheme: KeyScheme }) {
    super(`A ${details.scheme} key has no soft children.`, {
      hints: ['Use hard junctions (//name), or the scheme sr25519.'],
      docsPath: 'errors#soft-derivation',
    })
    this.scheme = details.scheme
  }
}

/** What a key pair needs of its signature scheme. `secret` is in the scheme's own form and length. */
export interface SchemeOperations {
  /** The scheme's secret of a 32-byte mini secret. */
  secretOfSeed(seed: Uint8Array): Uint8Array
  publicKeyOf(secret: Uint8Array): Uint8Array
  sign(secret: Uint8Array, message: Uint8Array, entropy: Uint8Array | undefined): Uint8Array
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  derive(secret: Uint8Array, junction: Junction): Uint8Array
}

/**
 * Stands for "no entropy". The witness of a signature is drawn from a transcript that holds the message and the
 * public key and is keyed with the secret nonce before the random bytes go in, so with constant bytes it is still
 * secret, and differs for each message: the same construction as a deterministic Schnorr signature.
 */
const NO_ENTROPY: Uint8Array = new Uint8Array(32)

/** sr25519; the secret is 64 bytes in ed25519 form (scalar times 8, then the nonce). */
const sr25519Operations: SchemeOperations = {
  secretOfSeed: (seed) => sr25519.secretFromSeed(seed),
  publicKeyOf: (secret) => sr25519.getPublicKey(secret),
  sign: (secret, message, entropy) => sr25519.sign(secret, message, entropy ?? NO_ENTROPY),
  verify: (publicKey, message, signature) => sr25519.verify(message, signature, publicKey),
  derive: (secret, { hard, chainCode }) =>
    hard
      ? sr25519.HDKD.secretHard(secret, chainCode)
      : sr25519.HDKD.secretSoft(secret, chainCode, NO_ENTROPY),
}

/** ed25519 (RFC 8032); the secret is the 32-byte seed. Signatures are deterministic, entropy is not used. */
const ed25519Operations: SchemeOperations = {
  secretOfSeed: (seed) => seed.slice(),
  publicKeyOf: (secret) => ed25519.getPublicKey(secret),
  sign: (secret, message) => ed25519.sign(message, secret),
  // Strict: keys and points of small order, with which anybody can sign, are refused.
  verify: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey, { zip215: false }),
  derive: (secret, { hard, chainCode }) => {
    if (!hard) throw new SoftDerivationError({ scheme: 'ed25519' })
    return blake2b256(concatBytes(scaleText('Ed25519HDKD'), secret, chainCode))
  },
}

/** A scheme's name. */
export const schemeCheck: Check = oneOf(['sr25519', 'ed25519'])

/** The operations of each scheme. */
export const SCHEMES: { readonly [scheme in KeyScheme]: SchemeOperations } = {
  sr25519: sr25519Operations,
  ed25519: ed25519Operations,
}
