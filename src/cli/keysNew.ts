import { randomBytes } from 'node:crypto'
import { generateMnemonic, type KeyPair, type KeyScheme, keyPairFromMnemonic } from '../crypto/index.js'
import { printableName } from '../errors/index.js'
import { KeyFileExistsError, openWallet, type Wallet } from '../wallet/index.js'
import { derivationNotes, type KeysIo, notesOf, passwordFor, writeAccount } from './keysIo.js'
import { UsageError } from './UsageError.js'

/** `subnetkit keys new`. */
export interface KeysNewOptions {
  readonly scheme?: KeyScheme
  /** 12, 15, 18, 21 or 24; 12 unless given. */
  readonly words?: number
  /** Write to this wallet instead of only printing; `hotkey` or `coldkey` says what. */
  readonly wallet?: string
  readonly root?: string
  /** Name of the hotkey to write. */
  readonly hotkey?: string
  /** Write the wallet's coldkey. */
  readonly coldkey?: boolean
  /** Store a coldkey without a password. */
  readonly unencrypted?: boolean
  /** Take the password from the environment instead of asking. */
  readonly passwordFromEnvironment?: boolean
  readonly overwrite?: boolean
}

interface NewKey {
  readonly keyPair: KeyPair
  readonly mnemonic: string
}

/**
 * Makes a key from fresh randomness and prints its mnemonic and address, or writes it into a wallet.
 *
 * @throws UsageError for options that do not go together, and the errors of `subnetkit/wallet`.
 */
export async function keysNew(options: KeysNewOptions, io: KeysIo): Promise<void> {
  checkTogether(options)
  const mnemonic = generateMnemonic(new Uint8Array(randomBytes(entropyLength(options.words ?? 12))))
  const keyPair = keyPairFromMnemonic(mnemonic, { scheme: options.scheme ?? 'sr25519' })
  if (options.wallet !== undefined) {
    const stored = storeKey(options, options.wallet, { keyPair, mnemonic }, io)
    io.write(`file        ${await stored.catch(sayHowToReplace)}`)
  }
  writeAccount(keyPair, io)
  io.write(`mnemonic    ${mnemonic}`)
  io.note('Write the mnemonic down and keep it secret: it is the key.')
}

/** At a keyboard there are options, not arguments. */
function sayHowToReplace(error: unknown): never {
  if (!(error instanceof KeyFileExistsError)) throw error
  const path = printableName(error.path, 300)
  const problem = `the key file ${path} exists already; nothing was written. Choose another name, or pass --overwrite if the key in it may be lost for ever`
  throw new UsageError({ field: '--wallet', problem, cause: error })
}

/** An option that would change nothing is refused: whoever gave it expects that it does. */
function checkTogether(options: KeysNewOptions): void {
  const given = {
    hotkey: options.hotkey !== undefined,
    coldkey: options.coldkey === true,
    root: options.root !== undefined,
    unencrypted: options.unencrypted === true,
    'password-from-env': options.passwordFromEnvironment === true,
    overwrite: options.overwrite === true,
  }
  const refuse = (option: string, problem: string): never => {
    throw new UsageError({ field: `--${option}`, problem })
  }
  if (options.wallet === undefined) {
    const lost = Object.entries(given).find(([, isGiven]) => isGiven)?.[0]
    if (lost !== undefined) refuse(lost, 'name the wallet to write to with --wallet')
    return
  }
  if (given.hotkey === given.coldkey) refuse('hotkey', 'say either --hotkey NAME or --coldkey')
  const ofColdkeys = (['unencrypted', 'password-from-env'] as const).find((name) => given[name])
  if (given.hotkey && ofColdkeys !== undefined)
    refuse(ofColdkeys, 'hotkeys are stored without a password: leave it out')
  if (given.unencrypted && given['password-from-env']) {
    refuse('unencrypted', 'leave out either it or --password-from-env')
  }
}

async function storeKey(options: KeysNewOptions, name: string, key: NewKey, io: KeysIo): Promise<string> {
  const { root, hotkey, unencrypted } = options
  const wallet = openWallet({
    name,
    ...(root === undefined ? {} : { root }),
    ...(hotkey === undefined ? {} : { hotkey }),
    environment: io.environment,
    logger: notesOf(io),
  })
  const request = { ...key, overwrite: options.overwrite === true, ...derivationNotes(io) }
  if (hotkey !== undefined) {
    await wallet.createHotkey(request)
    return wallet.paths.hotkey(hotkey)
  }
  if (unencrypted) await wallet.createColdkey({ ...request, unencrypted: true })
  else await wallet.createColdkey({ ...request, password: await newPassword(options, wallet, io) })
  return wallet.paths.coldkey
}

async function newPassword(options: KeysNewOptions, wallet: Wallet, io: KeysIo): Promise<string> {
  const isFromEnvironment = options.passwordFromEnvironment === true
  io.note('The format uses one salt for everybody: choose a password nobody else would.')
  const password = await passwordFor(wallet.paths.coldkey, isFromEnvironment, io)
  if (password === '') throw new UsageError({ field: 'password', problem: 'type at least one character' })
  if (isFromEnvironment) return password
  const again = (await io.askSecret('The same password again: ')).trim()
  if (again !== password) throw new UsageError({ field: 'password', problem: 'type the same password twice' })
  return password
}

function entropyLength(words: number): number {
  if ([12, 15, 18, 21, 24].includes(words)) return (words / 3) * 4
  throw new UsageError({ field: '--words', problem: 'choose 12, 15, 18, 21 or 24' })
}
