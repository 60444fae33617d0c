import { check, text } from '../checks/index.js'
import { BaseError } from '../errors/index.js'
import { type Status, statusTable } from '../synapse/index.js'

/** Every way a call ends without an answer. */
export type FailureStatus = Exclude<Status, 'ok'>

/** A stream ended otherwise than by its own end. */
export class CallFailedError extends BaseError {
  override readonly name = 'CallFailedError'
  readonly code = 'CallFailed'
  readonly synapse: string
  readonly status: FailureStatus
  readonly reason: string

  constructor(details: { synapse: string; status: FailureStatus; reason: string }) {
    super(`The call of ${details.synapse} ended as ${details.status}: ${details.reason}`, {
      hints: ['Switch over status: it is one of a closed set.'],
      docsPath: 'errors#call-failed',
    })
    this.synapse = details.synapse
    this.status = details.status
    this.reason = details.reason
  }
}

/** A call was made on a dendrite that is closed. */
export class DendriteClosedError extends BaseError {
  override readonly name = 'DendriteClosedError'
  readonly code = 'DendriteClosed'

  constructor() {
    super('The dendrite is closed.', {
      hints: ['Make a new Dendrite, and close it after its last call.'],
      docsPath: 'errors#dendrite-closed',
    })
  }
}

/** How a call failed, and why in words. */
export interface Failure {
  readonly status: FailureStatus
  readonly reason: string
}

/** A failure in the words of the status table. */
export function failureOf(status: FailureStatus): Failure {
  return { status, reason: statusTable[status].meaning }
}

/** Words that no server can say: on the wire there is the status alone. */
const REQUEST_TOO_LARGE = 'The request exceeds the largest frame, and never left.'

export const requestTooLarge: Failure = { status: 'tooLarge', reason: REQUEST_TOO_LARGE }

/**
 * Whether the reason of a call that failed says that its request is larger than a frame of the caller's may be: nobody was asked, and whom
 * it was for is not to blame.
 *
 * @throws InvalidArgumentError for what is no text.
 *
 * @example
 * ```ts
 * import { isRequestTooLarge } from 'subnetkit/dendrite'
 * import type { CallResult } from 'subnetkit/synapse'
 *
 * const isTheirs = (result: CallResult<string>): boolean => result.status !== 'ok' && !isRequestTooLarge(result.reason)
 * ```
 */
export function isRequestTooLarge(reason: string): boolean {
  check('reason', text(), reason)
  return reason === REQUEST_TOO_LARGE
}
