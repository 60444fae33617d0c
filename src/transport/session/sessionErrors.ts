import { BaseError } from '../../errors/index.js'
import type { Hotkey } from '../../units/index.js'
import { closeCodeName } from '../closeCodes.js'

/**
 * Why a session did not come to be.
 *
 * - `wrongIdentity`: the peer proved another hotkey than the one dialled, or its proof does not verify.
 * - `badHandshake`: its messages do not follow the protocol, or are of another version.
 * - `handshakeTimeout`: it did not finish in time.
 * - `closedByPeer`: it closed or was lost before the end; `closeCode` says how.
 */
export type SessionRefusal = 'wrongIdentity' | 'badHandshake' | 'handshakeTimeout' | 'closedByPeer'

const sentences: Record<SessionRefusal, string> = {
  wrongIdentity: 'did not prove the expected hotkey',
  badHandshake: 'did not follow the handshake',
  handshakeTimeout: 'did not finish the handshake in time',
  closedByPeer: 'closed the connection during the handshake',
}

/** No secure session could be made with a peer; the channel is closed. */
export class SessionRefusedError extends BaseError {
  override readonly name = 'SessionRefusedError'
  readonly code = 'SessionRefused'
  readonly reason: SessionRefusal
  /** Address of the peer as the carrier knows it. */
  readonly remote: string
  /** The code the channel was closed with, by either end. */
  readonly closeCode: number
  /** The hotkey that was dialled; undefined at the end that was dialled. */
  readonly dialled: Hotkey | undefined

  constructor(details: {
    reason: SessionRefusal
    remote: string
    closeCode: number
    dialled?: Hotkey | undefined
    cause?: unknown
  }) {
    super(
      `The peer at ${details.remote} ${sentences[details.reason]} (close code ${details.closeCode}, ${closeCodeName(details.closeCode)}).`,
      {
        hints: ['Check that the address belongs to that hotkey and that both ends run the same protocol.'],
        docsPath: 'errors#session-refused',
        cause: details.cause,
      },
    )
    this.reason = details.reason
    this.remote = details.remote
    this.closeCode = details.closeCode
    this.dialled = details.dialled
  }
}
