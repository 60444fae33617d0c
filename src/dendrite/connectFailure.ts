import { AbortedError, BaseError } from '../errors/index.js'
import { closeCodeName, closeCodes, SessionRefusedError } from '../transport/index.js'
import { type Failure, type FailureStatus, failureOf } from './callErrors.js'

/** The call failure that a close code means for calls in flight. */
export function failureOfClose(code: number): Failure {
  return { status: statusOfClose(code), reason: `The connection ended (${closeCodeName(code)}).` }
}

/** The call failure that a failed dial or handshake means. */
export function failureOfDial(error: unknown): Failure {
  if (error instanceof SessionRefusedError) {
    const status =
      error.reason === 'closedByPeer'
        ? statusOfClose(error.closeCode)
        : error.reason === 'handshakeTimeout'
          ? 'timeout'
          : 'unauthenticated'
    return { status, reason: error.shortMessage }
  }
  if (error instanceof AbortedError) return failureOf('timeout')
  if (error instanceof BaseError) return { status: 'unreachable', reason: error.shortMessage }
  return failureOf('unreachable')
}

function statusOfClose(code: number): FailureStatus {
  switch (code) {
    case closeCodes.frameTooLarge:
      return 'tooLarge'
    case closeCodes.tooManyConnections:
    case closeCodes.slowReader:
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
