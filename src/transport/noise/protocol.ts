import { UnknownNoiseProtocolError } from './noiseErrors.js'
import { type NoiseCipher, type NoiseHash, noiseCiphers, noiseHashes } from './primitives.js'

/** One step of a handshake message: send a public key, or mix a Diffie-Hellman of (initiator, responder) keys. */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss'

/** A handshake pattern: what is known beforehand, then the messages in turn, initiator first. */
export interface NoisePattern {
  readonly knownResponderStatic: boolean
  readonly messages: readonly (readonly Token[])[]
}

const patterns = {
  XX: { knownResponderStatic: false, messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] },
  IK: {
    knownResponderStatic: true,
    messages: [
      ['e', 'es', 's', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
} as const satisfies Record<string, NoisePattern>

/** A Noise protocol name, taken apart. */
export interface NoiseProtocol {
  readonly name: string
  readonly pattern: NoisePattern
  readonly cipher: NoiseCipher
  readonly hash: NoiseHash
}

/** The protocol of every session here. */
export const SESSION_NOISE = 'Noise_XX_25519_AESGCM_SHA256'

/**
 * Reads a protocol name such as `Noise_XX_25519_AESGCM_SHA256`.
 *
 * @throws UnknownNoiseProtocolError
 */
export function parseNoiseProtocol(name: string): NoiseProtocol {
  const [noise, pattern, dh, cipher, hash, ...rest] = name.split('_')
  if (
    noise !== 'Noise' ||
    dh !== '25519' ||
    rest.length > 0 ||
    !isKeyOf(patterns, pattern) ||
    !isKeyOf(noiseCiphers, cipher) ||
    !isKeyOf(noiseHashes, hash)
  ) {
    throw new UnknownNoiseProtocolError({ protocol: name })
  }
  return { name, pattern: patterns[pattern], cipher: noiseCiphers[cipher], hash: noiseHashes[hash] }
}

function isKeyOf<T extends object>(table: T, key: string | undefined): key is keyof T & string {
  return key !== undefined && Object.hasOwn(table, key)
}
