import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import {
  addressOf,
  bytesOfHex,
  generateMnemonic,
  hexOf,
  isAddress,
  type KeyPair,
  type KeyScheme,
  keyPairFromMnemonic,
  keyPairFromUri,
  publicKeyOf,
} from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import {
  type Environment,
  encryptionOf,
  type KeyDerivationProgress,
  openKeyFile,
  openWallet,
  passwordFromEnvironment,
  readKeyBytes,
  type Wallet,
} from '../wallet/index.js'

/** What the key commands need of the terminal. */
export interface KeysIo {
  /** One line of the result. */
  write(line: string): void
  /** One line for the person at the terminal, not part of the result. */
  note(line: string): void
  /** Asks for a line without showing it; absent where nobody can answer. */
  askSecret?(question: string): Promise<string>
  readonly environment: Environment
  readonly signal?: AbortSignal
}

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

/** `subnetkit keys inspect TARGET`. */
export interface KeysInspectOptions {
  /** An address, a public key in hexadecimal, a key file, a secret URI; `-` asks for a secret URI. */
  readonly target: string
  readonly scheme?: KeyScheme
  /** Show mnemonic-free secrets: seed and secret key. */
  readonly showSecret?: boolean
  readonly passwordFromEnvironment?: boolean
}

/**
 * Makes a key from fresh randomness and prints its mnemonic and address, or writes it into a wallet.
 *
 * @throws InvalidArgumentError for options that do not go together, and the errors of `subnetkit/wallet`.
 */
export async function keysNew(options: KeysNewOptions, io: KeysIo): Promise<void> {
  const mnemonic = generateMnemonic(randomBytes(entropyLength(options.words ?? 12)))
  const keyPair = keyPairFromMnemonic(mnemonic, { scheme: options.scheme ?? 'sr25519' })
  if (options.wallet === undefined) {
    if (options.hotkey !== undefined || options.coldkey)
      throw refused('wallet', 'Name the wallet to write to.')
  } else {
    io.write(`file        ${await storeKey(options, options.wallet, { keyPair, mnemonic }, io)}`)
  }
  writeAccount(keyPair, io)
  io.write(`mnemonic    ${mnemonic}`)
  io.note('Write the mnemonic down and keep it secret: it is the key.')
}

/**
 * Says what an address, a public key, a secret URI or a key file is. Secrets are printed only when asked for.
 *
 * @throws the errors of `subnetkit/crypto` and `subnetkit/wallet`.
 */
export async function keysInspect(options: KeysInspectOptions, io: KeysIo): Promise<void> {
  const { target } = options
  if (isAddress(target)) {
    io.write('kind        address')
    writeAccount({ address: target, publicKey: publicKeyOf(target) }, io)
  } else if (/^(0x)?[0-9a-fA-F]{64}$/.test(target)) {
    const publicKey = bytesOfHex(target)
    io.write('kind        public key')
    writeAccount({ address: addressOf(publicKey), publicKey }, io)
  } else if (await isFile(target)) {
    await inspectFile(options, io)
  } else {
    const uri = target === '-' ? await ask('Secret URI: ', io) : target
    const keyPair = keyPairFromUri(uri, { scheme: options.scheme ?? 'sr25519' })
    io.write('kind        secret URI')
    writeAccount(keyPair, io)
    if (options.showSecret) writeSecret(keyPair, io)
  }
}

async function inspectFile(options: KeysInspectOptions, io: KeysIo): Promise<void> {
  const bytes = await readKeyBytes(options.target)
  const encryption = encryptionOf(bytes)
  io.write('kind        key file')
  io.write(`encryption  ${encryption ?? 'none'}`)
  const password = (): Promise<string> => passwordFor(options.target, options.passwordFromEnvironment, io)
  const content = await openKeyFile(bytes, { password, ...derivation(io) })
  io.write(`holds       ${content.keyPair === undefined ? 'an address only' : 'a secret key'}`)
  writeAccount(content, io)
  if (options.showSecret && content.keyPair !== undefined) writeSecret(content.keyPair, io)
}

async function storeKey(
  options: KeysNewOptions,
  walletName: string,
  key: { keyPair: KeyPair; mnemonic: string },
  io: KeysIo,
): Promise<string> {
  const { root, hotkey, coldkey, unencrypted } = options
  if ((hotkey !== undefined) === (coldkey === true)) throw refused('hotkey', 'Say either hotkey or coldkey.')
  const wallet = openWallet({
    name: walletName,
    ...(root === undefined ? {} : { root }),
    ...(hotkey === undefined ? {} : { hotkey }),
    environment: io.environment,
  })
  const request = { ...key, overwrite: options.overwrite === true, ...derivation(io) }
  if (hotkey !== undefined) {
    await wallet.createHotkey(request)
    return wallet.paths.hotkey(hotkey)
  }
  if (unencrypted) await wallet.createColdkey({ ...request, unencrypted: true })
  else await wallet.createColdkey({ ...request, password: await newPassword(options, wallet, io) })
  return wallet.paths.coldkey
}

async function newPassword(options: KeysNewOptions, wallet: Wallet, io: KeysIo): Promise<string> {
  io.note('The format uses one salt for everybody: choose a password nobody else would.')
  const path = wallet.paths.coldkey
  const password = await passwordFor(path, options.passwordFromEnvironment, io)
  if (options.passwordFromEnvironment) return password
  const again = (await ask('The same password again: ', io)).trim()
  if (again !== password) throw refused('password', 'Type the same password twice.')
  return password
}

async function passwordFor(path: string, fromEnvironment: boolean | undefined, io: KeysIo): Promise<string> {
  const found = fromEnvironment ? await passwordFromEnvironment(path, io.environment) : undefined
  // White space at the ends is dropped as the Python tools do at their prompt.
  return found ?? (await ask(`Password for ${path}: `, io)).trim()
}

async function ask(question: string, io: KeysIo): Promise<string> {
  if (io.askSecret !== undefined) return io.askSecret(question)
  throw refused('password', 'Run it in a terminal, or let the password come from the environment.')
}

function writeAccount(key: { address: string; publicKey: Uint8Array; scheme?: KeyScheme }, io: KeysIo): void {
  io.write(`address     ${key.address}`)
  io.write(`public key  0x${hexOf(key.publicKey)}`)
  if (key.scheme !== undefined) io.write(`scheme      ${key.scheme}`)
}

function writeSecret(keyPair: KeyPair, io: KeysIo): void {
  const { seed, secretKey } = keyPair.revealSecret()
  if (seed !== undefined) io.write(`seed        0x${hexOf(seed)}`)
  io.write(`secret key  0x${hexOf(secretKey)}`)
}

function derivation(io: KeysIo): {
  onProgress: (progress: KeyDerivationProgress) => void
  signal?: AbortSignal
} {
  let shown = -1
  const onProgress = ({ fraction }: KeyDerivationProgress): void => {
    const tenth = Math.floor(fraction * 10)
    if (tenth <= shown) return
    shown = tenth
    io.note(`deriving the key: ${tenth * 10}%`)
  }
  return io.signal === undefined ? { onProgress } : { onProgress, signal: io.signal }
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => !facts.isDirectory(),
    () => false,
  )
}

function entropyLength(words: number): number {
  if ([12, 15, 18, 21, 24].includes(words)) return (words / 3) * 4
  throw new InvalidArgumentError({ field: 'words', value: words, remedy: 'Choose 12, 15, 18, 21 or 24.' })
}

function refused(field: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value: 'the options given', remedy })
}
