import { hostAndPort } from '../checks/index.js'
import { BaseError } from '../errors/index.js'
import type { NetworkAddress } from './types.js'

/** Nobody answers at an address, or the connection was refused before it stood. */
export class UnreachableError extends BaseError {
  override readonly name = 'UnreachableError'
  readonly code = 'Unreachable'
  readonly address: NetworkAddress

  constructor(details: { address: NetworkAddress; cause?: unknown }) {
    super(`Nobody answers at ${hostAndPort(details.address)}.`, {
      hints: ['Check that the peer is running and that the address is the one it listens on.'],
      docsPath: 'errors#unreachable',
      cause: details.cause,
    })
    this.address = details.address
  }
}

/** An address could not be listened on; usually another program holds the port. */
export class ListenError extends BaseError {
  override readonly name = 'ListenError'
  readonly code = 'ListenFailed'
  readonly address: NetworkAddress

  constructor(details: { address: NetworkAddress; cause?: unknown }) {
    super(`Cannot listen on ${hostAndPort(details.address)}.`, {
      hints: ['Pass port 0 for any free port, or stop the program that holds this one.'],
      docsPath: 'errors#listen',
      cause: details.cause,
    })
    this.address = details.address
  }
}
