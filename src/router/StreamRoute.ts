import { type Timer, waitOn } from '../clock/index.js'
import { CallFailedError, type FailureStatus } from '../dendrite/index.js'
import { type StreamSynapse, statusTable } from '../synapse/index.js'
import { Asking } from './Asking.js'
import type { Candidate } from './Candidate.js'
import { hushed } from './hushed.js'
import { onAnyAbort } from './onAnyAbort.js'
import type { PassedOn } from './passedOn.js'
import type { RouteServices } from './RouteServices.js'
import type { StreamPart } from './routedResult.js'
import { StreamTruncatedError } from './routerErrors.js'
import { Search } from './Search.js'

/** What is asked, and how long it may take. */
export interface StreamWish<Request, Chunk> {
  readonly synapse: StreamSynapse<Request, Chunk>
  readonly request: Request
  readonly timeoutMs: number
  /** When it must be over in any case, on the router's clock. */
  readonly deadlineMs: number
  /** Each ends it. */
  readonly signals: readonly AbortSignal[]
  readonly session: string | undefined
  /** What every attempt carries along. */
  readonly passed: PassedOn
}

interface Failure {
  readonly status: FailureStatus
  readonly reason: string
  readonly unhandled: boolean
}

/** What one wait for a miner came to. */
type Item<Chunk> = IteratorResult<Chunk, void> | Failure

/** One stream: reads it from one miner, and on from another where the synapse says what is left to ask. */
export class StreamRoute<Request, Chunk> {
  readonly #services: RouteServices
  readonly #wish: StreamWish<Request, Chunk>
  readonly #search: Search
  readonly #parts: { hotkey: Candidate['target']['hotkey']; chunks: number; status: StreamPart['status'] }[] =
    []
  /** What is left to ask; `undefined` once that cannot be said. */
  #left: Request | undefined
  #startedAtMs = 0
  #delivered = 0
  /** Whether no handler can have begun with any of the requests that are over. */
  #unhandled = true
  #asked = 0

  constructor(services: RouteServices, wish: StreamWish<Request, Chunk>) {
    this.#services = services
    this.#wish = wish
    this.#left = wish.request
    const isBeingAsked = (): boolean => false
    this.#search = new Search(services, { synapse: wish.synapse.name, session: wish.session, isBeingAsked })
  }

  /** Who gave which chunks so far; a copy. */
  get parts(): readonly StreamPart[] {
    return this.#parts.map((part) => ({ ...part }))
  }

  /** @throws StreamTruncatedError when it ends before its end. */
  async *read(): AsyncGenerator<Chunk, void, undefined> {
    const { synapse } = this.#wish
    const { clock, log } = this.#services
    this.#startedAtMs = clock.now()
    let leave: (() => void) | undefined
    let deadline: Timer | undefined
    let failure: Failure | undefined
    // As for a reader that ends early.
    let status: FailureStatus | 'ok' | undefined = 'cancelled'
    try {
      leave = await this.#enter()
      // Who stops reading without a word, as one that drops the iterator, gives its place back when the time is over.
      deadline = clock.setTimer(leave, Math.max(0, this.#leftMs()))
      for (;;) {
        const candidate = await this.#nextMiner(failure)
        if (failure !== undefined && this.#delivered > 0) this.#tellFailOver(candidate)
        failure = yield* this.#readFrom(candidate)
        if (failure === undefined) {
          status = 'ok'
          return
        }
        this.#unhandled &&= failure.unhandled
        if (!this.#mayGoOn(failure)) throw this.#truncated(failure)
      }
    } catch (error) {
      // Any other is the caller's own mistake, such as a request that does not fit the schema.
      status = error instanceof StreamTruncatedError ? error.status : undefined
      throw error
    } finally {
      deadline?.cancel()
      leave?.()
      const elapsedMs = clock.now() - this.#startedAtMs
      if (status !== undefined)
        log.called({ synapse: synapse.name, status, attempts: this.#asked, elapsedMs })
    }
  }

  /** Chunks of one miner, until it ends or fails. */
  async *#readFrom(candidate: Candidate): AsyncGenerator<Chunk, Failure | undefined, undefined> {
    const { clock, dendrite } = this.#services
    const { synapse, passed, signals } = this.#wish
    this.#asked++
    const asking = new Asking(this.#services, {
      candidate,
      kind: this.#asked === 1 ? 'first' : 'retry',
      synapse: synapse.name,
      callStartedAtMs: this.#startedAtMs,
    })
    const part = { hotkey: candidate.target.hotkey, chunks: 0, status: 'open' as StreamPart['status'] }
    this.#parts.push(part)
    const forget = onAnyAbort(signals, () => asking.ending.abort())
    // There is one: a miner is looked for only while something is left to ask.
    const timeoutMs = Math.min(Math.max(Number.MIN_VALUE, this.#leftMs()), Number.MAX_SAFE_INTEGER)
    const options = { ...passed, timeoutMs, signal: asking.ending.signal }
    const chunks = dendrite.stream(synapse, candidate.target, this.#left as Request, options)
    let firstMs: number | undefined
    let isReading = false
    const deadline = clock.setTimer(() => {
      if (!isReading) asking.abandon()
    }, timeoutMs)
    try {
      for (;;) {
        const askedAtMs = clock.now()
        isReading = true
        const item = await waitOn(clock, () => this.#nextItem(chunks, asking))
        isReading = false
        const waitedMs = clock.now() - askedAtMs
        firstMs ??= waitedMs
        if ('reason' in item) {
          part.status = item.status
          asking.ended(item.status, waitedMs)
          return item
        }
        if (item.done === true) {
          part.status = 'ok'
          asking.ended('ok', firstMs)
          return undefined
        }
        part.chunks++
        this.#delivered++
        this.#left = this.#leftAfter(item.value)
        yield item.value
      }
    } finally {
      deadline.cancel()
      forget()
      if (part.status === 'open') {
        part.status = 'abandoned'
        asking.abandon()
        await chunks.return(undefined)
      }
    }
  }

  /** The next chunk or the end; a failure when the miner is silent for too long though the stream could go on elsewhere. */
  async #nextItem(chunks: AsyncGenerator<Chunk, void>, asking: Asking): Promise<Item<Chunk>> {
    const { clock, limits } = this.#services
    let stalledMs: number | undefined
    let timer: Timer | undefined
    if (this.#canResume) {
      const stallMs = Math.min(limits.stallMs, this.#leftMs() / 2)
      timer = clock.setTimer(() => {
        stalledMs = stallMs
        asking.ending.abort()
      }, stallMs)
    }
    try {
      return await chunks.next()
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error
      if (stalledMs !== undefined)
        return {
          status: 'timeout',
          reason: `It was silent for ${Math.round(stalledMs)} ms.`,
          unhandled: false,
        }
      return { status: error.status, reason: error.reason, unhandled: error.unhandled }
    } finally {
      timer?.cancel()
    }
  }

  /** Whether it could be asked again, or on, of another miner. */
  get #canResume(): boolean {
    return this.#wish.synapse.resume !== undefined && this.#left !== undefined
  }

  get #isCancelled(): boolean {
    return this.#wish.signals.some(({ aborted }) => aborted)
  }

  #mayGoOn(failure: Failure): boolean {
    if (this.#isCancelled || this.#leftMs() <= 0) return false
    if (this.#asked >= this.#services.limits.maxAttempts) return false
    // Before the first chunk a request that no handler has seen may be asked again by whatever synapse.
    return this.#canResume || (failure.unhandled && this.#delivered === 0)
  }

  #leftAfter(chunk: Chunk): Request | undefined {
    const { synapse } = this.#wish
    if (synapse.resume === undefined || this.#left === undefined) return undefined
    try {
      const left = synapse.resume(this.#left, chunk)
      if (!(hushed(left) instanceof Promise)) return left
      this.#services.log.fault({ part: 'resume', cause: new TypeError('resume gave a promise') })
    } catch (cause) {
      this.#services.log.fault({ part: 'resume', cause })
    }
    return undefined
  }

  /**
   * Takes a place among the calls in flight.
   *
   * @returns what gives it back.
   * @throws StreamTruncatedError when there is none in time.
   */
  async #enter(): Promise<() => void> {
    const { clock, gate } = this.#services
    const entered = await waitOn(clock, () =>
      this.#inTime<'entered' | 'full'>((resolve) => {
        const entry = gate.enter(() => resolve('entered'))
        if (entry !== 'full') return entry
        resolve('full')
        return () => {}
      }),
    )
    let isIn = true
    const leave = (): void => {
      if (isIn) gate.leave()
      isIn = false
    }
    if (entered === 'entered') return leave
    if (entered !== 'full') throw this.#neverAsked(entered, statusTable[entered].meaning)
    throw this.#neverAsked('overloaded', gate.fullReason)
  }

  /** @throws StreamTruncatedError when there is none in time. */
  async #nextMiner(last: Failure | undefined): Promise<Candidate> {
    const found = await waitOn(this.#services.clock, () =>
      this.#inTime<Candidate | 'nobody'>((resolve) => {
        this.#search.next((candidate) => resolve(candidate ?? 'nobody'), false)
        return () => this.#search.stop()
      }),
    )
    // Found in the instant in which the time was over: there is none to give it.
    if (typeof found === 'object' && this.#leftMs() <= 0)
      throw this.#neverAsked('timeout', statusTable.timeout.meaning)
    if (typeof found === 'object') return found
    if (found !== 'nobody') throw this.#neverAsked(found, statusTable[found].meaning)
    if (last !== undefined) throw this.#truncated(last)
    throw this.#neverAsked('unreachable', 'There is no miner to ask.')
  }

  /**
   * Waits for something until the deadline or the caller's signal.
   *
   * @param begin - starts the wait, and gives what takes it back.
   */
  #inTime<T>(begin: (resolve: (value: T) => void) => () => void): Promise<T | 'timeout' | 'cancelled'> {
    const { clock } = this.#services
    const { signals } = this.#wish
    return new Promise((resolve) => {
      if (this.#isCancelled) {
        resolve('cancelled')
        return
      }
      const settle = (value: T | 'timeout' | 'cancelled'): void => {
        timer.cancel()
        unlisten()
        resolve(value)
      }
      const timer = clock.setTimer(
        () => {
          takeBack()
          settle('timeout')
        },
        Math.max(0, this.#leftMs()),
      )
      const unlisten = onAnyAbort(signals, () => {
        takeBack()
        settle('cancelled')
      })
      const takeBack = begin(settle)
    })
  }

  #tellFailOver(candidate: Candidate): void {
    const from = this.#parts.at(-1)?.hotkey
    if (from === undefined) return
    const to = candidate.target.hotkey
    const { name: synapse } = this.#wish.synapse
    this.#services.log.failedOver({ synapse, from, to, delivered: this.#delivered })
  }

  #truncated({ status, reason }: Pick<Failure, 'status' | 'reason'>): StreamTruncatedError {
    const { name: synapse } = this.#wish.synapse
    return new StreamTruncatedError({
      synapse,
      status,
      reason,
      delivered: this.#delivered,
      unhandled: this.#unhandled && this.#delivered === 0,
      parts: this.parts,
    })
  }

  #neverAsked(status: FailureStatus, reason: string): StreamTruncatedError {
    return this.#truncated({ status, reason })
  }

  #leftMs(): number {
    const { timeoutMs, deadlineMs } = this.#wish
    return Math.min(this.#startedAtMs + timeoutMs, deadlineMs) - this.#services.clock.now()
  }
}
