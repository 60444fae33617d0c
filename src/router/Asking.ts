import type { Status } from '../synapse/index.js'
import type { Candidate } from './Candidate.js'
import type { RouteServices } from './RouteServices.js'
import type { Attempt, AttemptKind } from './routedResult.js'
import { type Verdict, verdictOf } from './verdict.js'

/** One miner that is being asked: counted, measured and judged here, for calls and streams alike. */
export class Asking {
  readonly candidate: Candidate
  readonly kind: AttemptKind
  readonly startedAtMs: number
  /** Ends the request. */
  readonly ending = new AbortController()
  readonly #services: RouteServices
  readonly #synapse: string
  readonly #callStartedAtMs: number
  readonly #isProbe: boolean
  /** Set once it is over. */
  #attempt: Attempt | undefined

  constructor(
    services: RouteServices,
    details: { candidate: Candidate; kind: AttemptKind; synapse: string; callStartedAtMs: number },
  ) {
    this.#services = services
    this.candidate = details.candidate
    this.kind = details.kind
    this.#synapse = details.synapse
    this.#callStartedAtMs = details.callStartedAtMs
    this.startedAtMs = services.clock.now()
    this.#isProbe = this.candidate.health.begin(this.startedAtMs)
    services.book.used(this.candidate, this.startedAtMs)
    services.log.asked(details.kind)
  }

  /**
   * Its request ended by itself.
   *
   * @param restMs - how long the miner asks to be left alone, where it does.
   */
  ended(status: Status, elapsedMs: number, restMs?: number): Attempt {
    return this.#over(status, status === 'ok' ? 'good' : verdictOf(status), elapsedMs, restMs)
  }

  /** Nobody waits for it any more. */
  abandon(status: 'abandoned' | 'timeout' = 'abandoned'): Attempt {
    this.ending.abort()
    return this.#over(status, status === 'timeout' ? 'silent' : 'neutral', this.#elapsedMs())
  }

  /** Once; after that it gives what it gave. */
  #over(status: Attempt['status'], verdict: Verdict, elapsedMs: number, restMs?: number): Attempt {
    this.#attempt ??= this.#judged(status, verdict, elapsedMs, restMs)
    return this.#attempt
  }

  #judged(status: Attempt['status'], verdict: Verdict, elapsedMs: number, restMs = 0): Attempt {
    const { book, clock, log, random, room, usual } = this.#services
    const { candidate, kind } = this
    const { health, target } = candidate
    const nowMs = clock.now()
    const usualMs = usual.of(this.#synapse)?.quantile(0.5)
    const wasOpen = !health.breaker.isClosed
    const opened = health.end({
      // Who had less time than an answer takes is not to blame for giving none.
      verdict: verdict === 'silent' && usualMs !== undefined && elapsedMs < usualMs ? 'neutral' : verdict,
      synapse: this.#synapse,
      elapsedMs,
      usualMs,
      restMs,
      nowMs,
      isProbe: this.#isProbe,
      spread: random.float(),
    })
    if (verdict === 'good') usual.add(this.#synapse, elapsedMs)
    book.weigh(candidate, nowMs)
    const { hotkey } = target
    if (opened || (wasOpen && health.breaker.isClosed)) log.breaker({ hotkey, isOpen: opened })
    const startedMs = this.startedAtMs - this.#callStartedAtMs
    const attempt: Attempt = { hotkey, kind, status, startedMs, elapsedMs }
    log.attempted({ ...attempt, synapse: this.#synapse })
    // There is room for another call now, or one more miner to leave alone.
    room.next()
    return attempt
  }

  #elapsedMs(): number {
    return this.#services.clock.now() - this.startedAtMs
  }
}
