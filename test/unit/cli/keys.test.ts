import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { secretbox } from '@noble/ciphers/salsa.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type KeysInspectOptions, keysInspect } from '../../../src/cli/keysInspect.js'
import type { KeysIo } from '../../../src/cli/keysIo.js'
import { keysNew } from '../../../src/cli/keysNew.js'
import { UsageError } from '../../../src/cli/UsageError.js'
import {
  bytesOfHex,
  encodeAddress,
  hexOf,
  InvalidAddressError,
  InvalidMnemonicError,
  InvalidSecretUriError,
  isAddress,
  keyPairFromMnemonic,
  keyPairFromSeed,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  KeyFileExistsError,
  KeyFileNotFoundError,
  MalformedKeyFileError,
  openWallet,
  passwordVariable,
  secretKeyFile,
  UnsafePathError,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { vaultFile } from '../wallet/olderFiles.js'
import { rejection } from '../wallet/rejection.js'
import { temporaryFolder } from '../wallet/temporaryFolder.js'

const alice = keyPairFromUri('//Alice')
const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const secretHex = hexOf(alice.revealSecret().secretKey)

/** A terminal that keeps what is written and answers questions from a list. */
function terminal(answers: readonly string[] = []): KeysIo & { lines: string[]; notes: string[] } {
  const [lines, notes, left]: [string[], string[], string[]] = [[], [], [...answers]]
  return {
    lines,
    notes,
    write: (line) => lines.push(line),
    note: (line) => notes.push(line),
    askSecret: async () => left.shift() ?? '',
    environment: {},
  }
}

async function inspected(options: KeysInspectOptions, answers: readonly string[] = []): Promise<string[]> {
  const io = terminal(answers)
  await keysInspect(options, io)
  return io.lines
}

const field = (lines: readonly string[], name: string): string | undefined =>
  lines.find((line) => line.startsWith(name))?.slice(12)

describe('keys new', () => {
  it('prints an account that its mnemonic gives', async () => {
    const io = terminal()
    await keysNew({}, io)
    const mnemonic = field(io.lines, 'mnemonic')!
    expect(mnemonic.split(' ')).toHaveLength(12)
    expect(field(io.lines, 'address')).toBe(keyPairFromMnemonic(mnemonic).address)
    expect(field(io.lines, 'scheme')).toBe('sr25519')
  })

  it('makes another key each time, of the scheme and length asked for', async () => {
    const [first, second] = [terminal(), terminal()]
    await keysNew({ words: 24, scheme: 'ed25519' }, first)
    await keysNew({ words: 24, scheme: 'ed25519' }, second)
    const mnemonic = field(first.lines, 'mnemonic')!
    expect(mnemonic.split(' ')).toHaveLength(24)
    expect(field(first.lines, 'address')).toBe(keyPairFromMnemonic(mnemonic, { scheme: 'ed25519' }).address)
    expect(field(second.lines, 'mnemonic')).not.toBe(mnemonic)
  })

  it('writes a hotkey into a wallet, once', async () => {
    const root = await temporaryFolder()
    const options = { wallet: 'mine', hotkey: 'miner', root }
    const io = terminal()
    await keysNew(options, io)
    const wallet = openWallet({ root, name: 'mine', hotkey: 'miner', environment: {} })
    expect(field(io.lines, 'file')).toBe(wallet.paths.hotkey('miner'))
    expect((await wallet.loadHotkey()).address).toBe(field(io.lines, 'address'))
    const { message, cause } = await rejection(keysNew(options, terminal()), UsageError)
    expect(message).toContain(`${wallet.paths.hotkey('miner')} exists already; nothing was written.`)
    expect(message).toContain('pass --overwrite if')
    expect(message).not.toContain('true')
    expect(cause).toBeInstanceOf(KeyFileExistsError)
  })

  it('writes a coldkey in the clear only when that is said', async () => {
    const root = await temporaryFolder()
    const options = { wallet: 'mine', coldkey: true, root }
    const differing = keysNew(options, terminal(['one password', 'another']))
    expect((await rejection(differing, UsageError)).message).toContain('the same password twice')
    const io = terminal()
    await keysNew({ ...options, unencrypted: true }, io)
    const coldkey = await openWallet({ root, name: 'mine', environment: {} }).unlockColdkey()
    expect(coldkey.address).toBe(field(io.lines, 'address'))
  })

  it.each([
    [{ words: 13 }, '--words'],
    [{ hotkey: 'h' }, '--hotkey'],
    [{ coldkey: true }, '--coldkey'],
    [{ root: '/w' }, '--root'],
    [{ overwrite: true }, '--overwrite'],
    [{ unencrypted: true }, '--unencrypted'],
    [{ wallet: 'w' }, '--hotkey'],
    [{ wallet: 'w', hotkey: 'h', coldkey: true }, '--hotkey'],
    [{ wallet: 'w', hotkey: 'h', unencrypted: true }, '--unencrypted'],
    [{ wallet: 'w', hotkey: 'h', passwordFromEnvironment: true }, '--password-from-env'],
    [{ wallet: 'w', coldkey: true, unencrypted: true, passwordFromEnvironment: true }, '--unencrypted'],
  ])('refuses %j, whose options would change nothing or contradict each other', async (options, name) => {
    expect((await rejection(keysNew(options, terminal()), UsageError)).field).toBe(name)
  })

  it('takes no empty password, and names the variables that could hold one', async () => {
    const root = await temporaryFolder()
    const options = { wallet: 'mine', coldkey: true, root }
    expect((await rejection(keysNew(options, terminal([' '])), UsageError)).message).toContain(
      'at least one character',
    )
    const unset = keysNew({ ...options, passwordFromEnvironment: true }, terminal())
    const { message } = await rejection(unset, UsageError)
    expect(message).toContain(passwordVariable(join(root, 'mine', 'coldkey')))
    expect(message).toContain('BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE')
    expect(await readdir(root)).toEqual([])
  })

  it('knows ~ in the folder of the wallets', async () => {
    const folder = await mkdtemp(join(homedir(), '.subnetkit-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const io = terminal()
    await keysNew({ wallet: 'mine', hotkey: 'miner', root: `~/${basename(folder)}` }, io)
    expect(field(io.lines, 'file')).toBe(join(folder, 'mine', 'hotkeys', 'miner'))
    expect(await inspected({ target: `~/${basename(folder)}/mine/hotkeys/miner` })).toContain(
      'kind        key file',
    )
  })
})

describe('keys inspect', () => {
  it('tells the public key of an address and the address of a public key', async () => {
    for (const target of [alice.address, hexOf(alice.publicKey), `0x${hexOf(alice.publicKey)}`]) {
      const lines = await inspected({ target })
      expect(field(lines, 'kind')).toBe(isAddress(target) ? 'address' : 'public key')
      expect(field(lines, 'address')).toBe(alice.address)
      expect(field(lines, 'public key')).toBe(`0x${hexOf(alice.publicKey)}`)
    }
  })

  it('shows the secret of a URI only when asked', async () => {
    const plain = await inspected({ target: '//Alice' })
    expect(field(plain, 'kind')).toBe('secret URI')
    expect(plain.join('\n')).not.toContain(secretHex)
    const shown = await inspected({ target: '//Alice', showSecret: true })
    expect(field(shown, 'secret key')).toBe(`0x${secretHex}`)
  })

  it('asks for the URI when the target is a dash', async () => {
    expect(field(await inspected({ target: '-' }, ['//Bob']), 'address')).toBe(
      keyPairFromUri('//Bob').address,
    )
  })

  it('reads key files, plain and encrypted', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'plain'), secretKeyFile(alice))
    await writeFile(join(folder, 'vault'), vaultFile)
    const plain = await inspected({ target: join(folder, 'plain') })
    expect(plain.slice(0, 4)).toEqual([
      'kind        key file',
      'encryption  none',
      'holds       a secret key',
      `address     ${alice.address}`,
    ])
    expect(plain.join('\n')).not.toContain(secretHex)
    const target = join(folder, 'vault')
    const vault = await inspected({ target, showSecret: true }, [' test-password '])
    expect(field(vault, 'encryption')).toBe('ansible-vault')
    expect(field(vault, 'secret key')).toBe(`0x${secretHex}`)
    await rejection(inspected({ target }, ['guess']), WrongPasswordError)
  })

  it('warns of a secret that others can read', async () => {
    const path = join(await temporaryFolder(), 'key')
    await writeFile(path, secretKeyFile(alice), { mode: 0o644 })
    const json = JSON.stringify({ encoded: '', encoding: { content: ['pkcs8', 'sr25519'], version: '3' } })
    await writeFile(`${path}.json`, json, { mode: 0o644 })
    const io = terminal()
    await keysInspect({ target: path }, io)
    await rejection(keysInspect({ target: `${path}.json` }, io), MalformedKeyFileError)
    expect(io.notes.filter((note) => note.includes('this machine (mode 644)'))).toHaveLength(2)
  })

  it('reads exports of browser wallets, asking for a password only where there is one', async () => {
    const path = join(await temporaryFolder(), 'account.json')
    const seed = new Uint8Array(32).fill(9)
    const pair = keyPairFromSeed(seed)
    const plain = `3053020101300506032b657004220420${hexOf(seed)}a123032100${hexOf(pair.publicKey)}`
    const nonce = new Uint8Array(24)
    const key = new Uint8Array(32)
    key.set(new TextEncoder().encode('secret'))
    const box = hexOf(nonce) + hexOf(secretbox(key, nonce).seal(bytesOfHex(plain)))
    const json = (encoded: string, type: string): string =>
      JSON.stringify({
        encoded: `0x${encoded}`,
        encoding: { content: ['pkcs8', 'sr25519'], type: [type], version: '3' },
        address: encodeAddress(pair.publicKey, 0),
      })
    await writeFile(path, json(plain, 'none'))
    const open = await inspected({ target: path })
    expect(open.slice(0, 4)).toEqual([
      'kind        browser export',
      'encryption  none',
      'holds       a secret key',
      `address     ${pair.address}`,
    ])
    await writeFile(path, json(box, 'xsalsa20-poly1305'))
    expect(field(await inspected({ target: path }, ['secret']), 'address')).toBe(pair.address)
    await rejection(inspected({ target: path }, ['guess']), WrongPasswordError)
  })

  it('tells an address of another network, and the one of the same key here', async () => {
    for (const prefix of [0, 2, 13_116]) {
      const io = terminal()
      await keysInspect({ target: encodeAddress(alice.publicKey, prefix) }, io)
      expect(field(io.lines, 'kind')).toBe('address of another network')
      expect(field(io.lines, 'prefix')).toBe(String(prefix))
      expect(field(io.lines, 'address')).toBe(alice.address)
      expect(io.notes).toEqual([
        `It is an address of another network (prefix ${prefix} instead of 42); here its key has the address below.`,
      ])
    }
  })
})

describe('what keys inspect cannot read', () => {
  const ALICE = alice.address

  it.each([
    ['spaces', `${ALICE.slice(0, 20)} ${ALICE.slice(20)}`],
    ['spaces', ` ${ALICE}`],
    ['spaces', `${ALICE}\n`],
    ['spaces', `${ALICE}\u200b`],
    ['spaces', encodeAddress(alice.publicKey, 13_116).replace(/^(.{9})/, '$1 ')],
    ['checksum', ALICE.replace('w', 'x')],
    ['checksum', `${ALICE.slice(0, -1)}Z`],
    ['length', ALICE.slice(0, -1)],
    ['length', `${ALICE}1`],
    ['alphabet', ALICE.replace('w', '0')],
  ])('is told as an address with its fault: %s', async (fault, target) => {
    expect((await rejection(inspected({ target }), InvalidAddressError)).fault).toBe(fault)
  })

  it.each([
    '/home/nobody/.bittensor/wallets/default/coldkey',
    './coldkey',
    '../coldkey',
    'wallets/default/coldkey',
    'no-such-file.json',
    'my wallet/coldkey',
    '~/no-such-folder/coldkey',
    'C:\\wallets\\coldkey',
    '/Alice',
    `/${'x'.repeat(300)}`,
  ])('is told as a path that does not exist: %.40s', async (target) => {
    const error = await rejection(inspected({ target }), KeyFileNotFoundError)
    expect(error.path).toBe(target)
    expect(error.message).not.toMatch(/mnemonic|secret URI/)
  })

  it('is told as a folder, a link, or a home that is not ours', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'wallet'))
    await symlink(join(folder, 'wallet'), join(folder, 'link'))
    const error = await rejection(inspected({ target: join(folder, 'wallet') }), UsageError)
    expect(error.message).toBe('TARGET: it is a folder: name a file in it')
    await rejection(inspected({ target: join(folder, 'link') }), UnsafePathError)
    await rejection(inspected({ target: '~nobody/coldkey' }), InvalidArgumentError)
  })

  it.each(['//', '//Alice/', `0x${'00'.repeat(31)}//Alice`])(
    'is told as a secret URI: %s',
    async (target) => {
      await rejection(inspected({ target }), InvalidSecretUriError)
    },
  )

  it.each([
    ['a space and a wrong letter', '5GrwvaEF5zXb26Fz9rcQpDWS57 CtERHpNehXCPcNoHGKutQZ', 'spaces'],
    ['quotes around it', '"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"', 'alphabet'],
    ['the end of a sentence', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ.', 'alphabet'],
  ])('is told as an address with %s', async (_, target, fault) => {
    expect(await rejection(inspected({ target }), InvalidAddressError)).toMatchObject({ fault })
  })

  it.each([
    [`./${PHRASE}`, './(not shown)'],
    [`${PHRASE.split(' ').slice(0, 4).join(' ')}//Alice`, '(not shown)//Alice'],
    [`${secretHex.slice(0, 64)}//Alice`, '(not shown)//Alice'],
  ])('is no path that shows a secret: %.20s', async (target, path) => {
    const error = await rejection(inspected({ target }), KeyFileNotFoundError)
    expect(error.path).toBe(path)
    expect(error.message).toContain(`There is no key file ${path}.`)
  })

  it('is told as a mnemonic where it has many words', async () => {
    await rejection(inspected({ target: 'abandon '.repeat(11).trim() }), InvalidMnemonicError)
    await rejection(inspected({ target: `${'abandon '.repeat(11)}nonsense//Alice` }), InvalidMnemonicError)
  })

  it.each([
    ['0xd43593c7', 'there is no file of this name, and it is no address, public key or secret URI'],
    [hexOf(alice.publicKey).slice(1), 'a public key has 64 hexadecimal digits, not 63'],
    [`0x${hexOf(alice.publicKey)}00`, 'a public key has 64 hexadecimal digits, not 66'],
    [secretHex, 'a public key has 64 hexadecimal digits, not 128'],
    ['coldkey', 'there is no file of this name, and it is no address, public key or secret URI'],
    ['hunter2 hunter3', 'there is no file of this name, and it is no address, public key or secret URI'],
  ])('is never shown where it may be a secret: %.20s', async (target, problem) => {
    const error = await rejection(inspected({ target }), UsageError)
    expect(error.message).toBe(`TARGET: ${problem}`)
  })

  it('is told where its keys are when it is the name of a wallet', async () => {
    const root = await temporaryFolder()
    await keysNew({ wallet: 'mine', hotkey: 'miner', root }, terminal())
    const io = { ...terminal(), environment: { BT_WALLET_PATH: root } }
    const error = await rejection(keysInspect({ target: 'mine' }, io), UsageError)
    expect(error.message).toBe(
      `TARGET: there is a wallet of this name: name a file in ${join(root, 'mine')}, such as ${join(root, 'mine', 'hotkeys', 'miner')}`,
    )
    await keysNew({ wallet: 'mine', coldkey: true, unencrypted: true, root }, terminal())
    const { message } = await rejection(keysInspect({ target: 'mine' }, io), UsageError)
    expect(message).toContain(`such as ${join(root, 'mine', 'coldkeypub.txt')}`)
    expect((await rejection(keysInspect({ target: 'yours' }, io), UsageError)).message).toContain(
      'there is no file of this name',
    )
  })
})
