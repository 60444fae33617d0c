import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  bytesOfHex,
  canonicalFormOf,
  derivePublicKey,
  ed25519FormOf,
  entropyOfMnemonic,
  generateMnemonic,
  hexOf,
  isAddress,
  type KeyScheme,
  keyPairFromSecretKey,
  keyPairFromSeed,
  parseAddress,
  publicKeyOf,
} from '../../src/crypto/index.js'

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const scheme = fc.constantFrom<KeyScheme>('sr25519', 'ed25519')
/** Curve operations cost milliseconds each. */
const FEW = { numRuns: 25 }

describe('addresses', () => {
  it('give every key back', () => {
    fc.assert(
      fc.property(bytes(32), (key) => {
        const address = addressOf(key)
        expect(publicKeyOf(parseAddress(address))).toEqual(key)
        expect(address).toMatch(/^5.{47}$/)
      }),
    )
  })

  it('survive no change of one character', () => {
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
    // The checksum has 16 bits: one altered address in 65,536 passes, none of these seeded ones does.
    fc.assert(
      fc.property(bytes(32), fc.nat(47), fc.constantFrom(...alphabet), (key, at, character) => {
        const address = addressOf(key)
        fc.pre(address[at] !== character)
        expect(isAddress(address.slice(0, at) + character + address.slice(at + 1))).toBe(false)
      }),
      { seed: 42 },
    )
  })

  it('never accept other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isAddress(text)).toBe(false)
      }),
    )
  })
})

describe('hexadecimal and mnemonics', () => {
  it('give every byte back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(bytesOfHex(hexOf(data))).toEqual(data)
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom(16, 20, 24, 28, 32).chain(bytes), (entropy) => {
        expect(entropyOfMnemonic(generateMnemonic(entropy))).toEqual(entropy)
      }),
    )
  })
})

describe('key pairs', () => {
  it('verify what they sign, and nothing else', () => {
    fc.assert(
      fc.property(scheme, bytes(32), fc.uint8Array(), fc.uint8Array(), (name, seed, message, other) => {
        const pair = keyPairFromSeed(seed, { scheme: name })
        const signature = pair.sign(message)
        expect(pair.verify(message, signature)).toBe(true)
        expect(pair.verify(other, signature)).toBe(hexOf(other) === hexOf(message))
      }),
      FEW,
    )
  })

  it('come back from their secret key in either form', () => {
    fc.assert(
      fc.property(bytes(32), (seed) => {
        const pair = keyPairFromSeed(seed).derive('/soft')
        const { secretKey } = pair.revealSecret()
        expect(canonicalFormOf(ed25519FormOf(secretKey))).toEqual(secretKey)
        const { publicKey } = pair
        expect(keyPairFromSecretKey(ed25519FormOf(secretKey), { publicKey }).address).toBe(pair.address)
        expect(keyPairFromSecretKey(secretKey, { publicKey }).address).toBe(pair.address)
      }),
      FEW,
    )
  })

  it('have the soft children that their public key has, and those sign', () => {
    const junction = fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.replaceAll('/', '_'))
    fc.assert(
      fc.property(bytes(32), junction, (seed, name) => {
        const parent = keyPairFromSeed(seed)
        const child = parent.derive(`/${name}`)
        expect(child.publicKey).toEqual(derivePublicKey(parent.publicKey, `/${name}`))
        expect(child.verify(seed, child.sign(seed))).toBe(true)
      }),
      FEW,
    )
  })
})
