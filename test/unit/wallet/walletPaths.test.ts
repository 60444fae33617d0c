import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  defaultHotkeyName,
  defaultWalletName,
  defaultWalletRoot,
  InvalidWalletNameError,
  walletPaths,
} from '../../../src/wallet/index.js'
import { thrownBy } from '../crypto/thrownBy.js'

describe('walletPaths', () => {
  it('follows the layout of the Python tools', () => {
    const paths = walletPaths('/w', 'mine')
    expect(paths.coldkey).toBe(join('/w', 'mine', 'coldkey'))
    expect(paths.coldkeyPublic).toBe(join('/w', 'mine', 'coldkeypub.txt'))
    expect(paths.hotkey('h')).toBe(join('/w', 'mine', 'hotkeys', 'h'))
    expect(paths.hotkeyPublic('h')).toBe(join('/w', 'mine', 'hotkeys', 'hpub.txt'))
  })

  it.each([
    ['', 'it is empty'],
    ['a/b', 'it holds a path separator'],
    ['a\\b', 'it holds a path separator'],
    ['..', 'it holds ".."'],
    ['a\0b', 'it holds a control character'],
    ['.hidden', 'it begins with a dot'],
    ['minerpub.txt', 'it ends with pub.txt, like the public files'],
    ['é'.repeat(101), 'it exceeds 200 bytes'],
  ])('refuses the name %j', (name, why) => {
    const error = thrownBy(() => walletPaths('/w', name), InvalidWalletNameError)
    expect(error).toMatchObject({ code: 'InvalidWalletName', walletName: name, why })
    expect(error.shortMessage).toContain(`cannot name a wallet or hotkey: ${why}.`)
    expect(() => walletPaths('/w', 'mine').hotkey(name)).toThrow(InvalidWalletNameError)
    expect(() => walletPaths('/w', 'mine').hotkeyPublic(name)).toThrow(InvalidWalletNameError)
  })
})

describe('defaults', () => {
  it('come from the variables of the Python tools', () => {
    expect(defaultWalletRoot({})).toBe(join(homedir(), '.bittensor', 'wallets'))
    expect(defaultWalletRoot({ BT_WALLET_PATH: '/somewhere' })).toBe('/somewhere')
    expect(defaultWalletRoot({ BT_WALLET_PATH: '~/keys' })).toBe(join(homedir(), 'keys'))
    expect(defaultWalletName({})).toBe('default')
    expect(defaultWalletName({ BT_WALLET: 'new' })).toBe('new')
    expect(defaultWalletName({ BT_WALLET_NAME: 'old', BT_WALLET: 'new' })).toBe('old')
    expect(defaultHotkeyName({})).toBe('default')
    expect(defaultHotkeyName({ BT_WALLET_HOTKEY: 'h' })).toBe('h')
  })
})
