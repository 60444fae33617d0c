import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** A point of G1, where rounds and pulses lie. */
export type RoundPoint = WeierstrassPoint<bigint>

/** A point of G2, where public keys lie. */
export type KeyPoint = ReturnType<typeof bls12_381.G2.Point.fromBytes>

/** How the beacon network hashes a round to G1: the scheme `bls-unchained-g1-rfc9380`, standard names of RFC 9380. */
const ROUND_DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_'

const { G1, G2, fields, shortSignatures } = bls12_381

export const GROUP_ORDER = fields.Fr.ORDER

/** Eight bytes, big-endian. */
export function roundBytes(round: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round))
  return bytes
}

/**
 * What a beacon signs in a round.
 *
 * PERF: about 2 ms.
 */
export function roundPoint(round: number): RoundPoint {
  return shortSignatures.hash(sha256(roundBytes(round)), ROUND_DOMAIN)
}

/** `undefined` for bytes that are no point of the right group, or its zero. */
export function readPulse(bytes: Uint8Array): RoundPoint | undefined {
  return readPoint(() => G1.Point.fromBytes(bytes))
}

/** `undefined` for bytes that are no point of the right group, or its zero. */
export function readKey(bytes: Uint8Array): KeyPoint | undefined {
  return readPoint(() => G2.Point.fromBytes(bytes))
}

/** The key of a secret number, or what a ciphertext shows of its own. */
export function keyOf(secret: bigint): KeyPoint {
  return G2.Point.BASE.multiply(secret)
}

/**
 * The same of one secret alone: without the tables that make the next ones quicker, which take a tenth of a second.
 *
 * PERF: a few milliseconds.
 */
export function keyOfOne(secret: bigint): KeyPoint {
  return G2.Point.fromAffine(G2.Point.BASE.toAffine()).multiply(secret)
}

export function signRound(round: number, secret: bigint): Uint8Array {
  return roundPoint(round).multiply(secret).toBytes()
}

/**
 * Bytes of what two points make together.
 *
 * PERF: about 9 ms.
 */
export function paired(point: RoundPoint, key: KeyPoint): Uint8Array {
  return fields.Fp12.toBytes(bls12_381.pairing(point, key))
}

/** Whether a pulse is the signature of a round by a key. */
export function isSigned(pulse: RoundPoint, round: RoundPoint, key: KeyPoint): boolean {
  return shortSignatures.verify(pulse, round, key)
}

function readPoint<P extends { is0(): boolean; assertValidity(): void }>(read: () => P): P | undefined {
  try {
    const point = read()
    point.assertValidity()
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}
