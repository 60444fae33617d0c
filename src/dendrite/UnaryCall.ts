import { type CallResult, type ServerMessage, type Synapse, validated } from '../synapse/index.js'
import { type Failure, failureOf } from './callErrors.js'
import { type CallSetup, OutgoingCall } from './OutgoingCall.js'

/** One request with one answer. */
export class UnaryCall<Answer> extends OutgoingCall {
  /** Resolves however the call ends; rejects only when the request cannot be said. */
  readonly result: Promise<CallResult<Answer>>
  protected readonly credit = 0
  protected readonly isStream = false
  readonly #synapse: Synapse<never, Answer>
  readonly #clock: CallSetup['clock']
  #resolve!: (result: CallResult<Answer>) => void
  #reject!: (error: unknown) => void

  constructor(synapse: Synapse<never, Answer>, setup: CallSetup) {
    super(setup)
    this.#synapse = synapse
    this.#clock = setup.clock
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  onMessage(message: Exclude<ServerMessage, { kind: 'goAway' }>): boolean {
    if (message.kind === 'answer') {
      this.end(false)
      void this.#accept(message.body)
      return true
    }
    if (message.kind === 'chunk' || message.status === 'ok') return false
    const failure = failureOf(message.status)
    this.end(false)
    this.failed(failure)
    return true
  }

  protected failed(failure: Failure): void {
    this.#resolve({ ...failure, elapsedMs: this.#elapsedMs() })
  }

  protected unencodable(error: unknown): void {
    this.#reject(error)
  }

  async #accept(body: unknown): Promise<void> {
    const elapsedMs = this.#elapsedMs()
    try {
      const part = { synapse: this.#synapse.name, part: 'answer' } as const
      const checked = validated(this.#synapse.answer, body, part)
      this.#resolve({ status: 'ok', answer: checked instanceof Promise ? await checked : checked, elapsedMs })
    } catch (error) {
      const reason = error instanceof Error ? error.message : failureOf('malformed').reason
      this.#resolve({ status: 'malformed', reason, elapsedMs })
    }
  }

  #elapsedMs(): number {
    return this.#clock.now() - this.startedAtMs
  }
}
