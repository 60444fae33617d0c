import { type Timer, waitOn } from '../clock/index.js'
import { DendriteClosedError, type FailureStatus, isRequestTooLarge } from '../dendrite/index.js'
import { portableError } from '../errors/index.js'
import { SchemaMismatchError, statusTable, UnencodableMessageError } from '../synapse/index.js'
import type { Candidate } from './Candidate.js'
import { copyOf } from './copyOf.js'
import { hushed } from './hushed.js'
import { onAnyAbort } from './onAnyAbort.js'
import { patienceWith } from './patience.js'
import type { RouteServices } from './RouteServices.js'
import type { AttemptKind, StreamPart } from './routedResult.js'
import { StreamTruncatedError } from './routerErrors.js'
import { Search } from './Search.js'
import { StreamAttempt } from './StreamAttempt.js'
import type { StreamFailure, StreamStep, StreamWish } from './streamWish.js'

/** A miner that has begun to answer, and what came first. */
interface Opened<Request, Chunk> {
  readonly attempt: StreamAttempt<Request, Chunk>
  readonly step: IteratorResult<Chunk, void>
}

/** One stream: reads it from one miner, and on from another where the synapse says what is left to ask. */
export class StreamRoute<Request, Chunk> {
  readonly #services: RouteServices
  readonly #wish: StreamWish<Request, Chunk>
  readonly #search: Search
  readonly #attempts: StreamAttempt<Request, Chunk>[] = []
  /** Who gave the last chunk, or was asked last for the next one. */
  #current: StreamAttempt<Request, Chunk> | undefined
  /** What is left to ask; `undefined` once that cannot be said. */
  #left: Request | undefined
  #startedAtMs = 0
  #delivered = 0
  /** Whether no handler can have begun with any of the requests that are over. */
  #unhandled = true
  /** Handlers that failed since the last chunk. */
  #failures = 0

  constructor(services: RouteServices, wish: StreamWish<Request, Chunk>) {
    this.#services = services
    this.#wish = wish
    const isBeingAsked = (): boolean => false
    this.#search = new Search(services, { synapse: wish.synapse.name, session: wish.session, isBeingAsked })
  }

  /** Who gave which chunks so far; a copy. */
  get parts(): readonly StreamPart[] {
    return this.#attempts.map(({ part }) => ({ ...part }))
  }

  /** @throws StreamTruncatedError when it ends before its end. */
  async *read(): AsyncGenerator<Chunk, void, undefined> {
    const { synapse } = this.#wish
    const { budget, clock, log } = this.#services
    this.#startedAtMs = clock.now()
    budget.earn()
    this.#left = copyOf(this.#wish.request)
    let leave: (() => void) | undefined
    let deadline: Timer | undefined
    let failure: StreamFailure | undefined
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
        log.called({ synapse: synapse.name, status, attempts: this.#attempts.length, elapsedMs })
    }
  }

  /** Chunks of one miner, until it ends or fails. */
  async *#readFrom(candidate: Candidate): AsyncGenerator<Chunk, StreamFailure | undefined, undefined> {
    const { clock } = this.#services
    const opened = await waitOn(clock, () => this.#open(candidate))
    if ('reason' in opened) return opened
    const { attempt } = opened
    let step: StreamStep<Chunk> = opened.step
    try {
      for (;;) {
        if ('reason' in step) return step
        if (step.done === true) return undefined
        attempt.part.chunks++
        this.#delivered++
        this.#failures = 0
        this.#left = this.#leftAfter(step.value)
        yield step.value
        step = await waitOn(clock, () => this.#stepOf(attempt))
      }
    } finally {
      await attempt.leave()
    }
  }

  /** Asks a miner, and a second one beside it when its first chunk is late; whichever begins is read, and the other one left. */
  #open(candidate: Candidate): Promise<Opened<Request, Chunk> | StreamFailure> {
    return new Promise((resolve, reject) => {
      const running = new Set<StreamAttempt<Request, Chunk>>()
      let hedge: Timer | undefined
      let unhandled = true
      const letGo = (): void => {
        hedge?.cancel()
        // Nobody hears how those end that are left.
        for (const other of running) other.leave().catch(() => {})
        running.clear()
      }
      const ask = (one: Candidate, kind: AttemptKind): void => {
        const attempt = this.#ask(one, kind)
        running.add(attempt)
        this.#stepOf(attempt).then(
          (step) => {
            if (!running.delete(attempt)) return
            if ('reason' in step) {
              unhandled &&= step.unhandled
              if (running.size > 0) return
              letGo()
              resolve({ ...step, unhandled })
            } else {
              letGo()
              this.#current = attempt
              resolve({ attempt, step })
            }
          },
          (error: unknown) => {
            if (!running.delete(attempt)) return
            letGo()
            reject(error)
          },
        )
      }
      ask(candidate, this.#attempts.length === 0 ? 'first' : 'retry')
      hedge = this.#whenLate(candidate, () => {
        if (running.size === 1 && this.#mayHedge())
          this.#search.next((second) => second && ask(second, 'hedge'), true)
      })
    })
  }

  #ask(candidate: Candidate, kind: AttemptKind): StreamAttempt<Request, Chunk> {
    const attempt = new StreamAttempt(this.#services, this.#wish, {
      candidate,
      kind,
      // There is one: a miner is looked for only while something is left to ask.
      request: this.#left as Request,
      timeoutMs: Math.min(Math.max(Number.MIN_VALUE, this.#leftMs()), Number.MAX_SAFE_INTEGER),
      callStartedAtMs: this.#startedAtMs,
    })
    this.#attempts.push(attempt)
    this.#current = attempt
    return attempt
  }

  /** Calls back when nearly all first chunks would have come, where it is as good to ask twice. */
  #whenLate(candidate: Candidate, act: () => void): Timer | undefined {
    const { synapse } = this.#wish
    if (synapse.idempotent !== true || this.#delivered > 0) return undefined
    const { hedgeMs } = patienceWith(this.#services, candidate, synapse.name, this.#leftMs())
    return hedgeMs === undefined ? undefined : this.#services.clock.setTimer(act, hedgeMs)
  }

  #mayHedge(): boolean {
    const { budget, limits } = this.#services
    return this.#attempts.length < limits.maxAttempts && this.#leftMs() > 0 && budget.spend()
  }

  /** The next chunk or the end; a failure when the miner is silent for too long though the stream could go on elsewhere. */
  async #stepOf(attempt: StreamAttempt<Request, Chunk>): Promise<StreamStep<Chunk>> {
    const { limits } = this.#services
    try {
      return await attempt.next(this.#canGoOn ? Math.min(limits.stallMs, this.#leftMs() / 2) : undefined)
    } catch (error) {
      await attempt.leave()
      // Before anybody was asked it is the caller's own mistake, such as a request that does not fit the schema.
      if (attempt.kind === 'first' && this.#delivered === 0) throw error
      return this.#unaskable(error)
    }
  }

  /** Why no miner can be asked any more for what is left: a stream that has begun is cut off then. */
  #unaskable(cause: unknown): StreamFailure {
    const reason = portableError(cause).message
    if (cause instanceof DendriteClosedError)
      return { status: 'unreachable', reason, unhandled: false, cause }
    const isUnfit = cause instanceof SchemaMismatchError || cause instanceof UnencodableMessageError
    if (isUnfit && this.#delivered > 0) this.#services.log.fault({ part: 'resume', cause })
    return { status: isUnfit ? 'malformed' : 'failed', reason, unhandled: isUnfit, cause }
  }

  /** Whether it could be asked again, or on, of another miner. */
  get #canGoOn(): boolean {
    const { resume, idempotent } = this.#wish.synapse
    if (this.#left === undefined) return false
    return resume !== undefined || (idempotent === true && this.#delivered === 0)
  }

  get #isCancelled(): boolean {
    return this.#wish.signals.some(({ aborted }) => aborted)
  }

  #mayGoOn({ status, reason, unhandled, cause }: StreamFailure): boolean {
    const { maxAttempts, maxFailures } = this.#services.limits
    if (cause !== undefined || this.#isCancelled || this.#leftMs() <= 0) return false
    if (this.#attempts.length >= maxAttempts || isRequestTooLarge(reason)) return false
    // Before the first chunk a request that no handler has seen may be asked again by whatever synapse.
    if (unhandled && this.#delivered === 0) return true
    if (!this.#canGoOn) return false
    const isAnswer = status === 'failed' || status === 'malformed'
    return unhandled || !isAnswer || ++this.#failures < maxFailures
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
  async #nextMiner(last: StreamFailure | undefined): Promise<Candidate> {
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
    const from = this.#current?.part.hotkey
    if (from === undefined) return
    const to = candidate.target.hotkey
    const { name: synapse } = this.#wish.synapse
    this.#services.log.failedOver({ synapse, from, to, delivered: this.#delivered })
  }

  #truncated({
    status,
    reason,
    cause,
  }: Pick<StreamFailure, 'status' | 'reason' | 'cause'>): StreamTruncatedError {
    const { name: synapse } = this.#wish.synapse
    return new StreamTruncatedError({
      synapse,
      status,
      reason,
      delivered: this.#delivered,
      unhandled: this.#unhandled && this.#delivered === 0,
      parts: this.parts,
      cause,
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
