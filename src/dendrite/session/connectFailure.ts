import { AbortedError, BaseError } from '../../errors/index.js'
import { closeCodeName, closeCodes, SessionRefusedError } from '../../transport/index.js'
import { type Failure, type FailureStatus, failureOf } from '../callErrors.js'

/**
 * The call failure that a close code means. A code is not sealed: whoever is between the peers can have said it, so that it never tells
 * whether a request that was on its way was read.
 *
 * @param isWritten - whether the request was on its way.
 */
export function failureOfClose(code: number, isWritten: boolean): Failure {
  return {
    status: statusOfClose(code),
    reason: `The connection ended (${closeCodeName(code)}).`,
    unhandled: !isWritten,
  }
}

/** The call failure that a failed dial or handshake means: the request never left. */
export function failureOfDial(error: unknown): Failure {
  if (error instanceof SessionRefusedError) {
    const status =
      error.reason === 'closedByPeer'
        ? statusOfClose(error.closeCode)
        : error.reason === 'handshakeTimeout'
          ? 'timeout'
          : 'unauthenticated'
    return { status, reason: error.shortMessage, unhandled: true }
  }
  if (error instanceof AbortedError) return failureOf('timeout', true)
  if (error instanceof BaseError)
    return { status: 'unreachable', reason: error.shortMessage, unhandled: true }
  return failureOf('unreachable', true)
}

function statusOfClose(code: number): FailureStatus {
  switch (code) {
    case closeCodes.frameTooLarge:
      return 'tooLarge'
    case closeCodes.tooManyConnections:
    case closeCodes.slowReader:
    case closeCodes.slowSender:
      return 'overloaded'
    case closeCodes.wrongIdentity:
    case closeCodes.badHandshake:
      return 'unauthenticated'
    case closeCodes.handshakeTimeout:
      return 'timeout'
    case closeCodes.badMessage:
      return 'malformed'
    default:
      return 'unreachable'
  }
}
