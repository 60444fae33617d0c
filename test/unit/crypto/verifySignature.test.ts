import { describe, expect, it } from 'vitest'
import {
  type KeyScheme,
  keyPairFromUri,
  verifySignature,
  verifyWalletSignature,
} from '../../../src/crypto/index.js'

const message = new TextEncoder().encode('a call')
const SCHEMES: readonly KeyScheme[] = ['sr25519', 'ed25519']

describe.each(SCHEMES)('verifySignature with %s', (scheme) => {
  const pair = keyPairFromUri('//Alice', { scheme })
  const check = { scheme, publicKey: pair.publicKey, message, signature: pair.sign(message) }

  it('accepts the signature of these bytes by this key', () => {
    expect(verifySignature(check)).toBe(true)
    expect(check.signature).toHaveLength(64)
  })

  it.each([0, 31, 32, 63])('refuses it with byte %i altered', (at) => {
    const signature = check.signature.slice()
    signature[at]! ^= 1
    expect(verifySignature({ ...check, signature })).toBe(false)
  })

  it('refuses it under another key or the other scheme', () => {
    const other = SCHEMES.find((name) => name !== scheme)!
    expect(verifySignature({ ...check, publicKey: keyPairFromUri('//Bob', { scheme }).publicKey })).toBe(
      false,
    )
    expect(verifySignature({ ...check, scheme: other })).toBe(false)
  })

  it('answers false, and never throws, on bytes that are no key or signature', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(31),
      new Uint8Array(32).fill(255),
      new Uint8Array(33),
    ])
      expect(verifySignature({ ...check, publicKey: bytes })).toBe(false)
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(63),
      new Uint8Array(64),
      new Uint8Array(64).fill(255),
    ])
      expect(verifySignature({ ...check, signature: bytes })).toBe(false)
  })

  it('refuses the all-zero key, with which anybody could sign', () => {
    const signature = new Uint8Array(64)
    signature[63] = 128
    expect(verifySignature({ ...check, publicKey: new Uint8Array(32), signature })).toBe(false)
  })

  it('answers false for a scheme it does not know', () => {
    expect(verifySignature({ ...check, scheme: 'toString' as KeyScheme })).toBe(false)
  })
})

describe('verifySignature with ed25519', () => {
  it('refuses a key of small order, whose signature would fit any message', () => {
    // Key and commitment are the neutral element and s is 0: valid under the lax rule for every message.
    const neutral = new Uint8Array(32)
    neutral[0] = 1
    const signature = new Uint8Array(64)
    signature[0] = 1
    expect(verifySignature({ scheme: 'ed25519', publicKey: neutral, message, signature })).toBe(false)
  })
})

describe('verifyWalletSignature', () => {
  const pair = keyPairFromUri('//Alice')
  const { scheme, publicKey } = pair

  it('accepts the bare and the wrapped message, as browser wallets sign it', () => {
    const wrapped = pair.sign(new TextEncoder().encode('<Bytes>a call</Bytes>'))
    expect(verifyWalletSignature({ scheme, publicKey, message, signature: pair.sign(message) })).toBe(true)
    expect(verifyWalletSignature({ scheme, publicKey, message, signature: wrapped })).toBe(true)
    expect(verifySignature({ scheme, publicKey, message, signature: wrapped })).toBe(false)
  })
})
