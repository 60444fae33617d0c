import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bytesOfHex,
  DEVELOPMENT_PHRASE,
  hexOf,
  keyPairFromMnemonic,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  InvalidWalletNameError,
  KeyFileExistsError,
  KeyFileMismatchError,
  KeyFileNotFoundError,
  MalformedKeyFileError,
  type OpenWalletOptions,
  openWallet,
  PasswordRequiredError,
  parseKeyFile,
  publicKeyFile,
  secretKeyFile,
  UnsafePathError,
  UnsupportedKeyFileError,
  type Wallet,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { openNacl } from '../../../src/wallet/naclFile.js'
import { thrownBy } from '../crypto/thrownBy.js'
import { vaultFile } from './olderFiles.js'
import { rejection } from './rejection.js'
import { temporaryFolder } from './temporaryFolder.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function newWallet(options: OpenWalletOptions = {}): Promise<Wallet> {
  const root = await temporaryFolder()
  return openWallet({ root, name: 'mine', hotkey: 'miner', environment: {}, ...options })
}

/** A wallet that keeps what it says to people. */
async function watchedWallet(): Promise<{ wallet: Wallet; said: string[] }> {
  const said: string[] = []
  const say = (fields: object, message: string): void => {
    said.push(`${message} ${JSON.stringify(fields)}`)
  }
  return { wallet: await newWallet({ logger: { debug: say, info: say, warn: say, error: say } }), said }
}

/** A coldkey in the encryption that opens fastest. */
async function storeVault(wallet: Wallet): Promise<void> {
  await mkdir(wallet.paths.directory)
  await writeFile(wallet.paths.coldkey, vaultFile, { mode: 0o600 })
}

describe('openWallet', () => {
  it('touches no disk and checks both names', () => {
    expect(openWallet({ root: '/nowhere', environment: {} }).name).toBe('default')
    expect(openWallet({ root: '/nowhere', environment: { BT_WALLET_HOTKEY: 'h' } }).hotkeyName).toBe('h')
    thrownBy(() => openWallet({ root: '/nowhere', name: '../x' }), InvalidWalletNameError)
    thrownBy(() => openWallet({ root: '/nowhere', hotkey: '../x' }), InvalidWalletNameError)
  })
})

describe('hotkeys', () => {
  it('are stored plain with a public file and load as signers', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    expect((await readdir(wallet.paths.hotkeyDirectory)).sort()).toEqual(['miner', 'minerpub.txt'])
    const signer = await wallet.loadHotkey()
    expect(signer.address).toBe(alice.address)
    expect(alice.verify(new Uint8Array(3), signer.sign(new Uint8Array(3)))).toBe(true)
    expect((await wallet.hotkeyPublic()).keyPair).toBeUndefined()
    expect((await wallet.hotkeyPublic()).address).toBe(alice.address)
    expect((await stat(wallet.paths.hotkeyPublic('miner'))).mode & 0o777).toBe(0o600)
  })

  it('tell their address without the secret where the public file is absent', async () => {
    const wallet = await newWallet()
    await mkdir(wallet.paths.hotkeyDirectory, { recursive: true })
    await writeFile(wallet.paths.hotkey('miner'), DEVELOPMENT_PHRASE, { mode: 0o600 })
    const key = await wallet.hotkeyPublic()
    expect(key.address).toBe(keyPairFromMnemonic(DEVELOPMENT_PHRASE).address)
    expect(key.keyPair).toBeUndefined()
  })

  it('are listed in order, without public, hidden and foreign entries', async () => {
    const wallet = await newWallet()
    expect(await wallet.listHotkeys()).toEqual([])
    await wallet.createHotkey({ keyPair: bob, name: 'second' })
    await wallet.createHotkey({ keyPair: alice, name: 'first' })
    await mkdir(join(wallet.paths.hotkeyDirectory, 'folder'))
    await writeFile(join(wallet.paths.hotkeyDirectory, '.second.0011.tmp'), '')
    expect(await wallet.listHotkeys()).toEqual(['first', 'second'])
  })

  it('are never overwritten unless told so', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    const error = await rejection(wallet.createHotkey({ keyPair: bob }), KeyFileExistsError)
    expect(error.path).toBe(wallet.paths.hotkey('miner'))
    expect((await wallet.loadHotkey()).address).toBe(alice.address)
    await wallet.createHotkey({ keyPair: bob, overwrite: true })
    expect((await wallet.loadHotkey()).address).toBe(bob.address)
    expect((await wallet.hotkeyPublic()).address).toBe(bob.address)
  })

  it('are not written beside a public file of another key', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    const other = await newWallet()
    await mkdir(other.paths.hotkeyDirectory, { recursive: true })
    await writeFile(other.paths.hotkeyPublic('miner'), await readFile(wallet.paths.hotkeyPublic('miner')))
    await rejection(other.createHotkey({ keyPair: bob }), KeyFileExistsError)
    await rejection(other.loadHotkey(), KeyFileNotFoundError)
  })

  it('cannot sign from a file that holds an address only', async () => {
    const wallet = await newWallet()
    await mkdir(wallet.paths.hotkeyDirectory, { recursive: true })
    await writeFile(wallet.paths.hotkey('miner'), JSON.stringify({ ss58Address: alice.address }))
    const error = await rejection(wallet.loadHotkey(), UnsupportedKeyFileError)
    expect(error.kind).toBe('public-only')
  })
})

describe('coldkeys', () => {
  it('are not stored in the clear by accident', async () => {
    const wallet = await newWallet()
    const error = await rejection(wallet.createColdkey({ keyPair: alice }), PasswordRequiredError)
    expect(error.message).toBe(
      'A password is needed: coldkeys are stored encrypted. Pass the option password, or say unencrypted: true.',
    )
    expect(await readdir(wallet.root)).toEqual([])
  })

  it('are stored in the clear when that is said', async () => {
    const wallet = await newWallet()
    await wallet.createColdkey({ keyPair: alice, unencrypted: true })
    expect((await wallet.unlockColdkey()).address).toBe(alice.address)
    expect((await wallet.coldkeyPublic()).address).toBe(alice.address)
  })

  it('are stored encrypted under their password, with the mnemonic inside', async () => {
    const wallet = await newWallet()
    const keyPair = keyPairFromMnemonic(DEVELOPMENT_PHRASE)
    await wallet.createColdkey({ keyPair, mnemonic: DEVELOPMENT_PHRASE, password: 'test-password' })
    const file = new Uint8Array(await readFile(wallet.paths.coldkey))
    // The published Argon2 key of this password, so that opening does not depend on the code that sealed.
    const key = bytesOfHex('babccc53480829b32386ecedddb021187c343c4608bbb53123bc13a96fe5988d')
    const plain = openNacl(file, key)
    expect(new TextDecoder().decode(plain)).toContain(DEVELOPMENT_PHRASE)
    expect(parseKeyFile(plain).address).toBe(keyPair.address)
    expect(Buffer.from(file).includes('bottom')).toBe(false)
    expect((await wallet.coldkeyPublic()).address).toBe(keyPair.address)
    const again = wallet.createColdkey({ keyPair: alice, password: 'x' })
    expect((await rejection(again, KeyFileExistsError)).path).toBe(wallet.paths.coldkey)
  }, 120_000)

  it('open with the right password only', async () => {
    const wallet = await newWallet()
    await storeVault(wallet)
    expect((await wallet.unlockColdkey({ password: 'test-password' })).address).toBe(alice.address)
    await rejection(wallet.unlockColdkey({ password: 'guess' }), WrongPasswordError)
    await rejection(wallet.unlockColdkey(), PasswordRequiredError)
  })

  it('take a password from the environment with consent only', async () => {
    const wallet = await newWallet()
    await storeVault(wallet)
    const passwordEnvironment = { BT_WALLET_PASSWORD: 'test-password' }
    expect((await wallet.unlockColdkey({ passwordEnvironment })).address).toBe(alice.address)
    await rejection(
      wallet.unlockColdkey({ passwordEnvironment, password: 'stated-wins' }),
      WrongPasswordError,
    )
    await rejection(wallet.unlockColdkey({ passwordEnvironment: {} }), PasswordRequiredError)
  })
})

describe('a public file of another key', () => {
  it('stops its hotkey from being loaded or shown, by name', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    const path = wallet.paths.hotkeyPublic('miner')
    await writeFile(path, publicKeyFile(bob))
    for (const ask of [() => wallet.loadHotkey(), () => wallet.hotkeyPublic()]) {
      const error = await rejection<KeyFileMismatchError>(ask(), KeyFileMismatchError)
      expect(error).toMatchObject({ field: 'address', path, derived: alice.address })
      expect(error.shortMessage).toBe(
        `The address in the key file ${path} is not that of the key in ${wallet.paths.hotkey('miner')}, which gives ${alice.address}.`,
      )
    }
  })

  it('stops its coldkey, too', async () => {
    const wallet = await newWallet()
    await wallet.createColdkey({ keyPair: alice, unencrypted: true })
    await writeFile(wallet.paths.coldkeyPublic, publicKeyFile(bob))
    await rejection(wallet.unlockColdkey(), KeyFileMismatchError)
    await rejection(wallet.coldkeyPublic(), KeyFileMismatchError)
    const encrypted = await newWallet()
    await storeVault(encrypted)
    await writeFile(encrypted.paths.coldkeyPublic, publicKeyFile(bob))
    await rejection(encrypted.unlockColdkey({ password: 'test-password' }), KeyFileMismatchError)
  })

  it('is told by its parts when they disagree, naming the file', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    const path = wallet.paths.hotkeyPublic('miner')
    const parts = { ss58Address: alice.address, publicKey: `0x${hexOf(bob.publicKey)}` }
    await writeFile(path, JSON.stringify(parts))
    for (const ask of [() => wallet.loadHotkey(), () => wallet.hotkeyPublic()]) {
      expect(await rejection<KeyFileMismatchError>(ask(), KeyFileMismatchError)).toMatchObject({
        field: 'publicKey',
        path,
      })
    }
  })

  it('is no hindrance where it is absent, and one where it is damaged', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    const path = wallet.paths.hotkeyPublic('miner')
    await writeFile(path, 'garbage!')
    expect((await rejection(wallet.loadHotkey(), MalformedKeyFileError)).path).toBe(path)
    await rm(path)
    expect((await wallet.loadHotkey()).address).toBe(alice.address)
  })

  it('answers public questions where the secret is damaged, encrypted or gone', async () => {
    const wallet = await newWallet()
    await mkdir(wallet.paths.hotkeyDirectory, { recursive: true })
    await writeFile(wallet.paths.hotkeyPublic('miner'), publicKeyFile(alice))
    for (const secret of ['garbage!', vaultFile, undefined]) {
      if (secret === undefined) await rm(wallet.paths.hotkey('miner'))
      else await writeFile(wallet.paths.hotkey('miner'), secret)
      expect((await wallet.hotkeyPublic()).address).toBe(alice.address)
    }
  })
})

describe('a secret that others can read', () => {
  it.each([0o644, 0o640, 0o604, 0o660, 0o666])('is warned of once, with its path: mode %o', async (mode) => {
    const { wallet, said } = await watchedWallet()
    await wallet.createHotkey({ keyPair: alice })
    await chmod(wallet.paths.hotkey('miner'), mode)
    await wallet.loadHotkey()
    await wallet.loadHotkey()
    const path = wallet.paths.hotkey('miner')
    expect(said).toEqual([
      `A file with a secret is open to other accounts of this machine (mode ${mode.toString(8)}). Close it with chmod 600. {"path":"${path}"}`,
    ])
  })

  it('is warned of for coldkeys, encrypted or not, and for password files', async () => {
    const { wallet, said } = await watchedWallet()
    await storeVault(wallet)
    await chmod(wallet.paths.coldkey, 0o644)
    const password = join(wallet.root, 'password')
    await writeFile(password, 'test-password', { mode: 0o644 })
    await wallet.unlockColdkey({ passwordEnvironment: { BT_WALLET_PASSWORD_FILE: password } })
    expect(said).toHaveLength(2)
    expect(said.join()).toContain(password)
    expect(said.join()).toContain(wallet.paths.coldkey)
    expect(said.join()).not.toContain('test-password')
  })

  it('is not warned of where it is closed, nor where a file holds no secret', async () => {
    const { wallet, said } = await watchedWallet()
    await wallet.createHotkey({ keyPair: alice })
    await wallet.createColdkey({ keyPair: bob, unencrypted: true })
    for (const path of [wallet.paths.hotkeyPublic('miner'), wallet.paths.coldkeyPublic])
      await chmod(path, 0o644)
    await wallet.loadHotkey()
    await wallet.unlockColdkey()
    await wallet.hotkeyPublic()
    await wallet.coldkeyPublic()
    expect(said).toEqual([])
  })
})

describe('errors about a file of a wallet', () => {
  it('name it', async () => {
    const wallet = await newWallet()
    await mkdir(wallet.paths.hotkeyDirectory, { recursive: true })
    const path = wallet.paths.hotkey('miner')
    const contents = [
      ['{', MalformedKeyFileError],
      [
        JSON.stringify({ ...JSON.parse(text(secretKeyFile(alice))), ss58Address: bob.address }),
        KeyFileMismatchError,
      ],
      ['{"privateKey":"","cryptoType":7}', UnsupportedKeyFileError],
      [vaultFile, WrongPasswordError],
    ] as const
    for (const [content, kind] of contents) {
      await writeFile(path, content)
      const error = await rejection<Error>(wallet.loadHotkey({ password: 'guess' }), kind)
      expect(error).toHaveProperty('path', path)
      expect(error.message).toContain(path)
    }
    const { message } = await rejection(wallet.loadHotkey(), PasswordRequiredError)
    expect(message).toContain(`A password is needed for ${path}: the key file is encrypted (ansible-vault).`)
  })
})

describe('a coldkey that cannot be stored whole', () => {
  it('is not stored at all', async () => {
    const wallet = await newWallet()
    await mkdir(wallet.paths.coldkeyPublic, { recursive: true })
    await rejection(wallet.createColdkey({ keyPair: alice, unencrypted: true }), UnsafePathError)
    expect(await readdir(wallet.paths.directory)).toEqual(['coldkeypub.txt'])
  })

  it('is not stored both under a password and in the clear', async () => {
    const wallet = await newWallet()
    const work = wallet.createColdkey({ keyPair: alice, unencrypted: true, password: 'x' })
    expect((await rejection(work, InvalidArgumentError)).field).toBe('unencrypted')
  })
})

describe('a wallet behind a symbolic link', () => {
  it('is neither read nor written', async () => {
    const wallet = await newWallet()
    await wallet.createHotkey({ keyPair: alice })
    await symlink(wallet.paths.directory, join(wallet.root, 'linked'))
    const linked = openWallet({ root: wallet.root, name: 'linked', hotkey: 'miner' })
    await rejection(linked.loadHotkey(), UnsafePathError)
    await rejection(linked.listHotkeys(), UnsafePathError)
    await rejection(linked.createHotkey({ keyPair: bob, name: 'other' }), UnsafePathError)
    expect(await wallet.listHotkeys()).toEqual(['miner'])
  })
})
