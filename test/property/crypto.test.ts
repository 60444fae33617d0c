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
  verifySignature,
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

describe('sr25519 signatures', () => {
  it('that were altered in any bit of signature, key or message are refused', () => {
    const flipped = (data: Uint8Array, bit: number): Uint8Array => {
      const copy = data.slice()
      copy[bit >> 3]! ^= 1 << (bit & 7)
      return copy
    }
    const pair = keyPairFromSeed(new Uint8Array(32).fill(7))
    const said = new TextEncoder().encode('what was said')
    const signature = pair.sign(said)
    const isValid = (key: Uint8Array, heard: Uint8Array, proof: Uint8Array): boolean =>
      verifySignature({ scheme: 'sr25519', publicKey: key, message: heard, signature: proof })
    expect(isValid(pair.publicKey, said, signature)).toBe(true)
    for (let bit = 0; bit < 512; bit += 3) {
      expect(isValid(pair.publicKey, said, flipped(signature, bit))).toBe(false)
    }
    for (let bit = 0; bit < 256; bit += 5) {
      expect(isValid(flipped(pair.publicKey, bit), said, signature)).toBe(false)
    }
    for (let bit = 0; bit < 8 * said.length; bit += 7) {
      expect(isValid(pair.publicKey, flipped(said, bit), signature)).toBe(false)
    }
  })

  it('of the neutral key, of no point and with a scalar beyond the order are refused', () => {
    const said = Uint8Array.of(1)
    const mark = (proof: Uint8Array): Uint8Array => proof.with(63, proof[63]! | 0x80)
    // R = sB with the neutral key is what anybody can make.
    const forged = mark(Uint8Array.from([...new Uint8Array(64)]))
    const neutral = new Uint8Array(32)
    expect(verifySignature({ scheme: 'sr25519', publicKey: neutral, message: said, signature: forged })).toBe(
      false,
    )
    const pair = keyPairFromSeed(new Uint8Array(32).fill(9))
    const { publicKey } = pair
    const proof = pair.sign(said)
    const noPoint = Uint8Array.from([...new Uint8Array(32).fill(0xff), ...proof.subarray(32)])
    expect(verifySignature({ scheme: 'sr25519', publicKey, message: said, signature: noPoint })).toBe(false)
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    let s = order
    for (let at = 0; at < 32; at++)
      s += BigInt(at === 31 ? proof[32 + at]! & 0x7f : proof[32 + at]!) << BigInt(8 * at)
    const beyond = proof.slice()
    for (let at = 0; at < 32; at++) beyond[32 + at] = Number((s >> BigInt(8 * at)) & 0xffn)
    expect(verifySignature({ scheme: 'sr25519', publicKey, message: said, signature: mark(beyond) })).toBe(
      false,
    )
  })
})
