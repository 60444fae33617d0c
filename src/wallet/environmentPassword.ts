import { check, logger as loggerCheck, optional, secret, shape, text } from '../checks/index.js'
import { FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { expandHome } from './homePath.js'
import { readKeyFile } from './readKeyBytes.js'
import { type Environment, environmentCheck } from './walletPaths.js'
import { warnIfOpen } from './warnIfOpen.js'

const anyText = secret(text())
const nameCheck = secret(text({ min: 1 }))

/** Where the password of a key file is looked for. */
export interface EnvironmentPasswordOptions {
  /** Told when a password file may be read by other accounts; standard error unless given. */
  readonly logger?: Logger
}

const optionsShape = secret(shape<EnvironmentPasswordOptions>({ logger: optional(loggerCheck) }))

/**
 * The variable that holds the password of a key file: `BT_PW_` and the path in capitals, `/` and `.` as `_`; a leading `~` in
 * the path is the home folder.
 *
 * @example
 * ```ts
 * import { passwordVariable } from 'subnetkit/wallet'
 *
 * passwordVariable('/w/mine/coldkey') // 'BT_PW__W_MINE_COLDKEY'
 * ```
 */
export function passwordVariable(path: string): string {
  return `BT_PW_${expandHome('path', path).replaceAll(/[/.]/g, '_').toUpperCase()}`
}

/**
 * Hides a password in a variable the way the Python wallet does: XOR with the repeating name, in base64.
 * Whoever reads the variable reads the password: this is no encryption.
 */
export function obfuscatePassword(variable: string, password: string): string {
  check('variable', nameCheck, variable)
  check('password', anyText, password)
  return Buffer.from(xorWithName(variable, new TextEncoder().encode(password))).toString('base64')
}

/** The password hidden by `obfuscatePassword`; `undefined` when the text cannot be one. */
export function revealPassword(variable: string, hidden: string): string | undefined {
  check('variable', nameCheck, variable)
  check('hidden', anyText, hidden)
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(hidden)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      xorWithName(variable, Buffer.from(hidden, 'base64')),
    )
  } catch {
    return undefined
  }
}

/**
 * The password of a key file from the environment: its own `BT_PW_` variable, else `BT_WALLET_PASSWORD`, else the
 * file named by `BT_WALLET_PASSWORD_FILE` (white space at its ends is dropped); `undefined` when none is set.
 * Calling this is the consent to read passwords from there.
 *
 * @throws KeyFileNotFoundError when the named file is missing.
 *
 * @example
 * ```ts
 * import { openWallet, passwordFromEnvironment } from 'subnetkit/wallet'
 *
 * const wallet = openWallet()
 * const password = await passwordFromEnvironment(wallet.paths.coldkey, process.env)
 * ```
 */
export async function passwordFromEnvironment(
  path: string,
  environment: Environment,
  options: EnvironmentPasswordOptions = {},
): Promise<string | undefined> {
  check('environment', environmentCheck, environment)
  check('options', optionsShape, options)
  const variable = passwordVariable(path)
  const hidden = environment[variable]
  const revealed = hidden === undefined ? undefined : revealPassword(variable, hidden)
  if (revealed !== undefined) return revealed
  if (environment.BT_WALLET_PASSWORD) return environment.BT_WALLET_PASSWORD
  const file = environment.BT_WALLET_PASSWORD_FILE
  if (!file) return undefined
  const { bytes, path: passwordPath, mode } = await readKeyFile(expandHome('BT_WALLET_PASSWORD_FILE', file))
  warnIfOpen({ path: passwordPath, mode }, new FaultLog(options.logger ?? stderrLogger()))
  return new TextDecoder().decode(bytes).trim()
}

function xorWithName(variable: string, bytes: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(variable)
  return bytes.map((byte, index) => byte ^ name[index % name.length]!)
}
