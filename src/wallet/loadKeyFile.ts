import { check, logger as loggerCheck, optional, secret, shape } from '../checks/index.js'
import { FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { derivationChecks } from './deriveNaclKey.js'
import { passwordFromEnvironment } from './environmentPassword.js'
import { expandHome } from './homePath.js'
import { encryptionOf, type OpenKeyFileOptions, openKeyFile, passwordSource } from './keyFile.js'
import type { KeyFileContent } from './keyFileContent.js'
import { UnsupportedKeyFileError, withPath } from './keyFileErrors.js'
import type { KeyFileEncryption } from './passwordErrors.js'
import { readKeyFile } from './readKeyBytes.js'
import { type Environment, environmentCheck } from './walletPaths.js'
import { warnIfOpen } from './warnIfOpen.js'

/** How to open a secret key on disk. */
export interface UnlockOptions extends OpenKeyFileOptions {
  /**
   * Consent to take the password from these variables (`process.env`, say) when `password` is absent;
   * see `passwordFromEnvironment`.
   */
  readonly passwordEnvironment?: Environment
}

/** How to load one key file. */
export interface LoadKeyFileOptions extends UnlockOptions {
  /** Told when the file holds a secret that other accounts can read; standard error unless given. */
  readonly logger?: Logger
}

/** A key file as it was loaded. */
export interface LoadedKeyFile extends KeyFileContent {
  /** Where it lies, a leading `~` expanded. */
  readonly path: string
  /** `undefined` where it is not encrypted. */
  readonly encryption: KeyFileEncryption | undefined
}

export const unlockChecks = {
  ...derivationChecks,
  password: optional(passwordSource),
  passwordEnvironment: optional(environmentCheck),
}

const optionsShape = secret(shape<LoadKeyFileOptions>({ ...unlockChecks, logger: optional(loggerCheck) }))

/**
 * Reads one key file, secret or public, wherever it lies. A leading `~` in the path is the home folder. Warns when it holds a
 * secret and is open to other accounts of the machine.
 *
 * @throws KeyFileNotFoundError, UnsafePathError and the errors of `openKeyFile`, which name the file.
 *
 * @example
 * ```ts
 * import { loadKeyFile } from 'subnetkit/wallet'
 *
 * const { address, keyPair } = await loadKeyFile('~/.bittensor/wallets/default/hotkeys/miner')
 * ```
 */
export async function loadKeyFile(path: string, options: LoadKeyFileOptions = {}): Promise<LoadedKeyFile> {
  check('options', optionsShape, options)
  const { logger = stderrLogger(), ...unlock } = options
  return loadFrom(expandHome('path', path), unlock, { logger, faults: new FaultLog(logger) })
}

/** The same for checked options; what was said before is not said again. */
export async function loadFrom(
  path: string,
  options: UnlockOptions,
  { logger, faults }: { readonly logger: Logger; readonly faults: FaultLog },
): Promise<LoadedKeyFile> {
  const { bytes, mode } = await readKeyFile(path)
  const { password: given, passwordEnvironment: environment, ...derivation } = options
  // Asked only when the file is encrypted.
  const password = given ?? (environment && (() => passwordFromEnvironment(path, environment, { logger })))
  try {
    const encryption = encryptionOf(bytes)
    const content = await openKeyFile(bytes, {
      ...derivation,
      ...(password === undefined ? {} : { password }),
    })
    if (content.keyPair !== undefined) warnIfOpen({ path, mode }, faults)
    return { ...content, path, encryption }
  } catch (error) {
    // Not opened here, but a file with a secret all the same.
    if (error instanceof UnsupportedKeyFileError && error.kind === 'browser-export')
      warnIfOpen({ path, mode }, faults)
    throw withPath(error, path)
  } finally {
    bytes.fill(0)
  }
}
