import type { Timer } from '../clock/index.js'
import { CallFailedError } from '../dendrite/index.js'
import { Asking } from './Asking.js'
import type { Candidate } from './Candidate.js'
import { onAnyAbort } from './onAnyAbort.js'
import type { RouteServices } from './RouteServices.js'
import type { AttemptKind, StreamPart } from './routedResult.js'
import type { StreamStep, StreamWish } from './streamWish.js'

/** A run of a stream while it goes on. */
export type OpenPart = { -readonly [Key in keyof StreamPart]: StreamPart[Key] }

/** One miner that is asked for a stream, or for what is left of one. */
export class StreamAttempt<Request, Chunk> {
  readonly kind: AttemptKind
  readonly part: OpenPart
  readonly #services: RouteServices
  readonly #asking: Asking
  readonly #chunks: AsyncGenerator<Chunk, void>
  readonly #deadline: Timer
  readonly #forget: () => void
  #isReading = false
  #isOver = false
  /** How long its first chunk, or its end, took. */
  #firstMs: number | undefined

  constructor(
    services: RouteServices,
    wish: StreamWish<Request, Chunk>,
    details: {
      candidate: Candidate
      kind: AttemptKind
      /** What is left to ask. */
      request: Request
      timeoutMs: number
      callStartedAtMs: number
    },
  ) {
    const { candidate, kind, request, timeoutMs, callStartedAtMs } = details
    const { synapse, passed, signals } = wish
    this.#services = services
    this.kind = kind
    this.part = { hotkey: candidate.target.hotkey, chunks: 0, status: 'open' }
    const asking = new Asking(services, { candidate, kind, synapse: synapse.name, callStartedAtMs })
    this.#asking = asking
    this.#forget = onAnyAbort(signals, () => asking.ending.abort())
    const options = { ...passed, timeoutMs, signal: asking.ending.signal }
    this.#chunks = services.dendrite.stream(synapse, candidate.target, request, options)
    this.#deadline = services.clock.setTimer(() => {
      if (this.#isReading) return
      asking.abandon()
      // Who dropped the iterator never comes back to let go of the caller's signal.
      this.#forget()
    }, timeoutMs)
  }

  /**
   * The next chunk or the end; a failure when the miner is silent for `stallMs`.
   *
   * @throws What the dendrite throws before it asks.
   */
  async next(stallMs: number | undefined): Promise<StreamStep<Chunk>> {
    const { clock } = this.#services
    const askedAtMs = clock.now()
    this.#isReading = true
    const step = await this.#step(stallMs)
    this.#isReading = false
    const waitedMs = clock.now() - askedAtMs
    this.#firstMs ??= waitedMs
    if ('reason' in step) {
      if (this.#end(step.status)) this.#asking.ended(step.status, waitedMs, step.retryAfterMs)
    } else if (step.done === true && this.#end('ok')) this.#asking.ended('ok', this.#firstMs)
    return step
  }

  /** Nobody reads on. */
  async leave(): Promise<void> {
    if (!this.#end('abandoned')) return
    this.#asking.abandon()
    await this.#chunks.return(undefined)
  }

  /** Once; false when it is over already. */
  #end(status: StreamPart['status']): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#deadline.cancel()
    this.#forget()
    this.part.status = status
    return true
  }

  async #step(stallMs: number | undefined): Promise<StreamStep<Chunk>> {
    let isStalled = false
    const timer =
      stallMs === undefined
        ? undefined
        : this.#services.clock.setTimer(() => {
            isStalled = true
            this.#asking.ending.abort()
          }, stallMs)
    try {
      return await this.#chunks.next()
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error
      if (isStalled && stallMs !== undefined) {
        const reason = `It was silent for ${Math.round(stallMs)} ms.`
        return { status: 'timeout', reason, unhandled: false }
      }
      const { status, reason, unhandled, retryAfterMs } = error
      return { status, reason, unhandled, retryAfterMs }
    } finally {
      timer?.cancel()
    }
  }
}
