import { BaseError } from '../errors/index.js'
import type { Address } from '../units/index.js'

/** A key file's content cannot be read as a key. Its text is never part of the error. */
export class MalformedKeyFileError extends BaseError {
  override readonly name = 'MalformedKeyFileError'
  readonly code = 'MalformedKeyFile'
  readonly why: string

  constructor(details: { why: string; cause?: unknown }) {
    super(`The key file cannot be read: ${details.why}.`, {
      hints: ['Restore it from a backup, or create the key again from its mnemonic.'],
      docsPath: 'errors#malformed-key-file',
      cause: details.cause,
    })
    this.why = details.why
  }
}

/** The secret in a key file is not the one of the public key or address stored beside it. */
export class KeyFileMismatchError extends BaseError {
  override readonly name = 'KeyFileMismatchError'
  readonly code = 'KeyFileMismatch'
  /** The field that disagrees. */
  readonly field: string
  readonly derived: Address

  constructor(details: { field: string; derived: Address }) {
    super(`The key file's ${details.field} is not that of its secret, which gives ${details.derived}.`, {
      hints: [
        'The file was altered or made with other rules; do not use it before you know which part is right.',
      ],
      docsPath: 'errors#key-file-mismatch',
    })
    this.field = details.field
    this.derived = details.derived
  }
}

/** A file of a kind that is known and not read here as a key file. */
export class UnsupportedKeyFileError extends BaseError {
  override readonly name = 'UnsupportedKeyFileError'
  readonly code = 'UnsupportedKeyFile'
  readonly kind: 'browser-export' | 'account-kind' | 'public-only'

  constructor(details: {
    kind: 'browser-export' | 'account-kind' | 'public-only'
    what: string
    hint: string
  }) {
    super(`This file is not read as a key file: ${details.what}.`, {
      hints: [details.hint],
      docsPath: 'errors#unsupported-key-file',
    })
    this.kind = details.kind
  }
}
