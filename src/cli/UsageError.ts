import { BaseError, withoutSecrets } from '../errors/index.js'

/** The command line, or a file it names, cannot be used: the command prints one line and exits with 2. */
export class UsageError extends BaseError {
  override readonly name = 'UsageError'
  readonly code = 'Usage'
  /** The option, argument or field of the file. */
  readonly field: string

  constructor(details: { field: string; problem: string; cause?: unknown }) {
    // What was typed in a command's or an option's place stands here.
    const field = withoutSecrets(details.field)
    super(`${field}: ${details.problem}`, { docsPath: 'errors#usage', cause: details.cause })
    this.field = field
  }
}
