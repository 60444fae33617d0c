import { describe, expect, it } from 'vitest'
import { type KeyScheme, keyPairFromUri, verifySignature } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { thrownBy } from './thrownBy.js'

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

  it('refuses a scheme that does not exist, which no signature could fit', () => {
    const request = { ...check, scheme: 'toString' as KeyScheme }
    expect(thrownBy(() => verifySignature(request), InvalidArgumentError).field).toBe('check.scheme')
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

describe.each(SCHEMES)('a message that a browser wallet wrapped and signed with %s', (scheme) => {
  const pair = keyPairFromUri('//Alice', { scheme })
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const check = { scheme, publicKey: pair.publicKey, message }
  const wrapped = { ...check, signature: pair.sign(bytes('<Bytes>a call</Bytes>')) }

  it('is accepted where that is asked for, and there alone', () => {
    expect(verifySignature({ ...wrapped, acceptWrapped: true })).toBe(true)
    expect(verifySignature({ ...wrapped, acceptWrapped: false })).toBe(false)
    expect(verifySignature(wrapped)).toBe(false)
    expect(pair.verify(message, wrapped.signature, { acceptWrapped: true })).toBe(true)
    expect(pair.verify(message, wrapped.signature)).toBe(false)
  })

  it('may be bare all the same, and empty', () => {
    expect(verifySignature({ ...check, signature: pair.sign(message), acceptWrapped: true })).toBe(true)
    const empty = { ...check, message: new Uint8Array(0), signature: pair.sign(bytes('<Bytes></Bytes>')) }
    expect(verifySignature({ ...empty, acceptWrapped: true })).toBe(true)
  })

  it.each([
    '<Bytes>a call',
    'a call</Bytes>',
    '<bytes>a call</bytes>',
    '<Bytes><Bytes>a call</Bytes></Bytes>',
  ])('is refused when what was signed is %s', (signed) => {
    expect(verifySignature({ ...check, signature: pair.sign(bytes(signed)), acceptWrapped: true })).toBe(
      false,
    )
  })

  it('is refused under another key', () => {
    const publicKey = keyPairFromUri('//Bob', { scheme }).publicKey
    expect(verifySignature({ ...wrapped, publicKey, acceptWrapped: true })).toBe(false)
  })
})
