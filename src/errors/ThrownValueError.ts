import { describeValue } from './argumentErrors.js'
import { BaseError } from './BaseError.js'

/** Somebody else's code threw what is no error, or an error that cannot be passed on; the message describes it. */
export class ThrownValueError extends BaseError {
  override readonly name = 'ThrownValueError'
  readonly code = 'ThrownValue'

  constructor(details: { thrown: unknown }) {
    const { thrown } = details
    super(
      thrown instanceof Error
        ? `${thrown.name}: ${thrown.message}`
        : `${describeValue(thrown)} was thrown, which is no error.`,
      {
        hints: thrown instanceof Error ? [] : ['Throw an Error: it says where it came from.'],
        docsPath: 'errors#thrown-value',
      },
    )
    if (thrown instanceof Error && typeof thrown.stack === 'string') this.stack = thrown.stack
  }
}
