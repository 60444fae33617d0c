import { readdir } from 'node:fs/promises'
import { check } from '../checks/index.js'
import type { KeyPair } from '../crypto/index.js'
import { BaseError, InvalidArgumentError, printableName } from '../errors/index.js'
import { FaultLog, type Logger, stderrLogger } from '../log/index.js'
import type { Address } from '../units/index.js'
import { KeyFileNotFoundError, UnsafePathError } from './fileErrors.js'
import { expandHome } from './homePath.js'
import { publicKeyFile, secretKeyFile } from './keyFileBytes.js'
import type { KeyFileContent } from './keyFileContent.js'
import { KeyFileMismatchError, UnsupportedKeyFileError } from './keyFileErrors.js'
import { loadFrom, type UnlockOptions } from './loadKeyFile.js'
import { encryptNacl } from './naclFile.js'
import { PasswordRequiredError } from './passwordErrors.js'
import { assertNotSymlink, assertWritable, codeOf, isMissing } from './safePaths.js'
import {
  type CreateColdkeyOptions,
  type CreateHotkeyOptions,
  createColdkeyOptions,
  createHotkeyOptions,
  type LoadHotkeyOptions,
  loadHotkeyOptions,
  type OpenWalletOptions,
  openWalletOptions,
  type StoreKeyOptions,
  unlockOptions,
} from './walletOptions.js'
import {
  defaultHotkeyName,
  defaultWalletName,
  defaultWalletRoot,
  PUBLIC_SUFFIX,
  type WalletPaths,
  walletPaths,
} from './walletPaths.js'
import { writeKeyFiles } from './writeKeyFiles.js'

/**
 * Opens a wallet of the Python tools' layout. Nothing is read or made yet. A leading `~` in the root is the home folder.
 *
 * @throws InvalidWalletNameError
 * @throws InvalidArgumentError for options of another shape.
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
  return new Wallet(options)
}

/** One wallet on disk: a coldkey and any number of hotkeys. Make one with `openWallet`. */
export class Wallet {
  readonly root: string
  readonly name: string
  /** The hotkey meant where none is named. */
  readonly hotkeyName: string
  readonly paths: WalletPaths
  /** Where and what was said of open files. */
  readonly #said: { readonly logger: Logger; readonly faults: FaultLog }

  /** @throws the errors of `openWallet`. */
  constructor(options: OpenWalletOptions = {}) {
    check('options', openWalletOptions, options)
    const { environment = process.env } = options
    this.root = expandHome('root', options.root ?? defaultWalletRoot(environment))
    this.name = options.name ?? defaultWalletName(environment)
    this.hotkeyName = options.hotkey ?? defaultHotkeyName(environment)
    this.paths = walletPaths(this.root, this.name)
    // A bad name is told now, not when the first file is read.
    this.paths.hotkey(this.hotkeyName)
    const { logger = stderrLogger() } = options
    this.#said = { logger, faults: new FaultLog(logger) }
  }

  /**
   * Names of the hotkeys, in order; none when the folder is missing.
   *
   * @throws UnsafePathError when a folder of the wallet is a symbolic link.
   */
  async listHotkeys(): Promise<readonly string[]> {
    await this.#assertRealFolders()
    const path = this.paths.hotkeyDirectory
    const entries = await readdir(path, { withFileTypes: true }).catch((cause) => {
      if (isMissing(cause)) return []
      throw new UnsafePathError({ path, why: `it cannot be listed (${codeOf(cause)})`, cause })
    })
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith(PUBLIC_SUFFIX))
      .map((entry) => entry.name)
      .sort()
  }

  /**
   * The coldkey's public part, from `coldkeypub.txt`. No password is needed. Where the coldkey beside it is not encrypted, the
   * two must belong together.
   *
   * @throws KeyFileMismatchError, KeyFileNotFoundError and the errors of `parseKeyFile`.
   */
  async coldkeyPublic(): Promise<KeyFileContent> {
    return this.#readPublic(this.paths.coldkey, this.paths.coldkeyPublic)
  }

  /**
   * A hotkey's public part, from its public file, or from the hotkey itself where that file is absent and the
   * hotkey is not encrypted. Where both can be read they must belong together.
   *
   * @throws KeyFileMismatchError, KeyFileNotFoundError and the errors of `openKeyFile`.
   */
  async hotkeyPublic(name: string = this.hotkeyName): Promise<KeyFileContent> {
    const path = this.paths.hotkey(name)
    try {
      return await this.#readPublic(path, this.paths.hotkeyPublic(name))
    } catch (error) {
      if (!(error instanceof KeyFileNotFoundError)) throw error
      return withoutSecret(await this.#read(path, {}))
    }
  }

  /**
   * A hotkey as a signer. Warns when the file is open to other accounts of the machine.
   *
   * @throws KeyFileNotFoundError and the errors of `openKeyFile`.
   * @throws KeyFileMismatchError when its public file is of another key.
   * @throws UnsupportedKeyFileError when the file holds an address only.
   */
  async loadHotkey(options: LoadHotkeyOptions = {}): Promise<KeyPair> {
    check('options', loadHotkeyOptions, options)
    const { name = this.hotkeyName, ...unlock } = options
    return this.#loadPair(this.paths.hotkey(name), this.paths.hotkeyPublic(name), unlock)
  }

  /**
   * The coldkey, opened with its password. Warns when the file is open to other accounts of the machine.
   *
   * @throws PasswordRequiredError, WrongPasswordError, AbortedError, KeyFileNotFoundError and the other errors of
   * `openKeyFile`.
   * @throws UnsupportedKeyFileError when the file holds an address only.
   * @throws KeyFileMismatchError when its public file is of another key.
   *
   * PERF: 5 to 8 s and 512 MiB in a thread of its own when encrypted.
   */
  async unlockColdkey(options: UnlockOptions = {}): Promise<KeyPair> {
    check('options', unlockOptions, options)
    return this.#loadPair(this.paths.coldkey, this.paths.coldkeyPublic, options)
  }

  /**
   * Stores a coldkey, encrypted, and its public file: both or neither.
   *
   * @throws PasswordRequiredError without `password` and without `unencrypted: true`.
   * @throws InvalidArgumentError for both of them, and for options of another shape.
   * @throws KeyFileExistsError before any work when a file is there and `overwrite` is not set.
   * @throws UnsafePathError, KeyFileWriteError, AbortedError.
   */
  async createColdkey(options: CreateColdkeyOptions): Promise<void> {
    check('options', createColdkeyOptions, options)
    const { unencrypted = false, ...key } = options
    if (key.password !== undefined && unencrypted) {
      throw new InvalidArgumentError({
        field: 'unencrypted',
        value: true,
        remedy: 'Leave it out to encrypt with the password, or leave the password out.',
      })
    }
    if (key.password === undefined && !unencrypted) {
      throw new PasswordRequiredError({
        what: 'coldkeys are stored encrypted',
        hint: 'Pass the option password, or say unencrypted: true.',
      })
    }
    await this.#store(this.paths.coldkey, this.paths.coldkeyPublic, key)
  }

  /**
   * Stores a hotkey and its public file, both or neither: plain, as neurons need it at start, or encrypted when `password`
   * is given.
   *
   * @throws KeyFileExistsError before any work when a file is there and `overwrite` is not set.
   * @throws UnsafePathError, KeyFileWriteError, AbortedError.
   */
  async createHotkey(options: CreateHotkeyOptions): Promise<void> {
    check('options', createHotkeyOptions, options)
    const { name = this.hotkeyName, ...key } = options
    await this.#store(this.paths.hotkey(name), this.paths.hotkeyPublic(name), key)
  }

  async #store(path: string, publicPath: string, options: StoreKeyOptions): Promise<void> {
    const { keyPair, mnemonic, password, overwrite: isOverwriting = false, ...derivation } = options
    const overwrite = { overwrite: isOverwriting }
    await this.#assertRealFolders()
    await assertWritable(path, overwrite)
    await assertWritable(publicPath, overwrite)
    const plain = secretKeyFile(keyPair, mnemonic)
    try {
      const bytes = password === undefined ? plain : await encryptNacl(plain, password, derivation)
      const files = [
        { path, bytes },
        { path: publicPath, bytes: publicKeyFile(keyPair) },
      ]
      await writeKeyFiles(files, overwrite)
    } finally {
      plain.fill(0)
    }
  }

  async #loadPair(path: string, publicPath: string, options: UnlockOptions): Promise<KeyPair> {
    const { keyPair } = await this.#read(path, options)
    if (keyPair === undefined) {
      throw new UnsupportedKeyFileError({
        kind: 'public-only',
        what: 'it holds an address without a secret',
        hint: 'Restore the secret from its mnemonic to sign with this key.',
        path,
      })
    }
    const shown = await this.#read(publicPath, {}).catch(unlessMissing)
    if (shown !== undefined) assertSameKey({ path, address: keyPair.address }, { path: publicPath, ...shown })
    return keyPair
  }

  async #readPublic(path: string, publicPath: string): Promise<KeyFileContent> {
    const shown = await this.#read(publicPath, {})
    const hidden = await this.#read(path, {}).catch(unlessDefect)
    if (hidden !== undefined) assertSameKey({ path, ...hidden }, { path: publicPath, ...shown })
    return withoutSecret(shown)
  }

  async #read(path: string, options: UnlockOptions): Promise<KeyFileContent> {
    await this.#assertRealFolders()
    const { encryption: _, path: __, ...content } = await loadFrom(path, options, this.#said)
    return content
  }

  async #assertRealFolders(): Promise<void> {
    await assertNotSymlink(this.paths.directory)
    await assertNotSymlink(this.paths.hotkeyDirectory)
  }
}

interface PlacedKey {
  readonly path: string
  readonly address: Address
}

/** @throws KeyFileMismatchError when the public file is of another key than the file with the secret. */
function assertSameKey(hidden: PlacedKey, shown: PlacedKey): void {
  if (hidden.address === shown.address) return
  const against = `the key in ${printableName(hidden.path, 300)}`
  throw new KeyFileMismatchError({ field: 'address', against, derived: hidden.address, path: shown.path })
}

function withoutSecret(content: KeyFileContent): KeyFileContent {
  return { ...content, keyPair: undefined }
}

/** For `catch`: a public file that is absent is no fault, one that cannot be read is. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof KeyFileNotFoundError)) throw error
}

/** For `catch`: a public question can go without a secret that is elsewhere, closed, encrypted or damaged. */
function unlessDefect(error: unknown): undefined {
  if (!(error instanceof BaseError)) throw error
}
