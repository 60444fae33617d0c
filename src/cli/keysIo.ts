import { hexOf, type KeyPair, type KeyScheme } from '../crypto/index.js'
import { printableName } from '../errors/index.js'
import { type Logger, stderrLogger } from '../log/index.js'
import {
  type Environment,
  type KeyDerivationProgress,
  passwordFromEnvironment,
  passwordVariable,
} from '../wallet/index.js'
import { UsageError } from './UsageError.js'

/** What the key commands need of the terminal. */
export interface KeysIo {
  /** One line of the result. */
  write(line: string): void
  /** One line for the person at the terminal, not part of the result. */
  note(line: string): void
  /** Asks for a line without showing it. */
  askSecret(question: string): Promise<string>
  readonly environment: Environment
}

/** What the wallet's warnings are written to: lines for the person. */
export function notesOf(io: KeysIo): Logger {
  return stderrLogger({ write: (line) => io.note(line.trimEnd()) })
}

/**
 * The password of a key file, from the environment or typed.
 *
 * @throws UsageError when it was to come from the environment and is not there: nobody may be present to type it.
 */
export async function passwordFor(path: string, fromEnvironment: boolean, io: KeysIo): Promise<string> {
  if (!fromEnvironment) {
    // White space at the ends is dropped as the Python tools do at their prompt.
    return (await io.askSecret(`Password for ${printableName(path, 300)}: `)).trim()
  }
  const found = await passwordFromEnvironment(path, io.environment, { logger: notesOf(io) })
  if (found !== undefined) return found
  throw new UsageError({
    field: '--password-from-env',
    problem: `set ${printableName(passwordVariable(path), 300)}, BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE`,
  })
}

export function writeAccount(
  key: { readonly address: string; readonly publicKey: Uint8Array; readonly scheme?: KeyScheme },
  io: KeysIo,
): void {
  io.write(`address     ${key.address}`)
  io.write(`public key  0x${hexOf(key.publicKey)}`)
  if (key.scheme !== undefined) io.write(`scheme      ${key.scheme}`)
}

export function writeSecret(keyPair: KeyPair, io: KeysIo): void {
  const { seed, secretKey } = keyPair.revealSecret()
  if (seed !== undefined) io.write(`seed        0x${hexOf(seed)}`)
  io.write(`secret key  0x${hexOf(secretKey)}`)
}

/** Says how far a slow derivation is, a line for each tenth. */
export function derivationNotes(io: KeysIo): { onProgress: (progress: KeyDerivationProgress) => void } {
  let shown = -1
  const onProgress = ({ fraction }: KeyDerivationProgress): void => {
    const tenth = Math.floor(fraction * 10)
    if (tenth <= shown) return
    shown = tenth
    io.note(`deriving the key: ${tenth * 10}%`)
  }
  return { onProgress }
}
