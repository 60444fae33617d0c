import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bytesOfHex,
  DEVELOPMENT_PHRASE,
  keyPairFromMnemonic,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import {
  InvalidWalletNameError,
  KeyFileExistsError,
  KeyFileNotFoundError,
  openWallet,
  PasswordRequiredError,
  parseKeyFile,
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

async function newWallet(): Promise<Wallet> {
  return openWallet({ root: await temporaryFolder(), name: 'mine', hotkey: 'miner', environment: {} })
}

/** A coldkey in the encryption that opens fastest. */
async function storeVault(wallet: Wallet): Promise<void> {
  await mkdir(wallet.paths.directory)
  await writeFile(wallet.paths.coldkey, vaultFile)
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
    await writeFile(wallet.paths.hotkey('miner'), DEVELOPMENT_PHRASE)
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
