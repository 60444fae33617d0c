import { BaseError } from './BaseError.js'

/** Somebody else's code threw what is no error, or an error that cannot be passed on; the message describes it. */
export class ThrownValueError extends BaseError {
  override readonly name = 'ThrownValueError'
  readonly code = 'ThrownValue'
  /** What was thrown, in words. */
  readonly said: string

  /** @param details.stack - of what was thrown, when that was an error. */
  constructor(details: { said: string; stack?: string | undefined }) {
    const wasError = 'stack' in details
    super(wasError ? details.said : `${details.said} was thrown, which is no error.`, {
      hints: wasError ? [] : ['Throw an Error: it says where it came from.'],
      docsPath: 'errors#thrown-value',
    })
    this.said = details.said
    if (details.stack !== undefined) this.stack = details.stack
  }
}
