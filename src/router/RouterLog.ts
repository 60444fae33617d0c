import type { FailureStatus } from '../dendrite/index.js'
import { portableError, wordsOfThrown } from '../errors/index.js'
import { Emitter, FaultLog, type Logger } from '../log/index.js'
import {
  type AttemptEvent,
  type BreakerEvent,
  type CalledEvent,
  type FailedOverEvent,
  ROUTER_EVENTS,
  type RouterEvents,
  type RouterFaultEvent,
} from './events.js'

/** What a router has counted since it was made, and what it holds now. */
export interface RouterCounters {
  /** Calls and streams that ended, those that were turned away included. */
  readonly calls: number
  readonly callsAnswered: number
  /** Calls and streams that ended otherwise, by status. */
  readonly failed: Readonly<Partial<Record<FailureStatus, number>>>
  readonly callsInFlight: number
  readonly callsWaiting: number
  /** Miners asked, which is a request each. */
  readonly attempts: number
  /** ... of them because one before failed. */
  readonly retries: number
  /** ... of them beside one that took longer than usual. */
  readonly hedges: number
  /** ... of them beside one that was silent for long. */
  readonly stalls: number
  /** Silent miners that were asked whether they are there; these are no attempts. */
  readonly presenceChecks: number
  /** Hedges whose answer came first. */
  readonly hedgesWon: number
  /** Requests that a call without any trouble would not have made. */
  readonly extraRequests: number
  /** Streams that went on with another miner, each time. */
  readonly failOvers: number
  readonly breakersOpened: number
  readonly breakersOpen: number
  readonly candidates: number
  readonly minersRemembered: number
  /** Event listeners dropped because they threw. */
  readonly listenersDropped: number
}

/** What each part is told of, and what to do about it. */
const sentences: Readonly<Record<RouterFaultEvent['part'], string>> = {
  candidates:
    'The candidates could not be read again; those that were known stay. See to what gives the metagraph.',
  filter: 'filter threw, or gave neither true nor false; the miner is left out. Return a boolean.',
  price: 'price threw, or gave no price; the miner is left out. Return a number above 0.',
  weigh: 'weigh threw, or gave no weight; the usual rule was taken. Return a finite number, 0 or more.',
  resume:
    "A synapse's resume threw, or gave what is no request; the stream cannot go on with another miner. Return a request, or undefined.",
  store: 'The memory could not be saved; the next save is another try. See to the store.',
  listener: 'A listener threw, and hears no more events. Catch what it throws.',
}

/** Counts and tells what happens. */
export class RouterLog {
  readonly events = new Emitter<RouterEvents>(ROUTER_EVENTS, (cause) =>
    this.fault({ part: 'listener', cause }),
  )
  readonly #faults: FaultLog
  readonly #failed: Partial<Record<FailureStatus, number>> = {}
  readonly #attempts: Record<AttemptEvent['kind'], number> = { first: 0, retry: 0, hedge: 0, stalled: 0 }
  #calls = 0
  #answered = 0
  #hedgesWon = 0
  #failOvers = 0
  #presenceChecks = 0
  #breakersOpened = 0

  constructor(logger: Logger) {
    this.#faults = new FaultLog(logger)
  }

  called(event: CalledEvent): void {
    const { status } = event
    this.#calls++
    if (status === 'ok') this.#answered++
    else this.#failed[status] = (this.#failed[status] ?? 0) + 1
    this.events.emit('called', event)
  }

  /** A miner is asked. */
  asked(kind: AttemptEvent['kind']): void {
    this.#attempts[kind]++
  }

  /** A silent miner is asked whether it is there. */
  lookedAfter(): void {
    this.#presenceChecks++
  }

  attempted(event: AttemptEvent): void {
    if (event.kind === 'hedge' && event.status === 'ok') this.#hedgesWon++
    this.events.emit('attempt', event)
  }

  breaker(event: BreakerEvent): void {
    if (event.isOpen) this.#breakersOpened++
    this.events.emit('breaker', event)
  }

  failedOver(event: FailedOverEvent): void {
    this.#failOvers++
    this.events.emit('failedOver', event)
  }

  /** Something that the router was given is wrong. */
  fault(event: RouterFaultEvent): void {
    const { part, cause } = event
    this.#faults.report({
      cause: `${part}: ${wordsOfThrown(cause)}`,
      message: sentences[part],
      fields: { part, err: portableError(cause) },
    })
    this.events.emit('fault', event)
  }

  /** Says how often each fault came. */
  sayFaults(): void {
    this.#faults.close()
  }

  /** A copy that later events do not change. */
  snapshot(
    now: Pick<
      RouterCounters,
      'callsInFlight' | 'callsWaiting' | 'breakersOpen' | 'candidates' | 'minersRemembered'
    >,
  ): RouterCounters {
    const { first, retry, hedge, stalled } = this.#attempts
    return {
      ...now,
      calls: this.#calls,
      callsAnswered: this.#answered,
      failed: { ...this.#failed },
      attempts: first + retry + hedge + stalled,
      retries: retry,
      hedges: hedge,
      stalls: stalled,
      presenceChecks: this.#presenceChecks,
      hedgesWon: this.#hedgesWon,
      extraRequests: retry + hedge + stalled + this.#presenceChecks,
      failOvers: this.#failOvers,
      breakersOpened: this.#breakersOpened,
      listenersDropped: this.events.listenersDropped,
    }
  }
}
