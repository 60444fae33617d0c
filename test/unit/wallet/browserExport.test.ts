import { scryptSync } from 'node:crypto'
import { secretbox } from '@noble/ciphers/salsa.js'
import { describe, expect, it } from 'vitest'
import {
  ed25519FormOf,
  encodeAddress,
  hexOf,
  type KeyPair,
  keyPairFromSeed,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import {
  importBrowserExport,
  MalformedKeyFileError,
  PasswordRequiredError,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { rejection } from './rejection.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const edAlice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const salt = Buffer.alloc(32, 1)
const nonce = Buffer.alloc(24, 2)
const ENCRYPTED = ['scrypt', 'xsalsa20-poly1305']

/** Header, secret, divider, public key: as the extensions lay it out. */
function framed(secret: Uint8Array, publicKey: Uint8Array): Buffer {
  const header = Buffer.from('3053020101300506032b657004220420', 'hex')
  return Buffer.concat([header, secret, Buffer.from('a123032100', 'hex'), publicKey])
}

/** With the secret in ed25519 form. */
function plainOf(secret: KeyPair, publicKey: Uint8Array): Buffer {
  return framed(ed25519FormOf(secret.revealSecret().secretKey), publicKey)
}

interface Parts {
  readonly plain?: Buffer
  /** What the file states, whatever it was made with. */
  readonly cost?: { readonly N?: number; readonly p?: number; readonly r?: number }
  readonly address?: string | undefined
  readonly content?: unknown
  readonly type?: unknown
  readonly version?: string
  readonly encoded?: string
}

function scryptBox(plain: Uint8Array, { N = 1024, p = 1, r = 8 }): string {
  const parameters = Buffer.alloc(12)
  for (const [index, value] of [N, p, r].entries()) parameters.writeUInt32LE(value, 4 * index)
  const key = scryptSync('secret', salt, 64, { N: 1024, p: 1, r: 8 }).subarray(0, 32)
  const box = secretbox(new Uint8Array(key), new Uint8Array(nonce)).seal(new Uint8Array(plain))
  return Buffer.concat([salt, parameters, nonce, box]).toString('base64')
}

function exported(parts: Parts = {}): string {
  const { plain = plainOf(alice, alice.publicKey), cost = {}, content = ['pkcs8', 'sr25519'] } = parts
  return JSON.stringify({
    encoded: parts.encoded ?? scryptBox(plain, cost),
    encoding: { content, type: parts.type ?? ENCRYPTED, version: parts.version ?? '3' },
    address: 'address' in parts ? parts.address : alice.address,
    meta: { name: 'test' },
  })
}

describe('importBrowserExport', () => {
  it('gives the key pair', async () => {
    expect((await importBrowserExport(exported(), 'secret')).address).toBe(alice.address)
  })

  it('reads the older form without scrypt, whose key is the padded password', async () => {
    const key = new Uint8Array(32)
    key.set(new TextEncoder().encode('secret'))
    const plain = new Uint8Array(plainOf(alice, alice.publicKey))
    const box = Buffer.concat([nonce, secretbox(key, new Uint8Array(nonce)).seal(plain)])
    for (const encoded of [box.toString('base64'), `0x${box.toString('hex')}`]) {
      for (const type of [['xsalsa20-poly1305'], 'xsalsa20-poly1305']) {
        const json = exported({ encoded, type, version: '2', address: undefined })
        expect((await importBrowserExport(json, 'secret')).address).toBe(alice.address)
      }
    }
  })

  it.each([0, 2, 42, 63, 64, 13_116])('opens it whatever prefix it states: %i', async (prefix) => {
    const json = exported({ address: encodeAddress(alice.publicKey, prefix) })
    expect((await importBrowserExport(json, 'secret')).address).toBe(alice.address)
  })

  it('opens it when it states its account as a public key, or not at all', async () => {
    for (const address of [`0x${hexOf(alice.publicKey)}`, undefined]) {
      expect((await importBrowserExport(exported({ address }), 'secret')).address).toBe(alice.address)
    }
  })

  it.each([[['none']], ['none']])(
    'opens it without password when it was exported without: type %j',
    async (type) => {
      const json = exported({ encoded: plainOf(alice, alice.publicKey).toString('base64'), type })
      expect((await importBrowserExport(json)).address).toBe(alice.address)
      expect((await importBrowserExport(json, '')).address).toBe(alice.address)
      expect((await importBrowserExport(json, 'not needed')).address).toBe(alice.address)
    },
  )

  it.each([undefined, ''])('asks for the password of an encrypted one (%j)', async (password) => {
    const error = await rejection(importBrowserExport(exported(), password), PasswordRequiredError)
    expect(error.what).toBe('the browser export is encrypted')
  })

  it('opens ed25519 accounts', async () => {
    const plain = framed(edAlice.revealSecret().secretKey, edAlice.publicKey)
    const json = exported({ plain, content: ['pkcs8', 'ed25519'], address: edAlice.address })
    const pair = await importBrowserExport(json, 'secret')
    expect(pair).toMatchObject({ scheme: 'ed25519', address: edAlice.address })
  })

  it.each(['sr25519', 'ed25519'] as const)('opens older ones, which hold the seed: %s', async (scheme) => {
    const seed = new Uint8Array(32).fill(9)
    const pair = keyPairFromSeed(seed, { scheme })
    const plain = framed(seed, pair.publicKey)
    const json = exported({ plain, content: ['pkcs8', pair.scheme], address: pair.address })
    const opened = await importBrowserExport(json, 'secret')
    expect(opened).toMatchObject({ scheme: pair.scheme, address: pair.address })
  })

  it('opens it with a byte order mark in front', async () => {
    expect((await importBrowserExport(`\ufeff${exported()}`, 'secret')).address).toBe(alice.address)
  })

  it('tells a wrong password', async () => {
    const error = await rejection(importBrowserExport(exported(), 'wrong'), WrongPasswordError)
    expect(error.encryption).toBe('browser-export')
  })

  it.each([
    ['no JSON', '{', 'it is no JSON'],
    ['another version', exported({ version: '9' }), 'it is no browser export of version 1, 2 or 3'],
    [
      'a version that is an object',
      '{"encoded":"","encoding":{"content":["pkcs8"],"version":{"toString":1}}}',
      'it is no browser export of version 1, 2 or 3',
    ],
    [
      'no content',
      '{"encoded":"","encoding":{"version":"3"}}',
      'it is no browser export of version 1, 2 or 3',
    ],
    [
      'several accounts',
      exported({ content: ['batch-pkcs8'] }),
      'it holds several accounts: export each by itself',
    ],
    [
      'another kind of key',
      exported({ content: ['pkcs8', 'ethereum'] }),
      'it exports no sr25519 or ed25519 key, but one of kind ethereum',
    ],
    ['another encryption', exported({ type: ['aes'] }), 'it is encrypted in a way that is not known here'],
    ['too much text', exported().padEnd(70_000), 'it exceeds 65536 characters'],
    ['a short box', exported({ encoded: 'AAAA' }), 'its encoded part is too short'],
    ['an address that is none', exported({ address: '5Grw' }), 'its address is no address'],
    ['another plain text', exported({ plain: Buffer.alloc(117) }), 'its decoded part is no key'],
    [
      'the public key of another secret',
      exported({ plain: plainOf(alice, bob.publicKey) }),
      `its secret is not that of ${bob.address}`,
    ],
    [
      'a seed of another public key',
      exported({ plain: framed(new Uint8Array(32), bob.publicKey) }),
      `its secret is not that of ${bob.address}`,
    ],
    [
      'the address of another key',
      exported({ address: bob.address }),
      `its address is not that of its key, ${alice.address}`,
    ],
  ])('refuses %s', async (_, json, why) => {
    const error = await rejection(importBrowserExport(json, 'secret'), MalformedKeyFileError)
    expect(error.why).toBe(why)
  })

  // Memory is 128 N r bytes, time follows N r p. The box was made with other parameters: paid, it would be called a wrong password.
  it.each([
    { N: 2 ** 20, r: 16, p: 1 },
    { N: 2 ** 20, r: 8, p: 1 },
    { N: 2 ** 18, r: 8, p: 1 },
    { N: 2 ** 17, r: 16, p: 1 },
    { N: 2 ** 15, r: 8, p: 5 },
    { N: 2 ** 31, r: 1, p: 1 },
    { N: 2 ** 17, r: 8, p: 2 },
    { N: 2, r: 2 ** 31, p: 1 },
    { N: 2, r: 1, p: 2 ** 31 },
    { N: 2 ** 14, r: 8, p: 17 },
  ])('refuses a key derivation that costs too much before it is paid: %j', async (cost) => {
    const error = await rejection(importBrowserExport(exported({ cost }), 'secret'), MalformedKeyFileError)
    expect(error.why).toMatch(/costs more memory or time|out of bounds/)
  })

  it.each([{ N: 1000 }, { N: 0 }, { N: 1 }, { p: 0 }, { r: 0 }, { N: 2 ** 16, r: 1 }, { N: 2 ** 20, r: 1 }])(
    'refuses parameters that are none: %j',
    async (cost) => {
      const error = await rejection(importBrowserExport(exported({ cost }), 'secret'), MalformedKeyFileError)
      expect(error.why).toBe('its scrypt parameters are out of bounds')
    },
  )

  // Those that the tools write; the box was made with others, so that it is the password that does not fit.
  it.each([
    { N: 2 ** 13, r: 8, p: 10 },
    { N: 2 ** 14, r: 8, p: 5 },
    { N: 2 ** 15, r: 8, p: 1 },
    { N: 2 ** 15, r: 8, p: 3 },
    { N: 2 ** 16, r: 8, p: 2 },
    { N: 2 ** 17, r: 8, p: 1 },
  ])('pays what the tools that write these files ask: %j', async (cost) => {
    await rejection(importBrowserExport(exported({ cost }), 'secret'), WrongPasswordError)
  })
})
