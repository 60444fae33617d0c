import { describe, expect, it } from 'vitest'
import { bytesOfHex, keyPairFromUri } from '../../../src/crypto/index.js'
import { AbortedError, InvalidArgumentError } from '../../../src/errors/index.js'
import {
  decryptAnsibleVault,
  decryptNacl,
  deriveNaclKey,
  encryptionOf,
  encryptNacl,
  KeyDerivationError,
  openKeyFile,
  PasswordRequiredError,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { openNacl, sealNacl } from '../../../src/wallet/naclFile.js'
import { openFernet } from '../../../src/wallet/olderEncryptions.js'
import { thrownBy } from '../crypto/thrownBy.js'
import { fernetFile, fernetKey, vaultFile } from './olderFiles.js'
import { rejection } from './rejection.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const alice = keyPairFromUri('//Alice')
const key = new Uint8Array(32).fill(5)
const nonce = new Uint8Array(24).fill(6)

describe('encryptionOf', () => {
  it('tells by the first bytes', () => {
    expect(encryptionOf(sealNacl(utf8('{}'), key, nonce))).toBe('nacl')
    expect(encryptionOf(utf8(vaultFile))).toBe('ansible-vault')
    expect(encryptionOf(utf8(fernetFile))).toBe('fernet')
    expect(encryptionOf(utf8('{"ss58Address":"$NACL"}'))).toBeUndefined()
    expect(encryptionOf(new Uint8Array(0))).toBeUndefined()
  })
})

describe('openKeyFile', () => {
  it('asks for a password only when the file is encrypted', async () => {
    let asked = 0
    const password = (): string => {
      asked++
      return 'test-password'
    }
    await openKeyFile(utf8(JSON.stringify({ ss58Address: alice.address })), { password })
    expect(asked).toBe(0)
    expect((await openKeyFile(utf8(vaultFile), { password })).keyPair?.address).toBe(alice.address)
    expect(asked).toBe(1)
  })

  it('names the encryption when no password came', async () => {
    const error = await rejection(openKeyFile(utf8(vaultFile)), PasswordRequiredError)
    expect(error).toMatchObject({
      code: 'PasswordRequired',
      what: 'the key file is encrypted (ansible-vault)',
    })
    expect(error.shortMessage).toBe('A password is needed: the key file is encrypted (ansible-vault).')
  })

  it('opens an Ansible vault with Windows line ends', async () => {
    const file = utf8(`${vaultFile.replaceAll('\n', '\r\n')}\r\n`)
    expect((await openKeyFile(file, { password: 'test-password' })).address).toBe(alice.address)
  })
})

describe('a wrong password or a damaged file', () => {
  it('is told as such for a vault, never as a partial result', async () => {
    const error = await rejection(
      openKeyFile(utf8(vaultFile), { password: 'test-passwort' }),
      WrongPasswordError,
    )
    expect(error).toMatchObject({ code: 'WrongPassword', encryption: 'ansible-vault' })
    expect(error.shortMessage).toBe('The key file did not open: wrong password or damaged file.')
  })

  it.each([
    ['$ANSIBLE_VAULT;1.1;AES256'],
    ['$ANSIBLE_VAULT;9.9;AES256\n00'],
    [vaultFile.slice(0, -2)],
    [vaultFile.replace('6233', '6234')],
  ])('is told for the vault %.40j', async (file) => {
    await rejection(decryptAnsibleVault(utf8(file), 'test-password'), WrongPasswordError)
  })

  it('is told for a $NACL file with any byte altered', () => {
    const file = sealNacl(utf8('content'), key, nonce)
    expect(openNacl(file, key)).toEqual(utf8('content'))
    for (const at of [5, 28, 29, 44, 45, file.length - 1]) {
      const damaged = file.slice()
      damaged[at]! ^= 1
      expect(thrownBy(() => openNacl(damaged, key), WrongPasswordError).encryption).toBe('nacl')
    }
    expect(() => openNacl(file, new Uint8Array(32))).toThrow(WrongPasswordError)
  })

  it('is told at once for a $NACL file that is too short', async () => {
    await rejection(decryptNacl(utf8('$NACL-too-short'), 'password'), WrongPasswordError)
  })

  it('is told for a Fernet token with any part altered', () => {
    const bytes = new Uint8Array(Buffer.from(fernetKey, 'base64url'))
    expect(new TextDecoder().decode(openFernet(utf8(fernetFile), bytes))).toContain(alice.address)
    for (const at of [2, 20, 60, fernetFile.length - 6]) {
      const other = fernetFile[at] === 'A' ? 'B' : 'A'
      const damaged = fernetFile.slice(0, at) + other + fernetFile.slice(at + 1)
      expect(() => openFernet(utf8(damaged), bytes)).toThrow(WrongPasswordError)
    }
    expect(() => openFernet(utf8('gAAAAA'), bytes)).toThrow(WrongPasswordError)
  })
})

describe('openFernet', () => {
  it('reads the token of the format’s own specification', () => {
    const token =
      'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=='
    const bytes = new Uint8Array(Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url'))
    expect(openFernet(utf8(token), bytes)).toEqual(utf8('hello'))
  })
})

describe('deriveNaclKey', () => {
  it('ends with its signal, while the thread is at work', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const work = deriveNaclKey('password', {
      signal: controller.signal,
      onProgress: ({ fraction }) => {
        seen.push(fraction)
        controller.abort(new TypeError('changed my mind'))
      },
    })
    const error = await rejection(work, AbortedError)
    expect(error.cause).toEqual(new TypeError('changed my mind'))
    expect(seen.every((fraction) => fraction < 1)).toBe(true)
  })

  it('does not start under a signal that is aborted already', async () => {
    const work = encryptNacl(utf8('x'), 'password', { signal: AbortSignal.abort() })
    await rejection(work, AbortedError)
  })

  it('refuses an empty password', async () => {
    expect((await rejection(deriveNaclKey(''), InvalidArgumentError)).field).toBe('password')
  })

  it('refuses a nonce of another length before any work', async () => {
    const work = encryptNacl(utf8('x'), 'password', { nonce: bytesOfHex('00') })
    expect((await rejection(work, InvalidArgumentError)).field).toBe('nonce')
  })
})

describe('KeyDerivationError', () => {
  it('says what the thread needs and keeps the cause', () => {
    const cause = new RangeError('WebAssembly.Memory(): could not allocate memory')
    const error = new KeyDerivationError({ cause })
    expect(error).toMatchObject({ name: 'KeyDerivationError', code: 'KeyDerivation', cause })
    expect(error.message).toBe(
      'The key could not be derived from the password. The derivation needs 512 MiB of free memory for some seconds.',
    )
  })
})
