import { readdir } from 'node:fs/promises'
import type { KeyPair } from '../crypto/index.js'
import type { KeyDerivationOptions } from './deriveNaclKey.js'
import { passwordFromEnvironment } from './environmentPassword.js'
import { type OpenKeyFileOptions, openKeyFile, type PasswordSource } from './keyFile.js'
import { type KeyFileContent, publicKeyFile, secretKeyFile } from './keyFileContent.js'
import { UnsupportedKeyFileError } from './keyFileErrors.js'
import { encryptNacl } from './naclFile.js'
import { PasswordRequiredError } from './passwordErrors.js'
import {
  assertNotSymlink,
  assertWritable,
  KeyFileNotFoundError,
  readKeyBytes,
  writeKeyBytes,
} from './safeFiles.js'
import {
  defaultHotkeyName,
  defaultWalletName,
  defaultWalletRoot,
  type Environment,
  PUBLIC_SUFFIX,
  type WalletPaths,
  walletPaths,
} from './walletPaths.js'

/** Which wallet to open. */
export interface OpenWalletOptions {
  /** The wallets folder; `BT_WALLET_PATH` or `~/.bittensor/wallets` unless given. */
  readonly root?: string
  /** `BT_WALLET_NAME`, `BT_WALLET` or `default` unless given. */
  readonly name?: string
  /** Which hotkey is meant where none is named; `BT_WALLET_HOTKEY` or `default` unless given. */
  readonly hotkey?: string
  /** Where those defaults come from; `process.env` unless given. */
  readonly environment?: Environment
}

/** How to open a secret key of a wallet. */
export interface UnlockOptions extends OpenKeyFileOptions {
  /**
   * Consent to take the password from these variables (`process.env`, say) when `password` is absent;
   * see `passwordFromEnvironment`.
   */
  readonly passwordEnvironment?: Environment
}

/** What to store for a new key. */
export interface StoreKeyOptions extends KeyDerivationOptions {
  readonly keyPair: KeyPair
  /** The words the pair comes from, when they are to be stored with it (no path, no passphrase). */
  readonly mnemonic?: string
  /** Encrypts the file as `$NACL`. */
  readonly password?: string
  /** Replaces files that exist; the keys in them are lost. Refused unless set. */
  readonly overwrite?: boolean
}

/**
 * Opens a wallet of the Python tools' layout. Nothing is read or made yet.
 *
 * @throws InvalidWalletNameError
 *
 * @example
 * ```ts
 * import { openWallet } from 'subnetkit/wallet'
 *
 * const wallet = openWallet({ name: 'default', hotkey: 'miner' })
 * const signer = await wallet.loadHotkey()
 * ```
 */
export function openWallet(options: OpenWalletOptions = {}): Wallet {
  const environment = options.environment ?? process.env
  return new Wallet(
    options.root ?? defaultWalletRoot(environment),
    options.name ?? defaultWalletName(environment),
    options.hotkey ?? defaultHotkeyName(environment),
  )
}

/** One wallet on disk: a coldkey and any number of hotkeys. Make one with `openWallet`. */
export class Wallet {
  readonly root: string
  readonly name: string
  /** The hotkey meant where none is named. */
  readonly hotkeyName: string
  readonly paths: WalletPaths

  constructor(root: string, name: string, hotkeyName: string) {
    this.root = root
    this.name = name
    this.hotkeyName = hotkeyName
    this.paths = walletPaths(root, name)
    // A bad name is told now, not when the first file is read.
    this.paths.hotkey(hotkeyName)
  }

  /**
   * Names of the hotkeys, in order; none when the folder is missing.
   *
   * @throws UnsafePathError when a folder of the wallet is a symbolic link.
   */
  async listHotkeys(): Promise<readonly string[]> {
    await this.#assertRealFolders()
    const entries = await readdir(this.paths.hotkeyDirectory, { withFileTypes: true }).catch((error) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    })
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith(PUBLIC_SUFFIX))
      .map((entry) => entry.name)
      .sort()
  }

  /**
   * The coldkey's public part, from `coldkeypub.txt`. No password is needed.
   *
   * @throws KeyFileNotFoundError and the errors of `parseKeyFile`.
   */
  async coldkeyPublic(): Promise<KeyFileContent> {
    return this.#read(this.paths.coldkeyPublic, {})
  }

  /**
   * A hotkey's public part, from its public file, or from the hotkey itself where that file is absent and the
   * hotkey is not encrypted.
   *
   * @throws KeyFileNotFoundError and the errors of `openKeyFile`.
   */
  async hotkeyPublic(name: string = this.hotkeyName): Promise<KeyFileContent> {
    try {
      return await this.#read(this.paths.hotkeyPublic(name), {})
    } catch (error) {
      if (!(error instanceof KeyFileNotFoundError)) throw error
      return { ...(await this.#read(this.paths.hotkey(name), {})), keyPair: undefined }
    }
  }

  /**
   * A hotkey as a signer.
   *
   * @throws KeyFileNotFoundError and the errors of `openKeyFile`.
   * @throws UnsupportedKeyFileError when the file holds an address only.
   */
  async loadHotkey(options: UnlockOptions & { readonly name?: string } = {}): Promise<KeyPair> {
    return this.#loadPair(this.paths.hotkey(options.name ?? this.hotkeyName), options)
  }

  /**
   * The coldkey, opened with its password.
   *
   * @throws PasswordRequiredError, WrongPasswordError, AbortedError, KeyFileNotFoundError and the other errors of
   * `openKeyFile`.
   * @throws UnsupportedKeyFileError when the file holds an address only.
   *
   * PERF: 5 to 8 s and 512 MiB in a thread of its own when encrypted.
   */
  async unlockColdkey(options: UnlockOptions = {}): Promise<KeyPair> {
    return this.#loadPair(this.paths.coldkey, options)
  }

  /**
   * Stores a coldkey, encrypted, and its public file.
   *
   * @param options.unencrypted - `true` is the only way to store it without a password.
   * @throws PasswordRequiredError without `password` and without `unencrypted: true`.
   * @throws KeyFileExistsError before any work when a file is there and `overwrite` is not set.
   * @throws UnsafePathError, AbortedError.
   */
  async createColdkey(options: StoreKeyOptions & { readonly unencrypted?: true }): Promise<void> {
    if (options.password === undefined && options.unencrypted !== true) {
      throw new PasswordRequiredError({
        what: 'coldkeys are stored encrypted',
        hint: 'Pass the option password, or say unencrypted: true.',
      })
    }
    await this.#store(this.paths.coldkey, this.paths.coldkeyPublic, options)
  }

  /**
   * Stores a hotkey and its public file: plain, as neurons need it at start, or encrypted when `password` is given.
   *
   * @throws KeyFileExistsError before any work when a file is there and `overwrite` is not set.
   * @throws UnsafePathError, AbortedError.
   */
  async createHotkey(options: StoreKeyOptions & { readonly name?: string }): Promise<void> {
    const name = options.name ?? this.hotkeyName
    await this.#store(this.paths.hotkey(name), this.paths.hotkeyPublic(name), options)
  }

  async #store(path: string, publicPath: string, options: StoreKeyOptions): Promise<void> {
    const { keyPair, mnemonic, password } = options
    const overwrite = { overwrite: options.overwrite === true }
    await this.#assertRealFolders()
    await assertWritable(path, overwrite)
    await assertWritable(publicPath, overwrite)
    const plain = secretKeyFile(keyPair, mnemonic)
    const bytes = password === undefined ? plain : await encryptNacl(plain, password, options)
    await writeKeyBytes(path, bytes, overwrite)
    await writeKeyBytes(publicPath, publicKeyFile(keyPair), overwrite)
    plain.fill(0)
  }

  async #loadPair(path: string, options: UnlockOptions): Promise<KeyPair> {
    const { keyPair } = await this.#read(path, options)
    if (keyPair !== undefined) return keyPair
    throw new UnsupportedKeyFileError({
      kind: 'public-only',
      what: 'it holds an address without a secret',
      hint: 'Restore the secret from its mnemonic to sign with this key.',
    })
  }

  async #read(path: string, options: UnlockOptions): Promise<KeyFileContent> {
    await this.#assertRealFolders()
    const bytes = await readKeyBytes(path)
    const password = options.password ?? environmentSource(path, options.passwordEnvironment)
    return openKeyFile(bytes, password === undefined ? options : { ...options, password })
  }

  async #assertRealFolders(): Promise<void> {
    await assertNotSymlink(this.paths.directory)
    await assertNotSymlink(this.paths.hotkeyDirectory)
  }
}

/** Asked only when the file is encrypted. */
function environmentSource(path: string, environment: Environment | undefined): PasswordSource | undefined {
  return environment === undefined ? undefined : () => passwordFromEnvironment(path, environment)
}
