import { check, flag, oneOf, text } from '../checks/index.js'
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
  /** As in a failed `CallResult`: no handler can have begun with the request. */
  readonly unhandled: boolean
  /** As in a failed `CallResult`: when the server thinks it worth asking again, where it said so. */
  readonly retryAfterMs: number | undefined
  readonly requestId: string

  constructor(details: {
    synapse: string
    status: FailureStatus
    reason: string
    unhandled: boolean
    retryAfterMs?: number
    requestId: string
  }) {
    super(`The call of ${details.synapse} ended as ${details.status}: ${details.reason}`, {
      hints: ['Switch over status: it is one of a closed set.'],
      docsPath: 'errors#call-failed',
    })
    this.synapse = details.synapse
    this.status = details.status
    this.reason = details.reason
    this.unhandled = details.unhandled
    this.retryAfterMs = details.retryAfterMs
    this.requestId = details.requestId
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
  /**
   * No handler can have begun with the request: it never left, or the server refused it before its handler. What makes a retry
   * elsewhere safe, whatever the request does. False where that is not known.
   */
  readonly unhandled: boolean
  /** When the server thinks it worth asking again, from now, where it said so. */
  readonly retryAfterMs?: number
}

const anyStatus = oneOf(Object.keys(statusTable).filter((status) => status !== 'ok'))

/**
 * A failure in the words of the status table, for transports.
 *
 * @throws InvalidArgumentError for `ok`, or what is no status.
 *
 * @example
 * ```ts
 * import { failureOf } from 'subnetkit/dendrite'
 *
 * failureOf('overloaded', true).reason // 'A limit was reached: of calls at once, or of a quota.'
 * ```
 */
export function failureOf(status: FailureStatus, unhandled: boolean): Failure {
  const entry = Object.hasOwn(statusTable, status) ? statusTable[status] : undefined
  if (entry === undefined || entry.wire === 0) check('status', anyStatus, status)
  if (typeof unhandled !== 'boolean') check('unhandled', flag, unhandled)
  return { status, reason: statusTable[status].meaning, unhandled }
}

/** A failure as a server told it. */
export function failureTold(message: {
  readonly status: FailureStatus
  readonly unhandled: boolean
  readonly retryAfterMs?: number | undefined
}): Failure {
  const { status, unhandled, retryAfterMs } = message
  const failure = failureOf(status, unhandled)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

/** Words that no server can say: on the wire there is the status alone. */
const REQUEST_TOO_LARGE = 'The request exceeds the largest frame, and never left.'

export const requestTooLarge: Failure = { status: 'tooLarge', reason: REQUEST_TOO_LARGE, unhandled: true }

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
