import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  canonicalFormOf,
  ed25519FormOf,
  hexOf,
  InvalidSecretKeyError,
  keyPairFromSecretKey,
  keyPairFromSeed,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { ShapeError } from '../../../src/errors/index.js'
import { thrownBy } from './thrownBy.js'

const message = new TextEncoder().encode('good morning')
const alice = keyPairFromUri('//Alice')

describe('KeyPair', () => {
  it('shows its address and never its secret', () => {
    const { seed, secretKey } = keyPairFromSeed(new Uint8Array(32).fill(9)).revealSecret()
    const pair = keyPairFromSeed(seed!)
    const shown = [inspect(pair, { showHidden: true, depth: 9 }), JSON.stringify(pair), `${pair}`]
    for (const text of shown) {
      expect(text).toContain(pair.address)
      expect(text).not.toContain(hexOf(seed!))
      expect(text).not.toContain(hexOf(secretKey))
    }
    expect(Object.keys(pair)).toEqual(['scheme', 'address'])
    expect(Object.getOwnPropertyNames(structuredClone({ ...pair }))).toEqual(['scheme', 'address'])
    expect(inspect(alice)).toBe(`KeyPair(sr25519 ${alice.address})`)
  })

  it('hands out copies: changing them changes nothing', () => {
    const before = alice.sign(message)
    alice.publicKey.fill(0)
    alice.revealSecret().secretKey.fill(0)
    expect(alice.sign(message)).toEqual(before)
    expect(alice.publicKey[0]).toBe(0xd4)
  })

  it('names the address in both roles', () => {
    expect(alice.hotkey).toBe(alice.address)
    expect(alice.coldkey).toBe(alice.address)
  })

  it('signs the same bytes the same way without entropy, and others with', () => {
    const entropy = new Uint8Array(32).fill(1)
    expect(alice.sign(message)).toEqual(alice.sign(message))
    expect(alice.sign(message, entropy)).not.toEqual(alice.sign(message))
    expect(alice.verify(message, alice.sign(message, entropy))).toBe(true)
  })

  it('uses another nonce for each message and for each key, without entropy', () => {
    const other = new TextEncoder().encode('good evening')
    const bob = keyPairFromUri('//Bob')
    const commitments = [alice.sign(message), alice.sign(other), bob.sign(message), bob.sign(other)]
    expect(new Set(commitments.map((signature) => hexOf(signature.subarray(0, 32)))).size).toBe(4)
  })

  it('refuses entropy of another length', () => {
    const error = thrownBy(() => alice.sign(message, new Uint8Array(16)), ShapeError)
    expect(error.field).toBe('entropy')
  })

  it('gives itself at the empty path', () => {
    expect(alice.derive('')).toBe(alice)
  })

  it('signs as RFC 8032 says under ed25519', () => {
    // RFC 8032, section 7.1, test 2.
    const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
    const pair = keyPairFromSeed(new Uint8Array(seed), { scheme: 'ed25519' })
    expect(hexOf(pair.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    expect(hexOf(pair.sign(Uint8Array.of(0x72)))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })
})

describe('keyPairFromSecretKey', () => {
  const canonical = alice.revealSecret().secretKey

  it('takes the canonical form where nothing says otherwise', () => {
    expect(keyPairFromSecretKey(canonical).address).toBe(alice.address)
    expect(keyPairFromSecretKey(canonical).revealSecret().seed).toBeUndefined()
  })

  it('refuses a secret of another public key', () => {
    const { publicKey } = keyPairFromUri('//Bob')
    const error = thrownBy(() => keyPairFromSecretKey(canonical, { publicKey }), InvalidSecretKeyError)
    expect(error).toMatchObject({ code: 'InvalidSecretKey', why: 'it does not belong to its public key' })
    expect(error.shortMessage).toBe('The secret key cannot be used: it does not belong to its public key.')
  })

  it('refuses a form that the public key contradicts', () => {
    const options = { form: 'canonical', publicKey: alice.publicKey } as const
    expect(() => keyPairFromSecretKey(ed25519FormOf(canonical), options)).toThrow(InvalidSecretKeyError)
  })

  it('takes seed and public key under ed25519, and checks that they belong together', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(3), { scheme: 'ed25519' })
    const { secretKey } = pair.revealSecret()
    expect(keyPairFromSecretKey(secretKey, { scheme: 'ed25519' }).address).toBe(pair.address)
    secretKey[40]! ^= 1
    expect(() => keyPairFromSecretKey(secretKey, { scheme: 'ed25519' })).toThrow(InvalidSecretKeyError)
  })

  it('refuses other lengths', () => {
    expect(() => keyPairFromSecretKey(canonical.subarray(0, 32))).toThrow(ShapeError)
  })
})

describe('secret forms', () => {
  it('refuses a scalar that is no multiple of eight as ed25519 form', () => {
    const secret = new Uint8Array(64).fill(1)
    const error = thrownBy(() => canonicalFormOf(secret), InvalidSecretKeyError)
    expect(error.why).toBe('its scalar is not in ed25519 form')
  })

  it.each([0, 255])('refuses a scalar out of range (all bytes %i)', (byte) => {
    const error = thrownBy(() => ed25519FormOf(new Uint8Array(64).fill(byte)), InvalidSecretKeyError)
    expect(error.why).toBe('its scalar is out of range')
  })
})
