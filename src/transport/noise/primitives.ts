import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman as deriveShared,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { bytes, check } from '../../checks/index.js'
import { ShapeError } from '../../errors/index.js'

/** Bytes of an X25519 key and of a shared secret. */
export const DH_BYTES = 32

/** Bytes that every cipher here adds to a message. */
export const TAG_BYTES = 16

/** DER in front of the 32 raw bytes of an X25519 secret. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** What a public key is called as a JSON web key: its raw bytes are read eight times as fast as DER, and written fifteen times. */
const PUBLIC_KIND = { kty: 'OKP', crv: 'X25519' } as const

/** An X25519 key pair; the private half cannot be printed. */
export interface NoiseKeyPair {
  readonly privateKey: KeyObject
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** As the platform has it for every kind of key; its types know the JSON form of a public half for none. */
const generate = generateKeyPairSync as unknown as (
  type: 'x25519',
  options: { readonly publicKeyEncoding: { readonly format: 'jwk' } },
) => { readonly privateKey: KeyObject; readonly publicKey: { readonly x: string } }

/**
 * A fresh key pair from the system's randomness.
 *
 * The public half is written while the pair is made. Asked of its key afterwards, Node 20 stands still for ever where memory is collected
 * in that moment: both wait for the lock of the pair.
 */
export function generateNoiseKeyPair(): NoiseKeyPair {
  const { privateKey, publicKey } = generate('x25519', { publicKeyEncoding: { format: 'jwk' } })
  return { privateKey, publicKey: bytesOfText(publicKey.x) }
}

/**
 * The key pair of 32 raw private bytes.
 *
 * @throws ShapeError when there are not 32.
 */
export function noiseKeyPairFrom(secret: Uint8Array): NoiseKeyPair {
  check('secret', bytes(), secret)
  if (secret.length !== DH_BYTES) {
    throw new ShapeError({ field: 'secret', expectedLength: DH_BYTES, actualLength: secret.length })
  }
  const der = Buffer.concat([PRIVATE_PREFIX, secret])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: rawPublicKey(createPublicKey(privateKey)) }
}

/** X25519; throws when the public key has small order, as OpenSSL does. */
export function diffieHellman(own: NoiseKeyPair, publicKey: Uint8Array): Uint8Array {
  const x = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('base64url')
  const peer = createPublicKey({ key: { ...PUBLIC_KIND, x }, format: 'jwk' })
  return deriveShared({ privateKey: own.privateKey, publicKey: peer })
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return bytesOfText(key.export({ format: 'jwk' }).x ?? '')
}

function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64url'))
}

/** An authenticated cipher of a Noise suite. The nonce is a counter below 2^53, or `REKEY_NONCE`. */
export interface NoiseCipher {
  /** Ciphertext of the parts, one after the other, followed by the tag: written into `out` from `offset` on. */
  seal(
    key: Uint8Array,
    nonce: number,
    ad: Uint8Array,
    parts: readonly Uint8Array[],
    out: Uint8Array,
    offset: number,
  ): void
  /** The plaintext; throws when the tag does not fit. */
  open(key: Uint8Array, nonce: number, ad: Uint8Array, sealed: Uint8Array): Uint8Array
}

/** Stands for the nonce 2^64-1, which a rekey uses and no message may. */
export const REKEY_NONCE = -1

const NO_BYTES = new Uint8Array(0)

/** A nonce is copied where it is handed in, so that one place serves all: a buffer for each message would cost more than its bytes. */
const nonceBytes = new Uint8Array(12)
const nonceView = new DataView(nonceBytes.buffer)

/** 96 bits: four zero bytes and the counter. */
function bytesOfNonce(nonce: number, bigEndian: boolean): Uint8Array {
  if (nonce === REKEY_NONCE) return nonceBytes.fill(0xff, 4)
  const high = Math.floor(nonce / 0x1_0000_0000)
  nonceView.setUint32(bigEndian ? 4 : 8, high, !bigEndian)
  nonceView.setUint32(bigEndian ? 8 : 4, nonce >>> 0, !bigEndian)
  return nonceBytes
}

function cipher(name: 'aes-256-gcm' | 'chacha20-poly1305', bigEndian: boolean): NoiseCipher {
  // The overloads of node:crypto tell these two ciphers apart by literal name; their shape is the same.
  const algorithm = name as 'aes-256-gcm'
  const options = { authTagLength: TAG_BYTES }
  return {
    seal(key, nonce, ad, parts, out, offset) {
      const sealing = createCipheriv(algorithm, key, bytesOfNonce(nonce, bigEndian), options)
      if (ad.length > 0) sealing.setAAD(ad)
      let at = offset
      for (const part of parts) {
        if (part.length > 0) out.set(sealing.update(part), at)
        at += part.length
      }
      sealing.final()
      out.set(sealing.getAuthTag(), at)
    },
    open(key, nonce, ad, sealed) {
      const length = sealed.length - TAG_BYTES
      const opening = createDecipheriv(algorithm, key, bytesOfNonce(nonce, bigEndian), options)
      opening.setAuthTag(sealed.subarray(length))
      if (ad.length > 0) opening.setAAD(ad)
      const plaintext = length > 0 ? opening.update(sealed.subarray(0, length)) : NO_BYTES
      opening.final()
      return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length)
    },
  }
}

/** Ciphers by their name in a Noise protocol name. */
export const noiseCiphers = {
  AESGCM: /* @__PURE__ */ cipher('aes-256-gcm', true),
  ChaChaPoly: /* @__PURE__ */ cipher('chacha20-poly1305', false),
} as const

/** A hash of a Noise suite. */
export interface NoiseHash {
  /** Bytes of a digest. */
  readonly length: number
  digest(...parts: readonly Uint8Array[]): Uint8Array
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
}

function hash(name: string, length: number): NoiseHash {
  return {
    length,
    digest(...parts) {
      const hashing = createHash(name)
      for (const part of parts) hashing.update(part)
      return hashing.digest()
    },
    hmac(key, ...parts) {
      const hashing = createHmac(name, key)
      for (const part of parts) hashing.update(part)
      return hashing.digest()
    },
  }
}

/** Hashes by their name in a Noise protocol name. */
export const noiseHashes = {
  SHA256: /* @__PURE__ */ hash('sha256', 32),
  BLAKE2s: /* @__PURE__ */ hash('blake2s256', 32),
  BLAKE2b: /* @__PURE__ */ hash('blake2b512', 64),
} as const
