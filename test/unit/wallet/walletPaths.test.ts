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
    ['a\nb', 'it holds a control character'],
    ['mi\u200bner', 'it holds an invisible character'],
    ['miner\u200d', 'it holds an invisible character'],
    ['\ufeffminer', 'it holds an invisible character'],
    ['miner\u202e', 'it holds an invisible character'],
    ['mi\u00adner', 'it holds an invisible character'],
    ['miner\ufe0f', 'it holds an invisible character'],
    ['mi\u3164ner', 'it holds an invisible character'],
    ['mi\u115fner', 'it holds an invisible character'],
    ['mi\u2800ner', 'it holds an invisible character'],
    ['mi\u00a0ner', 'it holds an invisible character'],
    ['mi\u2003ner', 'it holds an invisible character'],
    ['mi\u2028ner', 'it holds an invisible character'],
    ['miner\u{e0041}', 'it holds an invisible character'],
    ['mi\ud83dner', 'it holds an invisible character'],
    [' miner', 'it begins or ends with a space'],
    ['miner ', 'it begins or ends with a space'],
    [' ', 'it begins or ends with a space'],
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

describe('names', () => {
  it.each(['default', 'my wallet', 'Zürich', 'мир', '鉱夫', 'a~b', '~', '😀'])('may be %s', (name) => {
    expect(walletPaths('/w', name).directory).toBe(join('/w', name))
  })

  it('are shown with what hides in them', () => {
    const error = thrownBy(() => walletPaths('/w', 'mi\u200bner'), InvalidWalletNameError)
    expect(error.message).toContain('"mi\\u200bner" cannot name')
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
