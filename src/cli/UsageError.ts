import { BaseError } from '../errors/index.js'

/** The command line, or a file it names, cannot be used: the command prints one line and exits with 2. */
export class UsageError extends BaseError {
  override readonly name = 'UsageError'
  readonly code = 'Usage'
  /** The option, argument or field of the file. */
  readonly field: string

  constructor(details: { field: string; problem: string; cause?: unknown }) {
    super(`${details.field}: ${details.problem}`, { docsPath: 'errors#usage', cause: details.cause })
    this.field = details.field
  }
}
