import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  defaultWalletRoot,
  openWallet,
  passwordFromEnvironment,
  passwordVariable,
  readKeyBytes,
  walletPaths,
  writeKeyBytes,
} from '../../../src/wallet/index.js'
import { thrownBy } from '../crypto/thrownBy.js'
import { rejection } from './rejection.js'

const alice = keyPairFromUri('//Alice')

/** A folder in the home folder, and how it is written with `~`. */
async function homeFolder(): Promise<{ path: string; tilde: string }> {
  const path = await mkdtemp(join(homedir(), '.subnetkit-test-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return { path, tilde: `~/${basename(path)}` }
}

describe('a path with a leading ~', () => {
  it('is in the home folder, for the root of a wallet however it is given', () => {
    const expected = join(homedir(), 'keys', 'mine', 'coldkey')
    expect(openWallet({ root: '~/keys', name: 'mine', environment: {} }).paths.coldkey).toBe(expected)
    expect(openWallet({ root: '~/keys', environment: {} }).root).toBe(join(homedir(), 'keys'))
    expect(openWallet({ name: 'mine', environment: { BT_WALLET_PATH: '~/keys' } }).paths.coldkey).toBe(
      expected,
    )
    expect(walletPaths('~/keys', 'mine').coldkey).toBe(expected)
    expect(walletPaths('~', 'mine').directory).toBe(join(homedir(), 'mine'))
    expect(defaultWalletRoot({ BT_WALLET_PATH: '~' })).toBe(homedir())
    expect(passwordVariable('~/keys/mine/coldkey')).toBe(passwordVariable(expected))
  })

  it('is in the home folder, for keys that are written and read', async () => {
    const { path, tilde } = await homeFolder()
    const wallet = openWallet({ root: tilde, name: 'mine', hotkey: 'h', environment: {} })
    await wallet.createHotkey({ keyPair: alice })
    expect(await wallet.listHotkeys()).toEqual(['h'])
    expect((await wallet.loadHotkey()).address).toBe(alice.address)
    expect(existsSync(join(path, 'mine', 'hotkeys', 'h'))).toBe(true)

    await writeKeyBytes(`${tilde}/raw`, new Uint8Array(3), { overwrite: false })
    expect(await readFile(join(path, 'raw'))).toHaveLength(3)
    expect(await readKeyBytes(`${tilde}/raw`)).toHaveLength(3)
    expect(existsSync('~')).toBe(false)
  })

  it('is in the home folder, for the file of a password', async () => {
    const { path, tilde } = await homeFolder()
    await writeFile(join(path, 'password'), 'from file\n', { mode: 0o600 })
    const environment = { BT_WALLET_PASSWORD_FILE: `${tilde}/password` }
    expect(await passwordFromEnvironment('/w/coldkey', environment)).toBe('from file')
  })

  it.each(['~somebody', '~somebody/keys', '~~', '~.ssh'])(
    'is refused where it names another home: %s',
    async (path) => {
      const error = thrownBy(() => openWallet({ root: path, environment: {} }), InvalidArgumentError)
      expect(error).toMatchObject({ field: 'root', value: path })
      expect(error.message).toContain('Write ~/ for your home folder')
      thrownBy(() => openWallet({ environment: { BT_WALLET_PATH: path } }), InvalidArgumentError)
      await rejection(readKeyBytes(path), InvalidArgumentError)
      await rejection(writeKeyBytes(path, new Uint8Array(1), { overwrite: false }), InvalidArgumentError)
    },
  )

  it.each(['./~keys', 'a~', '/~'])('is no leading one in %s, which is taken as it is', (path) => {
    expect(walletPaths(path, 'mine').coldkey).toBe(join(path, 'mine', 'coldkey'))
  })

  it.each(['', 'a\0b'])('is refused where it is no path: %j', async (path) => {
    expect(thrownBy(() => walletPaths(path, 'mine'), InvalidArgumentError).field).toBe('root')
    expect((await rejection(readKeyBytes(path), InvalidArgumentError)).field).toBe('path')
  })
})
