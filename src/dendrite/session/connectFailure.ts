import { AbortedError, BaseError } from '../../errors/index.js'
import { closeCodeName, closeCodes, SessionRefusedError } from '../../transport/index.js'
import { type Failure, type FailureStatus, failureOf } from '../callErrors.js'

/** Codes with which a server ends a connection before it looks at any request that came over it. */
const unreadCodes: ReadonlySet<number> = new Set([
  closeCodes.tooManyConnections,
  closeCodes.wrongIdentity,
  closeCodes.badHandshake,
  closeCodes.handshakeTimeout,
  // It has no calls then: what was written since, nobody read.
  closeCodes.idle,
])

/** The call failure that a close code means. @param isWritten - whether the request was on its way. */
export function failureOfClose(code: number, isWritten: boolean): Failure {
  return {
    status: statusOfClose(code),
    reason: `The connection ended (${closeCodeName(code)}).`,
    unhandled: !isWritten || unreadCodes.has(code),
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
