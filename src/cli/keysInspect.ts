import { addressOf, type KeyPair, type KeyScheme, keyPairFromUri, SS58_PREFIX } from '../crypto/index.js'
import {
  importBrowserExport,
  type LoadedKeyFile,
  loadKeyFile,
  PasswordRequiredError,
  readKeyBytes,
  UnsupportedKeyFileError,
} from '../wallet/index.js'
import { inspectTarget } from './inspectTarget.js'
import { derivationNotes, type KeysIo, notesOf, passwordFor, writeAccount, writeSecret } from './keysIo.js'

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
 * Says what an address, a public key, a secret URI or a key file is. Secrets are printed only when asked for.
 *
 * @throws UsageError for a target that is none of them, saying what is wrong with it, and the errors of `subnetkit/crypto` and
 * `subnetkit/wallet`.
 */
export async function keysInspect(options: KeysInspectOptions, io: KeysIo): Promise<void> {
  if (options.target === '-') return inspectUri(await io.askSecret('Secret URI: '), options, io)
  const target = await inspectTarget(options.target, io.environment)
  if (target.kind === 'secret URI') return inspectUri(options.target, options, io)
  if (target.kind === 'file') return inspectFile(options, io)
  const { publicKey } = target
  if (target.kind === 'address' && target.prefix !== SS58_PREFIX) {
    io.write('kind        address of another network')
    io.write(`prefix      ${target.prefix}`)
    io.note(
      `It is an address of another network (prefix ${target.prefix} instead of ${SS58_PREFIX}); here its key has the address below.`,
    )
  } else {
    io.write(`kind        ${target.kind}`)
  }
  writeAccount({ address: addressOf(publicKey), publicKey }, io)
}

function inspectUri(uri: string, options: KeysInspectOptions, io: KeysIo): void {
  const keyPair = keyPairFromUri(uri, { scheme: options.scheme ?? 'sr25519' })
  io.write('kind        secret URI')
  writeAccount(keyPair, io)
  if (options.showSecret) writeSecret(keyPair, io)
}

async function inspectFile(options: KeysInspectOptions, io: KeysIo): Promise<void> {
  const password = (): Promise<string> => passwordOf(options, io)
  let found: LoadedKeyFile
  try {
    found = await loadKeyFile(options.target, { password, ...derivationNotes(io), logger: notesOf(io) })
  } catch (error) {
    if (!(error instanceof UnsupportedKeyFileError && error.kind === 'browser-export')) throw error
    return inspectExport(options, io)
  }
  io.write('kind        key file')
  io.write(`encryption  ${found.encryption ?? 'none'}`)
  io.write(`holds       ${found.keyPair === undefined ? 'an address only' : 'a secret key'}`)
  writeAccount(found, io)
  if (options.showSecret && found.keyPair !== undefined) writeSecret(found.keyPair, io)
}

async function inspectExport(options: KeysInspectOptions, io: KeysIo): Promise<void> {
  const json = new TextDecoder().decode(await readKeyBytes(options.target))
  const open = async (): Promise<{ keyPair: KeyPair; isEncrypted: boolean }> => {
    try {
      return { keyPair: await importBrowserExport(json), isEncrypted: false }
    } catch (error) {
      if (!(error instanceof PasswordRequiredError)) throw error
      return { keyPair: await importBrowserExport(json, await passwordOf(options, io)), isEncrypted: true }
    }
  }
  const { keyPair, isEncrypted } = await open()
  io.write('kind        browser export')
  io.write(`encryption  ${isEncrypted ? 'password' : 'none'}`)
  io.write('holds       a secret key')
  writeAccount(keyPair, io)
  if (options.showSecret) writeSecret(keyPair, io)
}

function passwordOf(options: KeysInspectOptions, io: KeysIo): Promise<string> {
  return passwordFor(options.target, options.passwordFromEnvironment === true, io)
}
