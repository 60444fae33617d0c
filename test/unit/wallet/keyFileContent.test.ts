import { describe, expect, it } from 'vitest'
import {
  DEVELOPMENT_PHRASE,
  ed25519FormOf,
  encodeAddress,
  hexOf,
  keyPairFromMnemonic,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  KeyFileMismatchError,
  MalformedKeyFileError,
  parseKeyFile,
  publicKeyFile,
  secretKeyFile,
  UnsupportedKeyFileError,
} from '../../../src/wallet/index.js'
import { thrownBy } from '../crypto/thrownBy.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const development = keyPairFromMnemonic(DEVELOPMENT_PHRASE)
const hex = (bytes: Uint8Array): string => `0x${hexOf(bytes)}`
const privateKey = hex(alice.revealSecret().secretKey)
const seedOf = (uri: string): string => hex(keyPairFromUri(uri).revealSecret().seed!)

const parse = (content: object | string): ReturnType<typeof parseKeyFile> =>
  parseKeyFile(new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)))

describe('parseKeyFile', () => {
  it('takes the phrase before the seed before the private key', () => {
    const secretPhrase = DEVELOPMENT_PHRASE
    const secretSeed = `0x${'11'.repeat(32)}`
    const bySeed = parse({ secretSeed, privateKey })
    expect(parse({ secretPhrase, secretSeed, privateKey }).address).toBe(development.address)
    expect(hex(bySeed.keyPair!.revealSecret().seed!)).toBe(secretSeed)
    expect(parse({ privateKey }).address).toBe(alice.address)
  })

  it('reads an address or a public key alone as public', () => {
    for (const content of [{ ss58Address: alice.address }, { publicKey: hex(alice.publicKey) }]) {
      const key = parse(content)
      expect(key.address).toBe(alice.address)
      expect(hexOf(key.publicKey)).toBe(hexOf(alice.publicKey))
      expect(key.keyPair).toBeUndefined()
    }
  })

  it.each(['ss58Address', 'publicKey', 'accountId'])('fails where %s is that of another key', (field) => {
    const value = field === 'ss58Address' ? bob.address : hex(bob.publicKey)
    const error = thrownBy(() => parse({ privateKey, [field]: value }), KeyFileMismatchError)
    expect(error).toMatchObject({ code: 'KeyFileMismatch', field, derived: alice.address })
    expect(error.shortMessage).toBe(
      `The ${field} in the key file is not that of its secret, which gives ${alice.address}.`,
    )
  })

  it.each([
    ['publicKey', { ss58Address: alice.address, publicKey: hex(bob.publicKey) }, 'its ss58Address'],
    ['accountId', { ss58Address: alice.address, accountId: hex(bob.publicKey) }, 'its ss58Address'],
    ['accountId', { publicKey: hex(alice.publicKey), accountId: hex(bob.publicKey) }, 'its publicKey'],
  ])('fails where, without a secret, %s is that of another key than the rest', (field, content, against) => {
    const error = thrownBy(() => parse(content), KeyFileMismatchError)
    expect(error).toMatchObject({ code: 'KeyFileMismatch', field, against, derived: alice.address })
    expect(error.shortMessage).toBe(
      `The ${field} in the key file is not that of ${against}, which gives ${alice.address}.`,
    )
  })

  it('reads public parts that agree, under whatever network prefix the address is written', () => {
    const parts = { publicKey: hex(alice.publicKey), accountId: hex(alice.publicKey) }
    for (const prefix of [0, 42, 13_116]) {
      const key = parse({ ...parts, ss58Address: encodeAddress(alice.publicKey, prefix) })
      expect(key.address).toBe(alice.address)
    }
  })

  it('fails on a mismatch of a phrase, too', () => {
    const content = { secretPhrase: DEVELOPMENT_PHRASE, ss58Address: alice.address }
    expect(thrownBy(() => parse(content), KeyFileMismatchError).derived).toBe(development.address)
  })

  it('treats null as absent, and ignores unknown fields', () => {
    const key = parse({
      secretPhrase: null,
      secretSeed: null,
      cryptoType: null,
      privateKey,
      ss58Address: alice.address,
      accountType: 'anything',
      somethingNew: { deep: [1] },
    })
    expect(key.keyPair?.address).toBe(alice.address)
  })

  it('reads field names with a leading space, and prefers the exact spelling', () => {
    expect(parse({ ' ss58Address': alice.address }).address).toBe(alice.address)
    expect(parse({ ' ss58Address': bob.address, ss58Address: alice.address }).address).toBe(alice.address)
  })

  it('reads a raw seed, a raw private key and a bare mnemonic', () => {
    const seed = `0x${'22'.repeat(32)}`
    expect(hex(parse(seed).keyPair!.revealSecret().seed!)).toBe(seed)
    expect(parse(`${seed.slice(2)}\n`).address).toBe(parse(seed).address)
    expect(parse(privateKey).address).toBe(alice.address)
    expect(parse(` ${DEVELOPMENT_PHRASE}\n`).address).toBe(development.address)
  })

  it('reads a private key in ed25519 form where its public key vouches for it', () => {
    const other = hex(ed25519FormOf(alice.revealSecret().secretKey))
    expect(parse({ privateKey: other, ss58Address: alice.address }).keyPair?.address).toBe(alice.address)
    expect(parse({ privateKey: other, publicKey: hex(alice.publicKey) }).address).toBe(alice.address)
  })

  it.each([0, '0'])('reads cryptoType %j as ed25519', (cryptoType) => {
    const pair = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const key = parse({ secretSeed: hex(pair.revealSecret().seed!), cryptoType, ss58Address: pair.address })
    expect(key.scheme).toBe('ed25519')
    expect(key.address).toBe(pair.address)
  })

  it.each([1, '1', ' 1 '])('reads cryptoType %j as sr25519', (cryptoType) => {
    expect(parse({ privateKey, cryptoType, ss58Address: alice.address }).scheme).toBe('sr25519')
  })

  it('finds the other scheme where only that fits what is stored', () => {
    const pair = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const key = parse({ secretSeed: hex(pair.revealSecret().seed!), ss58Address: pair.address })
    expect(key.scheme).toBe('ed25519')
    expect(key.keyPair?.address).toBe(pair.address)
  })

  it.each([2, '3', 'ecdsa', 'toString'])('refuses cryptoType %j by name', (cryptoType) => {
    const error = thrownBy(() => parse({ privateKey, cryptoType }), UnsupportedKeyFileError)
    expect(error).toMatchObject({ code: 'UnsupportedKeyFile', kind: 'account-kind' })
    expect(error.shortMessage).toContain(`(cryptoType ${cryptoType}) is not implemented`)
  })

  it('names an export of a browser extension', () => {
    const content = { encoded: 'AAAA', encoding: { version: '3' }, address: alice.address }
    const error = thrownBy(() => parse(content), UnsupportedKeyFileError)
    expect(error.kind).toBe('browser-export')
    expect(error.message).toBe(
      'The file is not read as a key file: it is an account export of a browser extension. Import it with importBrowserExport and its password.',
    )
  })

  it.each([
    ['', 'it is neither JSON nor a mnemonic nor a hexadecimal key'],
    ['{"secretPhrase":', 'it begins like JSON and is none'],
    ['{}', 'it holds neither a secret nor an address'],
    ['{"secretPhrase":"not a mnemonic"}', 'its secretPhrase is no mnemonic'],
    ['{"secretSeed":"exactly 32 bytes of readable text"}', 'its secretSeed is not 32 bytes in hexadecimal'],
    [`{"privateKey":"0x${'00'.repeat(64)}"}`, 'its privateKey is no secret key'],
    ['{"privateKey":["0x00"]}', 'its privateKey is no text'],
    ['{"ss58Address":"5Grw"}', 'its ss58Address is no address'],
    ['[1,2]', 'it is neither JSON nor a mnemonic nor a hexadecimal key'],
  ])('refuses %j', (text, why) => {
    const error = thrownBy(() => parse(text), MalformedKeyFileError)
    expect(error).toMatchObject({ code: 'MalformedKeyFile', why })
    expect(error.shortMessage).toBe(`The key file cannot be read: ${why}.`)
  })

  it('falls back to the phrase where the seed was stored as raw text', () => {
    const content = { secretSeed: 'thirty-two bytes of raw text ...', secretPhrase: DEVELOPMENT_PHRASE }
    expect(parse(content).address).toBe(development.address)
  })

  it('keeps the content of a broken file out of every error', () => {
    const content = `{"secretPhrase":"${DEVELOPMENT_PHRASE}" "privateKey":`
    const error = thrownBy(() => parse(content), MalformedKeyFileError)
    expect(error.message).not.toContain('bottom')
    expect(error.cause).toBeUndefined()
  })

  it('refuses bytes that are no text', () => {
    const error = thrownBy(() => parseKeyFile(Uint8Array.of(0x7b, 0xff, 0xfe)), MalformedKeyFileError)
    expect(error.why).toBe('it is no UTF-8 text')
  })
})

describe('secretKeyFile and publicKeyFile', () => {
  const read = (bytes: Uint8Array): Record<string, unknown> => JSON.parse(new TextDecoder().decode(bytes))

  it('write every field the Python tools expect of a mnemonic key', () => {
    const fields = read(secretKeyFile(development, DEVELOPMENT_PHRASE))
    expect(fields).toEqual({
      accountId: hex(development.publicKey),
      publicKey: hex(development.publicKey),
      privateKey: hex(development.revealSecret().secretKey),
      secretPhrase: DEVELOPMENT_PHRASE,
      secretSeed: seedOf(''),
      ss58Address: development.address,
    })
  })

  it('write a derived key with its private key alone', () => {
    expect(Object.keys(read(secretKeyFile(alice)))).toEqual([
      'accountId',
      'publicKey',
      'privateKey',
      'ss58Address',
    ])
    expect(parseKeyFile(secretKeyFile(alice)).keyPair?.address).toBe(alice.address)
  })

  it('write the scheme of an ed25519 key', () => {
    const pair = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    expect(read(publicKeyFile(pair)).cryptoType).toBe(0)
    expect(parseKeyFile(secretKeyFile(pair)).keyPair?.scheme).toBe('ed25519')
    expect(parseKeyFile(publicKeyFile(pair)).scheme).toBe('ed25519')
  })

  it('refuse the words of another key', () => {
    const error = thrownBy(() => secretKeyFile(alice, DEVELOPMENT_PHRASE), InvalidArgumentError)
    expect(error.field).toBe('mnemonic')
    expect(error.message).not.toContain('bottom')
  })
})
