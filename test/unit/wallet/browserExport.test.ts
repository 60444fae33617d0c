import { scryptSync } from 'node:crypto'
import { secretbox } from '@noble/ciphers/salsa.js'
import { describe, expect, it } from 'vitest'
import { ed25519FormOf, type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { importBrowserExport, MalformedKeyFileError, WrongPasswordError } from '../../../src/wallet/index.js'
import { rejection } from './rejection.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const salt = Buffer.alloc(32, 1)
const nonce = Buffer.alloc(24, 2)

/** Header, secret in ed25519 form, divider, public key: as the extensions lay it out. */
function plainOf(secret: KeyPair, publicKey: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from('3053020101300506032b657004220420', 'hex'),
    ed25519FormOf(secret.revealSecret().secretKey),
    Buffer.from('a123032100', 'hex'),
    publicKey,
  ])
}

function exported(
  options: { plain?: Buffer; N?: number; address?: string; content?: string[] } = {},
): string {
  const { plain = plainOf(alice, alice.publicKey), N = 1024, address = alice.address } = options
  const parameters = Buffer.alloc(12)
  for (const [index, value] of [N, 1, 8].entries()) parameters.writeUInt32LE(value, 4 * index)
  const key = scryptSync('secret', salt, 64, { N: 1024, p: 1, r: 8 }).subarray(0, 32)
  const box = secretbox(new Uint8Array(key), new Uint8Array(nonce)).seal(new Uint8Array(plain))
  const content = options.content ?? ['pkcs8', 'sr25519']
  return JSON.stringify({
    encoded: Buffer.concat([salt, parameters, nonce, box]).toString('base64'),
    encoding: { content, type: ['scrypt', 'xsalsa20-poly1305'], version: '3' },
    address,
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
    const box = secretbox(key, new Uint8Array(nonce)).seal(new Uint8Array(plainOf(alice, alice.publicKey)))
    const json = JSON.stringify({
      encoded: Buffer.concat([nonce, box]).toString('base64'),
      encoding: { content: ['pkcs8', 'sr25519'], type: ['xsalsa20-poly1305'], version: '3' },
    })
    expect((await importBrowserExport(json, 'secret')).address).toBe(alice.address)
  })

  it('tells a wrong password', async () => {
    const error = await rejection(importBrowserExport(exported(), 'wrong'), WrongPasswordError)
    expect(error.encryption).toBe('browser-export')
  })

  it.each([
    ['no JSON', '{', 'it is no JSON'],
    ['another version', '{"encoded":"","encoding":{"version":"2"}}', 'it is no browser export of version 3'],
    ['another kind of key', exported({ content: ['pkcs8', 'ethereum'] }), 'it exports no sr25519 key'],
    ['excessive parameters', exported({ N: 2 ** 21 }), 'its scrypt parameters are out of bounds'],
    ['parameters that are no power of two', exported({ N: 1000 }), 'its scrypt parameters are out of bounds'],
    ['another plain text', exported({ plain: Buffer.alloc(117) }), 'its decrypted part is no key'],
    [
      'the public key of another secret',
      exported({ plain: plainOf(alice, bob.publicKey) }),
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
})
