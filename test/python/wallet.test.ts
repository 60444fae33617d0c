import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  bytesOfHex,
  generateMnemonic,
  hexOf,
  type KeyPair,
  keyPairFromMnemonic,
  parseAddress,
  publicKeyOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { encryptionOf, openWallet, WrongPasswordError } from '../../src/wallet/index.js'
import { testNeeding } from '../support/requirement.js'
import { rejection } from '../unit/wallet/rejection.js'
import { temporaryFolder } from '../unit/wallet/temporaryFolder.js'
import { askPython, pythonPeer } from './peers.js'

/*
 * Wallets exchanged with the package that the Python tools read and write theirs with: an encrypted coldkey, its public part, and a plain hotkey.
 */

const peer = pythonPeer('wallet')
/** What is signed on either side. */
const message = new TextEncoder().encode('message')
/** Each derivation takes 512 MiB and some seconds, on either side. */
const LONG_MS = 240_000

/** Letters of several scripts, and what shells and formats trip over. */
const password = `Grüße, 世界 🔑 ' " \\ $HOME`
/** The same to the eye: the letters are spelt with combining marks, so the bytes are others. */
const otherPassword = password.normalize('NFD')

interface Described {
  readonly address: string
  readonly publicKey: string
  readonly signature: string
}

type Loaded = { readonly coldkey: Described; readonly coldkeypub: string; readonly hotkey: Described }

const python = (command: string, request: object) => askPython(peer, 'wallet.py', { command, ...request })

async function setting() {
  const place = { root: await temporaryFolder(), name: 'shared', hotkey: 'miner' }
  const mnemonics = { coldkeyMnemonic: generateMnemonic(), hotkeyMnemonic: generateMnemonic() }
  const coldkey = keyPairFromMnemonic(mnemonics.coldkeyMnemonic)
  const hotkey = keyPairFromMnemonic(mnemonics.hotkeyMnemonic)
  return { place, wallet: openWallet({ ...place, environment: {} }), mnemonics, coldkey, hotkey }
}

/** The pair that Python describes is this one, and its signature is good here. */
function expectSame(described: Described, pair: KeyPair): void {
  expect(described).toMatchObject({ address: pair.address, publicKey: hexOf(pair.publicKey) })
  const { signature } = described
  expect(
    verifySignature({
      scheme: 'sr25519',
      publicKey: publicKeyOf(parseAddress(described.address)),
      message,
      signature: bytesOfHex(signature),
    }),
  ).toBe(true)
}

describe('a wallet', () => {
  testNeeding(
    peer,
    'that Python made opens here, with its password only',
    async () => {
      const { place, wallet, mnemonics, coldkey, hotkey } = await setting()
      const made = await python('create', { ...place, ...mnemonics, password })
      expect(made).toEqual({ coldkey: coldkey.address, hotkey: hotkey.address })
      expect(encryptionOf(await readFile(wallet.paths.coldkey))).toBe('nacl')
      const opened = { coldkey: await wallet.unlockColdkey({ password }), hotkey: await wallet.loadHotkey() }
      expect([opened.coldkey.address, opened.hotkey.address]).toEqual([coldkey.address, hotkey.address])
      expect((await wallet.coldkeyPublic()).address).toBe(coldkey.address)
      expect(await wallet.listHotkeys()).toEqual(['miner'])
      for (const pair of [opened.coldkey, opened.hotkey]) {
        const signature = hexOf(pair.sign(message))
        expect(await python('verify', { address: pair.address, signature })).toEqual({ isGood: true })
      }
      await rejection(wallet.unlockColdkey({ password: otherPassword }), WrongPasswordError)
    },
    LONG_MS,
  )

  testNeeding(
    peer,
    'made here opens in Python',
    async () => {
      const { place, wallet, mnemonics, coldkey, hotkey } = await setting()
      await wallet.createColdkey({ keyPair: coldkey, mnemonic: mnemonics.coldkeyMnemonic, password })
      await wallet.createHotkey({ keyPair: hotkey, mnemonic: mnemonics.hotkeyMnemonic })
      const loaded = (await python('load', { ...place, password })) as Loaded
      expect(loaded).not.toHaveProperty('error')
      expectSame(loaded.coldkey, coldkey)
      expectSame(loaded.hotkey, hotkey)
      expect(loaded.coldkeypub).toBe(coldkey.address)
    },
    LONG_MS,
  )
})

describe('words', () => {
  testNeeding(peer, 'make the same key pair on both sides', async () => {
    for (const bytes of [16, 20, 24, 28, 32]) {
      const mnemonic = generateMnemonic(crypto.getRandomValues(new Uint8Array(bytes)))
      expectSame((await python('regenerate', { mnemonic })) as Described, keyPairFromMnemonic(mnemonic))
    }
  })
})
