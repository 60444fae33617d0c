import { BaseError, printableName, withoutSecrets } from '../errors/index.js'

/** There is no file where a key was looked for. */
export class KeyFileNotFoundError extends BaseError {
  override readonly name = 'KeyFileNotFoundError'
  readonly code = 'KeyFileNotFound'
  /** Without what may be a mnemonic or a seed put in its place. */
  readonly path: string

  constructor(details: { path: string; cause?: unknown }) {
    const path = withoutSecrets(details.path)
    super(`There is no key file ${printableName(path, 300)}.`, {
      hints: ['Check the wallet root, wallet name and hotkey name, or create the key first.'],
      docsPath: 'errors#key-file-not-found',
      // The system's own error names the path again.
      cause: path === details.path ? details.cause : undefined,
    })
    this.path = path
  }
}

/** A key file exists already, and overwriting was not asked for. */
export class KeyFileExistsError extends BaseError {
  override readonly name = 'KeyFileExistsError'
  readonly code = 'KeyFileExists'
  readonly path: string

  constructor(details: { path: string }) {
    super(`The key file ${printableName(details.path, 300)} exists already; nothing was written.`, {
      hints: ['Choose another name, or pass overwrite: true if the key in it may be lost for ever.'],
      docsPath: 'errors#key-file-exists',
    })
    this.path = details.path
  }
}

/** A path leads through a symbolic link, or to something that is no small regular file. */
export class UnsafePathError extends BaseError {
  override readonly name = 'UnsafePathError'
  readonly code = 'UnsafePath'
  readonly path: string
  readonly why: string

  constructor(details: { path: string; why: string; cause?: unknown }) {
    super(`The path ${printableName(details.path, 300)} was refused: ${details.why}.`, {
      hints: ['Key files are small regular files in real folders; put the file itself there.'],
      docsPath: 'errors#unsafe-path',
      cause: details.cause,
    })
    this.path = details.path
    this.why = details.why
  }
}

/** Key files could not be written, for want of space or rights as a rule. None of them was: all is as it was before. */
export class KeyFileWriteError extends BaseError {
  override readonly name = 'KeyFileWriteError'
  readonly code = 'KeyFileWrite'
  /** The file that failed. */
  readonly path: string
  /** The system's own word, such as `ENOSPC`. */
  readonly reason: string
  /** Files that could not be put back, when even that failed; they lie beside the places they belong to. */
  readonly leftover: readonly string[]

  constructor(details: {
    path: string
    reason: string
    leftover?: readonly string[]
    /** Stands beside the file while a program writes it, and is why another one cannot. */
    lock?: string
    cause?: unknown
  }) {
    const { leftover = [], lock } = details
    const after =
      leftover.length === 0
        ? 'nothing was changed'
        : `see to ${leftover.map((one) => printableName(one, 300)).join(' and ')}`
    super(
      `The key file ${printableName(details.path, 300)} could not be written (${details.reason}); ${after}.`,
      {
        hints: [
          lock === undefined
            ? 'Make room or allow writing there, then try again.'
            : `Another program is writing it; if none is, remove ${printableName(lock, 300)}, which one left that was stopped.`,
        ],
        docsPath: 'errors#key-file-write',
        cause: details.cause,
      },
    )
    this.path = details.path
    this.reason = details.reason
    this.leftover = leftover
  }
}
