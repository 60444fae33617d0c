import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type KeysInspectOptions, type KeysIo, keysInspect, keysNew } from '../../../src/cli/keys.js'
import {
  hexOf,
  InvalidSecretUriError,
  isAddress,
  keyPairFromMnemonic,
  keyPairFromUri,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  KeyFileExistsError,
  openWallet,
  secretKeyFile,
  WrongPasswordError,
} from '../../../src/wallet/index.js'
import { vaultFile } from '../wallet/olderFiles.js'
import { rejection } from '../wallet/rejection.js'
import { temporaryFolder } from '../wallet/temporaryFolder.js'

const alice = keyPairFromUri('//Alice')
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
    await rejection(keysNew(options, terminal()), KeyFileExistsError)
  })

  it('writes a coldkey in the clear only when that is said', async () => {
    const root = await temporaryFolder()
    const options = { wallet: 'mine', coldkey: true, root }
    const differing = keysNew(options, terminal(['one password', 'another']))
    expect((await rejection(differing, InvalidArgumentError)).message).toContain('the same password twice')
    const io = terminal()
    await keysNew({ ...options, unencrypted: true }, io)
    const coldkey = await openWallet({ root, name: 'mine', environment: {} }).unlockColdkey()
    expect(coldkey.address).toBe(field(io.lines, 'address'))
  })

  it.each([
    [{ words: 13 }, 'words'],
    [{ hotkey: 'h' }, 'wallet'],
    [{ wallet: 'w' }, 'hotkey'],
    [{ wallet: 'w', hotkey: 'h', coldkey: true }, 'hotkey'],
  ])('refuses %j', async (options, name) => {
    const error = await rejection(keysNew(options, terminal()), InvalidArgumentError)
    expect(error.field).toBe(name)
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

  it('refuses what it cannot read', async () => {
    await rejection(inspected({ target: 'no-such-file.json' }), InvalidSecretUriError)
  })
})
