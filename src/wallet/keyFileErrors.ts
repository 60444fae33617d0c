import { BaseError, printableName } from '../errors/index.js'
import type { Address } from '../units/index.js'
import { PasswordRequiredError, WrongPasswordError } from './passwordErrors.js'

/** A key file's content cannot be read as a key. Its text is never part of the error. */
export class MalformedKeyFileError extends BaseError {
  override readonly name = 'MalformedKeyFileError'
  readonly code = 'MalformedKeyFile'
  readonly why: string
  /** The file, where it was read from one. */
  readonly path: string | undefined

  constructor(details: { why: string; path?: string; cause?: unknown }) {
    super(`The key file${pathText(details.path)} cannot be read: ${details.why}.`, {
      hints: ['Restore it from a backup, or create the key again from its mnemonic.'],
      docsPath: 'errors#malformed-key-file',
      cause: details.cause,
    })
    this.why = details.why
    this.path = details.path
  }
}

/** Two parts of a key file, or two files of one key, belong to different keys. */
export class KeyFileMismatchError extends BaseError {
  override readonly name = 'KeyFileMismatchError'
  readonly code = 'KeyFileMismatch'
  /** The field that disagrees. */
  readonly field: string
  /** What it was held against: the secret of the file, another field of it, or another file. */
  readonly against: string
  /** The address that `against` gives. */
  readonly derived: Address
  /** The file, where it was read from one. */
  readonly path: string | undefined

  constructor(details: { field: string; against: string; derived: Address; path?: string; cause?: unknown }) {
    const { field, against, derived, path } = details
    super(
      `The ${field} in the key file${pathText(path)} is not that of ${against}, which gives ${derived}.`,
      {
        hints: [
          'A file was altered, or comes from another key; do not use it before you know which part is right.',
        ],
        docsPath: 'errors#key-file-mismatch',
        cause: details.cause,
      },
    )
    this.field = field
    this.against = against
    this.derived = derived
    this.path = path
  }
}

/** What kind of file it is that is not read as a key file. */
export type UnsupportedKind = 'browser-export' | 'account-kind' | 'public-only'

/** A file of a kind that is known and not read here as a key file. */
export class UnsupportedKeyFileError extends BaseError {
  override readonly name = 'UnsupportedKeyFileError'
  readonly code = 'UnsupportedKeyFile'
  readonly kind: UnsupportedKind
  readonly what: string
  /** The file, where it was read from one. */
  readonly path: string | undefined

  constructor(details: {
    kind: UnsupportedKind
    what: string
    hint: string
    path?: string
    cause?: unknown
  }) {
    super(`The file${pathText(details.path)} is not read as a key file: ${details.what}.`, {
      hints: [details.hint],
      docsPath: 'errors#unsupported-key-file',
      cause: details.cause,
    })
    this.kind = details.kind
    this.what = details.what
    this.path = details.path
  }
}

/** The same error, naming the file whose content it is about; any other error as it is. */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof WrongPasswordError) {
    return new WrongPasswordError({ encryption: error.encryption, path, cause: error })
  }
  if (error instanceof PasswordRequiredError) {
    return new PasswordRequiredError({ what: error.what, hint: error.hints.join(' '), path, cause: error })
  }
  if (error instanceof MalformedKeyFileError) {
    return new MalformedKeyFileError({ why: error.why, path, cause: error })
  }
  if (error instanceof KeyFileMismatchError) {
    const { field, against, derived } = error
    return new KeyFileMismatchError({ field, against, derived, path, cause: error })
  }
  if (error instanceof UnsupportedKeyFileError) {
    const { kind, what, hints } = error
    return new UnsupportedKeyFileError({ kind, what, hint: hints.join(' '), path, cause: error })
  }
  return error
}

function pathText(path: string | undefined): string {
  return path === undefined ? '' : ` ${printableName(path, 300)}`
}
