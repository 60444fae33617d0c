import { BaseError, printableName } from '../errors/index.js'

/** How a key file is encrypted: `nacl` is current, the other two are read only. */
export type KeyFileEncryption = 'nacl' | 'ansible-vault' | 'fernet'

/** An encrypted key file did not open. Which of the two it was cannot be told: the check covers both. */
export class WrongPasswordError extends BaseError {
  override readonly name = 'WrongPasswordError'
  readonly code = 'WrongPassword'
  readonly encryption: KeyFileEncryption | 'browser-export'
  /** The file, where it was read from one. */
  readonly path: string | undefined

  constructor(details: {
    encryption: KeyFileEncryption | 'browser-export'
    path?: string
    cause?: unknown
  }) {
    const path = details.path === undefined ? '' : ` ${printableName(details.path, 300)}`
    super(`The key file${path} did not open: wrong password or damaged file.`, {
      hints: ['Try the password again; white space counts.'],
      docsPath: 'errors#wrong-password',
      cause: details.cause,
    })
    this.encryption = details.encryption
    this.path = details.path
  }
}

/** A key file is encrypted and no password was given, or a coldkey was to be written without one. */
export class PasswordRequiredError extends BaseError {
  override readonly name = 'PasswordRequiredError'
  readonly code = 'PasswordRequired'
  readonly what: string
  /** The file, where it was read from one. */
  readonly path: string | undefined

  constructor(details: { what: string; hint: string; path?: string; cause?: unknown }) {
    const path = details.path === undefined ? '' : ` for ${printableName(details.path, 300)}`
    super(`A password is needed${path}: ${details.what}.`, {
      hints: [details.hint],
      docsPath: 'errors#password-required',
      cause: details.cause,
    })
    this.what = details.what
    this.path = details.path
  }
}
