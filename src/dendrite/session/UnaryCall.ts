import type { ServerMessage } from '../../synapse/index.js'
import { type Failure, failureTold } from '../callErrors.js'
import type { TransportAnswer } from '../transport.js'
import { type CallSetup, OutgoingCall } from './OutgoingCall.js'

/** One request with one answer. */
export class UnaryCall extends OutgoingCall {
  /** Resolves however the call ends. */
  readonly ended: Promise<TransportAnswer>
  protected readonly credit = 0
  protected readonly isStream = false
  #resolve!: (answer: TransportAnswer) => void

  constructor(setup: CallSetup) {
    super(setup)
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  onMessage(message: Exclude<ServerMessage, { kind: 'goAway' }>): boolean {
    if (message.kind === 'answer') {
      this.end(false)
      this.#resolve({ kind: 'answer', body: message.body })
      return true
    }
    if (message.kind === 'chunk' || message.status === 'ok') return false
    this.end(false)
    const { status, unhandled, retryAfterMs } = message
    this.failed(failureTold({ status, unhandled, retryAfterMs }))
    return true
  }

  protected failed(failure: Failure): void {
    this.#resolve({ kind: 'failed', failure })
  }

  protected unencodable(error: unknown): void {
    this.#resolve({ kind: 'unencodable', error })
  }
}
