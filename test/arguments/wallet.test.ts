import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hexOf, keyPairFromSeed, keyPairFromUri } from 'subnetkit/crypto'
import { silentLogger } from 'subnetkit/log'
import * as wallet from 'subnetkit/wallet'
import { afterAll } from 'vitest'
import { fernetFile, vaultFile } from '../unit/wallet/olderFiles.js'
import { describeRefusals } from './refuses.js'

const root = mkdtempSync(join(tmpdir(), 'subnetkit-arguments-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const alice = keyPairFromUri('//Alice')
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const plainFile = (): Uint8Array => wallet.secretKeyFile(alice)
const aborted = (): AbortSignal => AbortSignal.abort()
/** Of work that ends before its seconds of derivation begin. */
const untilAborted = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'AbortedError')) throw error
  })
}
const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const OTHER_PHRASE = 'old leopard transfer rib spatial phone calm indicate online fire caution review'
/** Without a password: the key as it is, in the older form that holds a seed. */
const browserExport = (): string => {
  const pair = keyPairFromSeed(new Uint8Array(32).fill(9))
  const hex = `3053020101300506032b657004220420${'09'.repeat(32)}a123032100${hexOf(pair.publicKey)}`
  const encoding = { content: ['pkcs8', 'sr25519'], type: ['none'], version: '3' }
  return JSON.stringify({ encoded: `0x${hex}`, encoding })
}
/** Right options without a signal would pay for the key: one is added that ends it at once. */
const ending = (options: wallet.EncryptOptions | undefined): wallet.EncryptOptions => {
  const isRight = options === undefined || Object.prototype.toString.call(options) === '[object Object]'
  return isRight && options?.signal === undefined ? { ...options, signal: aborted() } : options!
}
/** A key pair's own fields are its own. */
const ofKeyPair = ['options.keyPair.unheardOf', 'options.clock.unheardOf', 'options.logger.unheardOf']
const clock = { now: () => 0, setTimer: () => ({ cancel: () => {} }), hold: (work: () => unknown) => work() }
const derivation = () => ({ onProgress: () => {}, signal: aborted(), clock })
const derivationPaths = ['onProgress', 'signal', 'clock'].map((name) => `options.${name}`)
const badNames = ['', '../x', 'a/b', 'mi\u200bner', ' x']
const badPaths = ['', 'a\0b', '~somebody/x']

const opened = (): wallet.Wallet =>
  wallet.openWallet({ root, name: 'mine', hotkey: 'miner', environment: {}, logger: silentLogger })
const unlock = () => ({ ...derivation(), password: 'test-password', passwordEnvironment: { A: 'b' } })
const unlockPaths = [
  ...derivationPaths,
  'options.password',
  'options.passwordEnvironment',
  'options.passwordEnvironment.A',
]
const openOptions = () => ({ root, name: 'mine', hotkey: 'h', environment: { A: 'b' }, logger: silentLogger })
const openEntry = {
  params: ['options'],
  args: () => [openOptions()],
  optional: ['options', 'root', 'name', 'hotkey', 'environment', 'logger'].map((name) =>
    name === 'options' ? name : `options.${name}`,
  ),
  free: [...ofKeyPair, 'options.environment'],
  secrets: ['options'],
  alsoRight: { options: [{}] },
  alsoWrong: {
    'options.root': badPaths,
    'options.name': badNames,
    'options.hotkey': badNames,
    'options.environment': ['a', 5, null],
  },
}
await opened().createHotkey({ keyPair: alice })
await opened().createColdkey({ keyPair: alice, unencrypted: true })

const store = () => ({ ...derivation(), keyPair: alice, overwrite: true })
const storePaths = [...derivationPaths, 'options.mnemonic', 'options.overwrite']

describeRefusals('wallet', wallet, {
  importBrowserExport: {
    params: ['json', 'password'],
    args: () => [browserExport(), 'p'],
    call: wallet.importBrowserExport,
    optional: ['password'],
    secrets: ['json', 'password'],
  },
  deriveNaclKey: {
    params: ['password', 'options'],
    args: () => ['test-password', derivation()],
    call: (password: string, options?: wallet.KeyDerivationOptions) =>
      untilAborted(wallet.deriveNaclKey(password, ending(options))),
    optional: ['options', ...derivationPaths],
    free: ofKeyPair,
    alsoRight: { options: [{}] },
    secrets: ['password', 'options'],
    alsoWrong: { password: [''] },
  },
  obfuscatePassword: {
    params: ['variable', 'password'],
    args: () => ['BT_PW_X', 'p'],
    call: wallet.obfuscatePassword,
    secrets: ['variable', 'password'],
    alsoWrong: { variable: [''] },
  },
  revealPassword: {
    params: ['variable', 'hidden'],
    args: () => ['BT_PW_X', 'MjEy'],
    call: wallet.revealPassword,
    secrets: ['variable', 'hidden'],
    alsoWrong: { variable: [''] },
  },
  passwordVariable: {
    params: ['path'],
    args: () => ['/w/coldkey'],
    call: wallet.passwordVariable,
    secrets: ['path'],
    alsoWrong: { path: badPaths },
  },
  passwordFromEnvironment: {
    params: ['path', 'environment', 'options'],
    args: () => ['/w/coldkey', { A: 'b' }, { logger: silentLogger }],
    call: wallet.passwordFromEnvironment,
    optional: ['environment.A', 'options', 'options.logger'],
    free: ['environment.unheardOf', ...ofKeyPair],
    secrets: ['path', 'environment', 'options'],
    alsoRight: { environment: [{}], options: [{}] },
    alsoWrong: { path: badPaths },
  },
  encryptionOf: { params: ['file'], args: () => [plainFile()], call: wallet.encryptionOf, secrets: ['file'] },
  openKeyFile: {
    params: ['file', 'options'],
    args: () => [plainFile(), { ...derivation(), password: 'p' }],
    call: wallet.openKeyFile,
    optional: ['options', ...derivationPaths, 'options.password'],
    free: ofKeyPair,
    secrets: ['file', 'options'],
    alsoRight: { options: [{}], 'options.password': [() => 'p'] },
  },
  loadKeyFile: {
    params: ['path', 'options'],
    args: () => [opened().paths.hotkey('miner'), { ...unlock(), logger: silentLogger }],
    call: wallet.loadKeyFile,
    optional: ['options', ...unlockPaths, 'options.logger'],
    free: [...ofKeyPair, 'options.passwordEnvironment.unheardOf'],
    secrets: ['path', 'options'],
    alsoRight: { options: [{}], 'options.password': [() => 'p'], 'options.passwordEnvironment': [{}] },
    alsoWrong: { path: ['', 'a\0b'] },
  },
  kindOfPath: {
    params: ['path'],
    args: () => [root],
    call: wallet.kindOfPath,
    secrets: ['path'],
    alsoWrong: { path: badPaths },
  },
  parseKeyFile: {
    params: ['plain'],
    args: () => [plainFile()],
    call: wallet.parseKeyFile,
    secrets: ['plain'],
  },
  publicKeyFile: {
    params: ['key'],
    args: () => [{ publicKey: alice.publicKey, address: alice.address, scheme: 'sr25519' }],
    call: wallet.publicKeyFile,
    free: ['key.unheardOf'],
    secrets: ['key'],
    alsoWrong: { 'key.publicKey': [new Uint8Array(31)], 'key.scheme': ['rsa'], 'key.address': ['5Grw'] },
  },
  secretKeyFile: {
    params: ['keyPair', 'mnemonic'],
    args: () => [keyPairFromUri(PHRASE), PHRASE],
    call: wallet.secretKeyFile,
    optional: ['mnemonic'],
    free: ['keyPair.unheardOf'],
    secrets: ['keyPair', 'mnemonic'],
    alsoWrong: { mnemonic: ['', 'not a mnemonic', OTHER_PHRASE] },
  },
  decryptNacl: {
    params: ['file', 'password', 'options'],
    args: () => [utf8(`$NACL${'x'.repeat(100)}`), 'p', derivation()],
    call: (bytes: Uint8Array, password: string, options?: wallet.EncryptOptions) =>
      untilAborted(wallet.decryptNacl(bytes, password, ending(options))),
    optional: ['options', ...derivationPaths],
    free: ofKeyPair,
    alsoRight: { options: [{}] },
    secrets: ['file', 'password', 'options'],
    alsoWrong: { password: [''] },
  },
  encryptNacl: {
    params: ['plain', 'password', 'options'],
    args: () => [plainFile(), 'p', { ...derivation(), nonce: new Uint8Array(24) }],
    call: (bytes: Uint8Array, password: string, options?: wallet.EncryptOptions) =>
      untilAborted(wallet.encryptNacl(bytes, password, ending(options))),
    optional: ['options', ...derivationPaths, 'options.nonce'],
    free: ofKeyPair,
    alsoRight: { options: [{}] },
    secrets: ['plain', 'password', 'options'],
    alsoWrong: { password: [''], 'options.nonce': [new Uint8Array(23)] },
  },
  decryptAnsibleVault: {
    params: ['file', 'password', 'signal'],
    args: () => [utf8(vaultFile), 'test-password', new AbortController().signal],
    call: wallet.decryptAnsibleVault,
    optional: ['signal'],
    secrets: ['file', 'password', 'signal'],
  },
  decryptFernet: {
    params: ['file', 'password', 'signal'],
    args: () => [utf8(fernetFile), 'test-password', aborted()],
    call: (...args: Parameters<typeof wallet.decryptFernet>) => untilAborted(wallet.decryptFernet(...args)),
    free: ['signal'],
    secrets: ['file', 'password', 'signal'],
  },
  deriveFernetKey: {
    params: ['password', 'signal'],
    args: () => ['test-password', aborted()],
    call: (...args: Parameters<typeof wallet.deriveFernetKey>) =>
      untilAborted(wallet.deriveFernetKey(...args)),
    free: ['signal'],
    secrets: ['password', 'signal'],
  },
  readKeyBytes: {
    params: ['path'],
    args: () => [opened().paths.hotkey('miner')],
    call: wallet.readKeyBytes,
    secrets: ['path'],
    alsoWrong: { path: ['', 'a\0b'] },
  },
  writeKeyBytes: {
    params: ['path', 'bytes', 'options'],
    args: () => [join(root, 'raw'), new Uint8Array(3), { overwrite: true }],
    call: wallet.writeKeyBytes,
    secrets: ['path', 'bytes', 'options'],
    alsoWrong: { path: ['', 'a\0b'] },
  },
  openWallet: { ...openEntry, call: wallet.openWallet },
  Wallet: { ...openEntry, call: (options: wallet.OpenWalletOptions) => new wallet.Wallet(options) },
  'Wallet#listHotkeys': 'takes nothing',
  'Wallet#coldkeyPublic': 'takes nothing',
  'Wallet#hotkeyPublic': {
    params: ['name'],
    args: () => ['miner'],
    call: (name: string) => opened().hotkeyPublic(name),
    optional: ['name'],
    secrets: ['name'],
    alsoWrong: { name: badNames },
  },
  'Wallet#loadHotkey': {
    params: ['options'],
    args: () => [{ ...unlock(), name: 'miner' }],
    call: (options: wallet.LoadHotkeyOptions) => opened().loadHotkey(options),
    optional: ['options', ...unlockPaths, 'options.name'],
    free: [...ofKeyPair, 'options.passwordEnvironment.unheardOf'],
    secrets: ['options'],
    alsoRight: { options: [{}], 'options.password': [() => 'p'], 'options.passwordEnvironment': [{}] },
    alsoWrong: { 'options.name': badNames },
  },
  'Wallet#unlockColdkey': {
    params: ['options'],
    args: () => [unlock()],
    call: (options: wallet.UnlockOptions) => opened().unlockColdkey(options),
    optional: ['options', ...unlockPaths],
    free: [...ofKeyPair, 'options.passwordEnvironment.unheardOf'],
    secrets: ['options'],
    alsoRight: { options: [{}], 'options.password': [() => 'p'], 'options.passwordEnvironment': [{}] },
  },
  'Wallet#createColdkey': {
    params: ['options'],
    args: () => [{ ...store(), unencrypted: true }],
    call: (options: wallet.CreateColdkeyOptions) => opened().createColdkey(options),
    optional: storePaths.filter((path) => path !== 'options.overwrite'),
    free: ofKeyPair,
    secrets: ['options'],
    alsoWrong: {
      'options.unencrypted': [false],
      'options.mnemonic': ['', OTHER_PHRASE],
      'options.password': [''],
    },
  },
  'Wallet#createHotkey': {
    params: ['options'],
    args: () => [{ ...store(), name: 'miner' }],
    call: (options: wallet.CreateHotkeyOptions) => opened().createHotkey(options),
    optional: [...storePaths.filter((path) => path !== 'options.overwrite'), 'options.name'],
    free: ofKeyPair,
    secrets: ['options'],
    alsoWrong: { 'options.name': badNames, 'options.mnemonic': ['', OTHER_PHRASE] },
  },
  defaultHotkeyName: {
    params: ['environment'],
    args: () => [{ A: 'b' }],
    call: wallet.defaultHotkeyName,
    optional: ['environment.A'],
    free: ['environment.unheardOf'],
    secrets: ['environment'],
    alsoRight: { environment: [{}] },
  },
  defaultWalletName: {
    params: ['environment'],
    args: () => [{ A: 'b' }],
    call: wallet.defaultWalletName,
    optional: ['environment.A'],
    free: ['environment.unheardOf'],
    secrets: ['environment'],
    alsoRight: { environment: [{}] },
  },
  defaultWalletRoot: {
    params: ['environment'],
    args: () => [{ A: 'b' }],
    call: wallet.defaultWalletRoot,
    optional: ['environment.A'],
    free: ['environment.unheardOf'],
    secrets: ['environment'],
    alsoRight: { environment: [{}] },
  },
  walletPaths: {
    params: ['root', 'name'],
    args: () => ['/w', 'mine'],
    call: wallet.walletPaths,
    secrets: ['root', 'name'],
    alsoWrong: { root: badPaths, name: badNames },
  },
})
