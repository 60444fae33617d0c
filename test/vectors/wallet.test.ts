import { createCipheriv, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  bytesOfHex,
  canonicalFormOf,
  chainCodeOf,
  DEVELOPMENT_PHRASE,
  decodeAddress,
  derivePublicKey,
  ed25519FormOf,
  encodeAddress,
  entropyOfMnemonic,
  generateMnemonic,
  hexOf,
  keyPairFromMnemonic,
  keyPairFromSecretKey,
  keyPairFromSeed,
  keyPairFromUri,
  miniSecretOfMnemonic,
  parseAddress,
  publicKeyOf,
  verifySignature,
} from '../../src/crypto/index.js'
import {
  decryptNacl,
  deriveFernetKey,
  obfuscatePassword,
  openKeyFile,
  parseKeyFile,
  publicKeyFile,
  revealPassword,
} from '../../src/wallet/index.js'
import { openNacl, sealNacl } from '../../src/wallet/naclFile.js'
import * as vectors from './walletVectors.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** The slow derivations share two cores with everything else. */
const SLOW_MS = 120_000

describe('mnemonics', () => {
  const { phrase, entropy, miniSecret, publicKey, address, canonical, ed25519Form } =
    vectors.developmentPhrase

  it('reads the development phrase as the reference does, at every stage', () => {
    expect(DEVELOPMENT_PHRASE).toBe(phrase)
    expect(hexOf(entropyOfMnemonic(phrase))).toBe(entropy)
    expect(generateMnemonic(bytesOfHex(entropy))).toBe(phrase)
    expect(hexOf(miniSecretOfMnemonic(phrase))).toBe(miniSecret)
    const pair = keyPairFromMnemonic(phrase)
    expect(hexOf(pair.publicKey)).toBe(publicKey)
    expect(pair.address).toBe(address)
    expect(hexOf(pair.revealSecret().secretKey)).toBe(canonical)
    expect(hexOf(ed25519FormOf(bytesOfHex(canonical)))).toBe(ed25519Form)
    expect(hexOf(canonicalFormOf(bytesOfHex(ed25519Form)))).toBe(canonical)
    expect(keyPairFromUri('').address).toBe(address)
  })

  it.each(vectors.phrases)('gives $address for its phrase and passphrase', (vector) => {
    const options = vector.passphrase === undefined ? {} : { passphrase: vector.passphrase }
    const pair = keyPairFromMnemonic(vector.phrase, options)
    expect(hexOf(miniSecretOfMnemonic(vector.phrase, vector.passphrase))).toBe(vector.miniSecret)
    expect(hexOf(pair.publicKey)).toBe(vector.publicKey)
    expect(pair.address).toBe(vector.address)
    const uri = vector.passphrase === undefined ? vector.phrase : `${vector.phrase}///${vector.passphrase}`
    expect(keyPairFromUri(uri).address).toBe(vector.address)
  })

  it('writes the canonical secret that the reference wallet pins', () => {
    const secret = keyPairFromMnemonic(vectors.pinned.phrase).revealSecret().secretKey
    expect(hexOf(secret)).toBe(vectors.pinned.canonical)
    expect(hexOf(ed25519FormOf(secret)).startsWith(vectors.pinned.ed25519FormStart)).toBe(true)
  })
})

describe('derivation', () => {
  it.each(vectors.derived)('%s', (uri, address, publicKey) => {
    const pair = keyPairFromUri(uri)
    expect(pair.address).toBe(address)
    expect(hexOf(pair.publicKey)).toBe(publicKey)
    expect(hexOf(publicKeyOf(parseAddress(address)))).toBe(publicKey)
    expect(keyPairFromUri(`${vectors.developmentPhrase.phrase}${uri}`).address).toBe(address)
  })

  it.each(vectors.chainCodes)('encodes the junction %s', (junction, chainCode) => {
    expect(hexOf(chainCodeOf(junction))).toBe(chainCode)
  })

  it.each(['/Alice', '/1'])('computes the soft child %s from the public key alone', (path) => {
    const expected = vectors.derived.find(([uri]) => uri === path)![2]
    expect(hexOf(derivePublicKey(bytesOfHex(vectors.developmentPhrase.publicKey), path))).toBe(expected)
  })

  it('gives //Alice from her mini secret and from both forms of her secret', () => {
    const { miniSecret, canonical, ed25519Form, publicKey, address } = vectors.alice
    expect(hexOf(keyPairFromUri('//Alice').revealSecret().secretKey)).toBe(canonical)
    expect(keyPairFromSeed(bytesOfHex(miniSecret)).address).toBe(address)
    expect(keyPairFromUri(`0x${miniSecret}`).address).toBe(address)
    expect(keyPairFromSecretKey(bytesOfHex(canonical)).address).toBe(address)
    expect(keyPairFromSecretKey(bytesOfHex(ed25519Form), { form: 'ed25519' }).address).toBe(address)
    for (const secret of [canonical, ed25519Form]) {
      const pair = keyPairFromSecretKey(bytesOfHex(secret), { publicKey: bytesOfHex(publicKey) })
      expect(pair.address).toBe(address)
    }
  })

  it('gives //Alice another account under ed25519', () => {
    expect(keyPairFromUri('//Alice', { scheme: 'ed25519' }).address).toBe(vectors.alice.ed25519Address)
  })
})

describe('addresses', () => {
  it('writes and reads prefixes 42 and 0', () => {
    const publicKey = bytesOfHex(vectors.alice.publicKey)
    expect(addressOf(publicKey)).toBe(vectors.alice.address)
    expect(encodeAddress(publicKey, 0)).toBe(vectors.alice.prefix0)
    expect(decodeAddress(vectors.alice.prefix0)).toEqual({ prefix: 0, publicKey })
    expect(addressOf(new Uint8Array(32))).toBe(vectors.zeroKeyAddress)
  })
})

describe('signatures', () => {
  it('accepts the one the reference wallet made, and no altered one', () => {
    const check = {
      scheme: 'sr25519' as const,
      publicKey: bytesOfHex(vectors.alice.publicKey),
      message: utf8(vectors.signed.message),
      signature: bytesOfHex(vectors.signed.signature),
    }
    expect(verifySignature(check)).toBe(true)
    expect(verifySignature({ ...check, message: utf8(`${vectors.signed.message} `) })).toBe(false)
  })
})

describe('key files', () => {
  it('reads and writes the public file of //Alice to the letter', () => {
    const content = parseKeyFile(utf8(vectors.alice.publicFile))
    expect(content.address).toBe(vectors.alice.address)
    expect(text(publicKeyFile(content))).toBe(vectors.alice.publicFile)
  })

  it('seals and opens the $NACL file with the derived key', () => {
    const { naclKey, naclFile, plain, nonce } = vectors.encryption
    const sealed = sealNacl(utf8(plain), bytesOfHex(naclKey), bytesOfHex(nonce))
    expect(hexOf(sealed)).toBe(naclFile)
    expect(sealed.length).toBe(111)
    expect(text(openNacl(sealed, bytesOfHex(naclKey)))).toBe(plain)
  })

  it(
    'opens the $NACL file with its password, reporting progress',
    async () => {
      const { naclFile, password, plain } = vectors.encryption
      const fractions: number[] = []
      const opened = await decryptNacl(bytesOfHex(naclFile), password, {
        onProgress: ({ fraction }) => fractions.push(fraction),
      })
      expect(text(opened)).toBe(plain)
      expect(fractions.length).toBeGreaterThan(2)
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
      expect(fractions.at(-1)).toBe(1)
    },
    SLOW_MS,
  )

  it(
    'derives the Fernet key and opens a token made with it',
    async () => {
      const key = Buffer.from(vectors.encryption.fernetKey, 'base64url')
      expect(hexOf(await deriveFernetKey(vectors.encryption.password))).toBe(hexOf(new Uint8Array(key)))
      const file = utf8(fernetToken(key, vectors.alice.publicFile))
      expect(text(file).startsWith('gAAAAA')).toBe(true)
      expect((await openKeyFile(file, { password: vectors.encryption.password })).address).toBe(
        vectors.alice.address,
      )
    },
    SLOW_MS,
  )

  it('hides and reveals a password in the environment', () => {
    const { variable, hidden, password } = vectors.encryption
    expect(obfuscatePassword(variable, password)).toBe(hidden)
    expect(revealPassword(variable, hidden)).toBe(password)
  })
})

/** A Fernet token as its specification says: version, time, vector, AES-128-CBC, HMAC-SHA256. */
function fernetToken(key: Buffer, plain: string): string {
  const vector = Buffer.alloc(16, 7)
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), vector)
  const time = Buffer.from('0000000065000000', 'hex')
  const signed = Buffer.concat([Buffer.of(0x80), time, vector, cipher.update(plain), cipher.final()])
  const mac = createHmac('sha256', key.subarray(0, 16)).update(signed).digest()
  return Buffer.concat([signed, mac]).toString('base64url')
}
