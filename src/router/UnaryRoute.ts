import type { Timer } from '../clock/index.js'
import { DendriteClosedError, type FailureStatus, isPresent, isRequestTooLarge } from '../dendrite/index.js'
import { type CallResult, type Synapse, statusTable } from '../synapse/index.js'
import { Asking } from './Asking.js'
import type { Candidate } from './Candidate.js'
import { onAnyAbort } from './onAnyAbort.js'
import type { PassedOn } from './passedOn.js'
import { patienceWith } from './patience.js'
import type { RouteServices } from './RouteServices.js'
import type { Attempt, AttemptKind, RoutedResult } from './routedResult.js'
import { Search } from './Search.js'

/** Miners that are asked at once for one call, those included that are taken for stalled. */
const MOST_AT_ONCE = 4

/** ... of them where nothing is wrong but that one takes longer than usual. */
const MOST_HEDGED = 2

/** How long a miner that is silent has to show that it is there. */
const PRESENCE_MS = 1_000

type Failed = Exclude<CallResult<never>, { readonly status: 'ok' }>

/** What is asked, and how long it may take. */
export interface UnaryWish<Request, Answer> {
  readonly synapse: Synapse<Request, Answer>
  readonly request: Request
  readonly startedAtMs: number
  /** When it must be over, on the router's clock. */
  readonly deadlineMs: number
  /** Each ends it. */
  readonly signals: readonly AbortSignal[]
  readonly session: string | undefined
  /** What every attempt carries along. */
  readonly passed: PassedOn
}

/**
 * One call: asks miner after miner, or two at once where the synapse is idempotent, until one answers, the deadline has passed, or what
 * went wrong must not be tried again.
 */
export class UnaryRoute<Request, Answer> {
  readonly result: Promise<RoutedResult<Answer>>
  readonly #services: RouteServices
  readonly #wish: UnaryWish<Request, Answer>
  readonly #search: Search
  readonly #running = new Set<Asking>()
  readonly #attempts: Attempt[] = []
  #asked = 0
  /** Answers that say that a handler failed. */
  #failures = 0
  #last: Failed | undefined
  /** Whether no handler can have begun with any of the requests that are over. */
  #unhandled = true
  #isOver = false
  #deadline: Timer | undefined
  /** Of each that is being asked, when more is done about it. */
  readonly #patience = new Map<Asking, Timer>()
  #unlisten: (() => void) | undefined
  /** Gives its place, or its place among those that wait, back. */
  #leave: (() => void) | undefined
  #resolve!: (result: RoutedResult<Answer>) => void
  #reject!: (error: unknown) => void

  constructor(services: RouteServices, wish: UnaryWish<Request, Answer>) {
    this.#services = services
    this.#wish = wish
    this.#search = new Search(services, {
      synapse: wish.synapse.name,
      session: wish.session,
      isBeingAsked: (candidate) => [...this.#running].some((asking) => asking.candidate === candidate),
    })
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  start(): void {
    const { clock, gate, budget } = this.#services
    budget.earn()
    this.#unlisten = onAnyAbort(this.#wish.signals, () => this.#fail('cancelled'))
    if (this.#isOver) return
    this.#deadline = clock.setTimer(() => this.#expired(), Math.max(0, this.#leftMs()))
    const entry = gate.enter(() => {
      this.#leave = () => gate.leave()
      this.#next('first')
    })
    if (entry === 'full') this.#fail('overloaded', gate.fullReason)
    else this.#leave ??= entry
  }

  /** Asks one more miner, as soon as there is one. */
  #next(kind: AttemptKind): void {
    if (this.#asked >= this.#services.limits.maxAttempts) {
      this.#foundNobody()
      return
    }
    this.#search.next((candidate) => {
      if (candidate !== undefined) this.#ask(candidate, kind)
      else this.#foundNobody()
    }, kind === 'hedge')
  }

  #ask(candidate: Candidate, kind: AttemptKind): void {
    const { synapse, request, startedAtMs, passed } = this.#wish
    // The longest time-out there is comes out longer by rounding.
    const leftMs = Math.min(this.#leftMs(), Number.MAX_SAFE_INTEGER)
    if (leftMs <= 0) {
      this.#expired()
      return
    }
    for (const oldest of this.#running) {
      if (this.#running.size < MOST_AT_ONCE) break
      this.#giveUp(oldest)
    }
    this.#asked++
    const asking = new Asking(this.#services, {
      candidate,
      kind,
      synapse: synapse.name,
      callStartedAtMs: startedAtMs,
    })
    this.#running.add(asking)
    const options = { ...passed, timeoutMs: leftMs, signal: asking.ending.signal }
    this.#services.dendrite.call(synapse, candidate.target, request, options).then(
      (result) => this.#settled(asking, result),
      (error: unknown) => this.#unaskable(asking, error),
    )
    if (synapse.idempotent) this.#watch(asking, leftMs)
  }

  /** Waits for an answer, and not for ever. */
  #watch(asking: Asking, leftMs: number): void {
    const { clock, budget } = this.#services
    const { hedgeMs, stallMs } = patienceWith(
      this.#services,
      asking.candidate,
      this.#wish.synapse.name,
      leftMs,
    )
    const wait = (then: () => void, ms: number): void => {
      this.#patience.set(asking, clock.setTimer(then, Math.max(0, ms)))
    }
    const stalled = (): void => {
      void this.#lookAfter(asking)
      // One more for all of them: the one that was asked last says when.
      if ([...this.#running].at(-1) === asking) this.#next('stalled')
    }
    const setStall = (passedMs: number): void => {
      if (stallMs !== undefined) wait(stalled, stallMs - passedMs)
    }
    if (hedgeMs === undefined) {
      setStall(0)
      return
    }
    wait(() => {
      // First: there may be nobody to hedge with.
      setStall(hedgeMs)
      // Where one is being looked for already, that goes on.
      if (this.#running.size < MOST_HEDGED && !this.#search.isWaiting && budget.spend()) this.#next('hedge')
    }, hedgeMs)
  }

  /** False when it was over already. */
  #isOverNow(asking: Asking): boolean {
    this.#patience.get(asking)?.cancel()
    this.#patience.delete(asking)
    return this.#running.delete(asking)
  }

  #giveUp(asking: Asking): void {
    this.#isOverNow(asking)
    this.#unhandled = false
    this.#attempts.push(asking.abandon('timeout'))
  }

  /** Gives up a miner that is not there any more: its connection may be dead and it alive, so that it may be asked anew. */
  async #lookAfter(asking: Asking): Promise<void> {
    const { dendrite, log } = this.#services
    const { signal } = asking.ending
    const timeoutMs = Math.min(PRESENCE_MS, this.#leftMs() / 2)
    if (timeoutMs <= 0) return
    log.lookedAfter()
    // A dendrite that is closed meanwhile says so to the call itself.
    const isThere = await isPresent(dendrite, asking.candidate.target, { timeoutMs, signal }).catch(
      () => true,
    )
    if (isThere || !this.#running.has(asking)) return
    this.#giveUp(asking)
    this.#next('retry')
  }

  #settled(asking: Asking, result: CallResult<Answer>): void {
    if (!this.#isOverNow(asking)) return
    const restMs = result.status === 'ok' ? undefined : result.retryAfterMs
    this.#attempts.push(asking.ended(result.status, result.elapsedMs, restMs))
    if (result.status === 'ok') {
      this.#end({ ...result, hotkey: asking.candidate.target.hotkey })
      return
    }
    this.#last = result
    this.#unhandled &&= result.unhandled
    if (this.#mayTryAgain(result)) this.#next('retry')
    else if (this.#running.size === 0) this.#fail(result.status, result.reason)
  }

  #mayTryAgain(result: Failed): boolean {
    if (isRequestTooLarge(result.reason)) return false
    if (result.unhandled) return true
    if (!this.#wish.synapse.idempotent) return false
    const { status } = result
    const isAnswer = status === 'failed' || status === 'malformed'
    return !(isAnswer && ++this.#failures >= this.#services.limits.maxFailures)
  }

  /** The request cannot be said, or the dendrite is closed: the caller's own mistake. */
  #unaskable(asking: Asking, error: unknown): void {
    if (!this.#isOverNow(asking)) return
    asking.abandon()
    // Closed meanwhile: the call ends as what was under way does.
    if (error instanceof DendriteClosedError && this.#asked > 1) {
      if (this.#running.size === 0) this.#foundNobody()
      return
    }
    this.#letGo()
    this.#reject(error)
  }

  #expired(): void {
    this.#unhandled &&= this.#running.size === 0
    for (const asking of this.#running) this.#attempts.push(asking.abandon('timeout'))
    this.#running.clear()
    const last = this.#last === undefined ? '' : ` The last miner that gave up ended as ${this.#last.status}.`
    this.#fail('timeout', `${statusTable.timeout.meaning} Miners asked: ${this.#asked}.${last}`)
  }

  /** Those that are being asked are all that is left. */
  #foundNobody(): void {
    if (this.#running.size > 0) return
    if (this.#last === undefined) this.#fail('unreachable', 'There is no miner to ask.')
    else this.#fail(this.#last.status, this.#last.reason)
  }

  #fail(status: FailureStatus, reason = statusTable[status].meaning): void {
    if (this.#isOver) return
    const unhandled = this.#unhandled && this.#running.size === 0
    this.#end({ status, reason, unhandled, requestId: this.#wish.passed.requestId, elapsedMs: 0 })
  }

  #end(result: CallResult<Answer> & { hotkey?: RoutedResult<Answer>['hotkey'] }): void {
    if (this.#isOver) return
    this.#letGo()
    const elapsedMs = this.#services.clock.now() - this.#wish.startedAtMs
    const attempts = this.#attempts
    const { name } = this.#wish.synapse
    this.#services.log.called({ synapse: name, status: result.status, attempts: this.#asked, elapsedMs })
    this.#resolve({ ...result, elapsedMs, attempts } as RoutedResult<Answer>)
  }

  #letGo(): void {
    this.#isOver = true
    this.#search.stop()
    this.#deadline?.cancel()
    for (const timer of this.#patience.values()) timer.cancel()
    this.#unlisten?.()
    for (const asking of this.#running) this.#attempts.push(asking.abandon())
    this.#running.clear()
    this.#leave?.()
  }

  #leftMs(): number {
    return this.#wish.deadlineMs - this.#services.clock.now()
  }
}
