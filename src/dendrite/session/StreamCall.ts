import { WaitList } from '../../clock/index.js'
import type { ServerMessage } from '../../synapse/index.js'
import { type Failure, failureTold } from '../callErrors.js'
import type { StreamItem, TransportStream } from '../transport.js'
import { type CallSetup, OutgoingCall } from './OutgoingCall.js'

/** One request with many chunks; never holds more of them than it gave credit for. */
export class StreamCall extends OutgoingCall implements TransportStream {
  protected readonly credit: number
  protected readonly isStream = true
  readonly #chunks: unknown[] = []
  /** Chunks that the server may still send. */
  #outstanding: number
  /** Chunks read since credit was last given. */
  #read = 0
  #last: StreamItem | undefined
  readonly #changes = new WaitList()

  constructor(setup: CallSetup, credit: number) {
    super(setup)
    this.credit = credit
    this.#outstanding = credit
  }

  onMessage(message: Exclude<ServerMessage, { kind: 'goAway' }>): boolean {
    if (message.kind === 'answer') return false
    if (message.kind === 'chunk') {
      if (this.#outstanding === 0) return false
      this.#outstanding--
      this.hasChunks = true
      this.#chunks.push(message.body)
      this.#changes.wake()
      return true
    }
    const { status, unhandled, retryAfterMs } = message
    // Somebody made the chunks.
    if (unhandled && this.hasChunks) return false
    this.end(false)
    this.#finish(
      status === 'ok'
        ? { kind: 'done' }
        : { kind: 'failed', failure: failureTold({ status, unhandled, retryAfterMs }) },
    )
    return true
  }

  /** The next chunk or the end, in order; a failure at this end (deadline, cancel, loss) comes at once. */
  async next(): Promise<StreamItem> {
    for (;;) {
      if (this.#chunks.length > 0) {
        this.#giveCredit()
        return { kind: 'chunk', body: this.#chunks.shift() }
      }
      if (this.#last !== undefined) return this.#last
      await this.#changes.wait()
    }
  }

  /** The reader wants no more. */
  dispose(): void {
    this.end(true)
    this.#chunks.length = 0
  }

  protected failed(failure: Failure): void {
    this.#chunks.length = 0
    this.#finish({ kind: 'failed', failure })
  }

  protected unencodable(error: unknown): void {
    this.#finish({ kind: 'unencodable', error })
  }

  #giveCredit(): void {
    this.#read++
    if (this.#read * 2 < this.credit) return
    this.#outstanding += this.#read
    this.grant(this.#read)
    this.#read = 0
  }

  #finish(last: StreamItem): void {
    this.#last = last
    this.#changes.wake()
  }
}
