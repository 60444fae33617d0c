import { readKeyBytes } from './safeFiles.js'
import type { Environment } from './walletPaths.js'

/** The variable that holds the password of a key file: `BT_PW_` and the path in capitals, `/` and `.` as `_`. */
export function passwordVariable(path: string): string {
  return `BT_PW_${path.replaceAll(/[/.]/g, '_').toUpperCase()}`
}

/**
 * Hides a password in a variable the way the Python wallet does: XOR with the repeating name, in base64.
 * Whoever reads the variable reads the password: this is no encryption.
 */
export function obfuscatePassword(variable: string, password: string): string {
  return Buffer.from(xorWithName(variable, new TextEncoder().encode(password))).toString('base64')
}

/** The password hidden by `obfuscatePassword`; `undefined` when the text cannot be one. */
export function revealPassword(variable: string, hidden: string): string | undefined {
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
 */
export async function passwordFromEnvironment(
  path: string,
  environment: Environment,
): Promise<string | undefined> {
  const variable = passwordVariable(path)
  const hidden = environment[variable]
  const revealed = hidden === undefined ? undefined : revealPassword(variable, hidden)
  if (revealed !== undefined) return revealed
  if (environment.BT_WALLET_PASSWORD) return environment.BT_WALLET_PASSWORD
  const file = environment.BT_WALLET_PASSWORD_FILE
  if (!file) return undefined
  return new TextDecoder().decode(await readKeyBytes(file)).trim()
}

function xorWithName(variable: string, bytes: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(variable)
  return bytes.map((byte, index) => byte ^ name[index % name.length]!)
}
