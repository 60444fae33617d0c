import { BaseError } from './BaseError.js'

/** The caller's `AbortSignal` ended a wait; `cause` is the signal's reason. */
export class AbortedError extends BaseError {
  override readonly name = 'AbortedError'
  readonly code = 'Aborted'

  constructor(details: { what: string; cause?: unknown }) {
    super(`${details.what} was aborted by its signal.`, { docsPath: 'errors#aborted', cause: details.cause })
  }
}
