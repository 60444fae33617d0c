import { type Clock, elapsedOf, type Timer } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import { type CallObservers, type Status, validated, type WatchedCall } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'
import type { AdmissionPlaces } from './AdmissionPlaces.js'
import type { AxonLog } from './AxonLog.js'
import { admitCall, type Verdict } from './admitCall.js'
import { AnswerTooLargeError, isRelayed, type RelayedError } from './axonErrors.js'
import type { CallerQuotas } from './CallerQuotas.js'
import type { CallQueue } from './CallQueue.js'
import type { FailedEvent, FaultEvent, RefusalReason } from './events.js'
import type { AxonLimits } from './limits.js'
import { OverrunWatch } from './OverrunWatch.js'
import type { LostPlace, QueuedCall } from './QueuedCall.js'
import type { ReceivedCall } from './receivedCalls.js'
import type { Route, StreamRoute, UnaryRoute } from './routes.js'
import type { StandingOf } from './standing.js'
import type { CallPort, IncomingCall, IncomingRequest } from './transport.js'
import type { CallContext, CallerInfo } from './types.js'

/** What calls share. */
export interface CallServices {
  readonly clock: Clock
  readonly log: AxonLog
  readonly queue: CallQueue
  readonly observers: CallObservers<ReceivedCall>
  readonly admitting: AdmissionPlaces
  readonly quotas: CallerQuotas
  readonly standingOf: StandingOf
  readonly limits: AxonLimits
}

/** One call from its arrival to its last word; holds its place in the queue until the handler is really over. */
export class ServerCall implements IncomingCall, QueuedCall {
  readonly caller: Hotkey
  readonly hasStanding: boolean
  priority = 0
  readonly #message: IncomingRequest
  readonly #requestId: string
  readonly #route: Route
  readonly #port: CallPort
  readonly #services: CallServices
  readonly #standing: number
  /** Time of day, for handlers. */
  readonly #receivedAtMs: number
  readonly #arrivedAtMs: number
  readonly #callMs: number
  /** Of its request, as they came, which its caller's quota has been told of. */
  readonly #requestBytes: number
  readonly #info: CallerInfo
  readonly #watch: OverrunWatch
  /** Set when somebody watches. */
  readonly #observation: WatchedCall | undefined
  #request: unknown
  #timer: Timer | undefined
  #controller: AbortController | undefined
  #isOver = false
  #latestBeginMs: number | undefined
  /** Undefined until it has a place. */
  #begunAtMs: number | undefined
  #credit: number
  #wake: (() => void) | undefined

  constructor(details: {
    message: IncomingRequest
    requestId: string
    route: Route
    port: CallPort
    requestBytes: number
    services: CallServices
  }) {
    this.#message = details.message
    this.#requestId = details.requestId
    this.#route = details.route
    this.#port = details.port
    this.#requestBytes = details.requestBytes
    this.#services = details.services
    this.caller = details.port.caller
    this.#standing = details.services.standingOf(this.caller)
    this.hasStanding = this.#standing > 0
    this.#credit = details.message.credit
    const { clock, log, limits } = details.services
    this.#receivedAtMs = clock.now()
    this.#arrivedAtMs = elapsedOf(clock)
    this.#callMs = Math.min(details.message.timeoutMs, limits.maxCallMs)
    const { caller: hotkey, remote, bodySigned = true } = details.port
    const { body: request } = details.message
    this.#info = { hotkey, remote, bodySigned, synapse: details.route.synapse.name, request }
    const { overrunMs } = limits
    this.#watch = new OverrunWatch({ clock, log, overrunMs, call: this.#info, requestId: this.#requestId })
    this.#observation = this.#observed()
  }

  /** Lets the call in, or refuses it. */
  start(): void {
    this.#timer = this.#services.clock.setTimer(() => this.#end('timeout'), this.#callMs)
    void this.#admit()
  }

  /** The caller wants no answer any more. */
  cancel(): void {
    this.#end('cancelled')
  }

  /** The caller is gone, or the axon stops. */
  abandon(): void {
    this.#end('unreachable')
  }

  /** The caller has room for more chunks; false when that is more than anybody may have. */
  grant(credit: number, maxCredit: number): boolean {
    this.#credit += credit
    if (this.#credit > maxCredit) return false
    this.resume()
    return true
  }

  /** There may be room again. */
  resume(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  begin(): void {
    this.#begunAtMs = elapsedOf(this.#services.clock)
    void this.#work()
  }

  /** It waits for half of its time at most, and not when most answers take longer than what is left. */
  get latestBeginMs(): number {
    // Once, and only for a call that has to wait.
    this.#latestBeginMs ??=
      this.#arrivedAtMs + Math.min(this.#callMs / 2, this.#callMs - this.#route.times.quantileMs(0.5))
    return this.#latestBeginMs
  }

  lost(why: LostPlace): void {
    this.#overloaded(why)
  }

  #observed(): WatchedCall | undefined {
    const { observers } = this.#services
    if (observers.isEmpty || 'refusal' in this.#route) return undefined
    const { synapse, remote } = this.#info
    const { traceparent } = this.#message
    const { kind } = this.#route.synapse
    const { caller } = this
    return observers.begin({ synapse, kind, caller, remote, requestId: this.#requestId, traceparent })
  }

  /** Runs a step of the handler, within what observers have around it. */
  #step<T>(step: () => T): T {
    return this.#observation === undefined ? step() : this.#observation.run(step)
  }

  async #admit(): Promise<void> {
    const { admitting, quotas } = this.#services
    const quotaMs = quotas.arrive(this.caller, this.#requestBytes)
    if (quotaMs > 0) {
      this.#overloaded('quota', quotaMs)
      return
    }
    this.#watch.begins('hooks')
    const admission = { call: this.#info, route: this.#route, standing: this.#standing, places: admitting }
    const verdict = await admitCall(admission)
    this.#watch.ends()
    if (this.#isOver) return
    if (verdict.kind === 'refused') this.#refuse(verdict.reason, statusOf(verdict), { cause: verdict.cause })
    else if (verdict.kind === 'failed') this.#end('failed', verdict.cause, 'request schema')
    else this.#enter(verdict.request, verdict.priority)
  }

  #enter(request: unknown, priority: number): void {
    const { queue, quotas } = this.#services
    const quotaMs = quotas.admit(this.hasStanding, this.#requestBytes)
    if (quotaMs > 0) {
      this.#overloaded('quota', quotaMs)
      return
    }
    this.#request = request
    this.priority = priority
    const why = queue.enter(this)
    if (why !== undefined) this.#overloaded(why)
  }

  async #work(): Promise<void> {
    this.#watch.begins('handler')
    try {
      if (this.#route.synapse.kind === 'unary') await this.#answer(this.#route as UnaryRoute)
      else await this.#stream(this.#route as StreamRoute)
    } catch (cause) {
      if (isRelayed(cause)) this.#relay(cause)
      else this.#end('failed', cause)
    } finally {
      this.#watch.ends()
      this.#services.queue.leave(this)
    }
  }

  async #answer({ synapse, handler }: UnaryRoute): Promise<void> {
    const answer = await this.#step(() => handler(this.#request, this.#context()))
    if (this.#isOver) return
    const body = await validated(synapse.answer, answer, { synapse: synapse.name, part: 'answer' })
    if (this.#isOver) return
    if (this.#port.send({ kind: 'answer', id: this.#message.id, body })) this.#succeed()
    else this.#endAsTooLarge()
  }

  async #stream({ synapse, handler }: StreamRoute): Promise<void> {
    const iterator = this.#step(() => handler(this.#request, this.#context())[Symbol.asyncIterator]())
    let isDone = false
    try {
      while (await this.#hasRoom()) {
        const next = await this.#step(() => iterator.next())
        if (next.done) {
          isDone = true
          break
        }
        if (this.#isOver) return
        const part = { synapse: synapse.name, part: 'chunk' } as const
        const body = await validated(synapse.chunk, next.value, part)
        if (this.#isOver) return
        this.#credit--
        if (!this.#port.send({ kind: 'chunk', id: this.#message.id, body })) {
          this.#endAsTooLarge()
          return
        }
      }
      if (this.#isOver) return
      this.#port.send({ kind: 'end', id: this.#message.id, status: 'ok', unhandled: false })
      this.#succeed()
    } finally {
      if (!isDone) await this.#step(() => iterator.return?.())
    }
  }

  /** Waits until the caller may get a chunk; false when the call is over. */
  async #hasRoom(): Promise<boolean> {
    while (!this.#isOver && (this.#credit <= 0 || !this.#port.hasRoom)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return !this.#isOver
  }

  #context(): CallContext {
    const signal = (): AbortSignal => this.#signal()
    return {
      caller: this.caller,
      bodySigned: this.#info.bodySigned,
      receivedAtMs: this.#receivedAtMs,
      deadlineMs: this.#receivedAtMs + this.#callMs,
      requestId: this.#requestId,
      traceparent: (this.#observation ?? this.#message).traceparent,
      // Made when it is first asked for: most handlers are done before anybody could abort them.
      get signal() {
        return signal()
      },
    }
  }

  #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#abort()
    }
    return this.#controller.signal
  }

  #abort(): void {
    this.#controller?.abort(new AbortedError({ what: `The call of ${this.#route.synapse.name}` }))
  }

  #succeed(): void {
    const { log, clock } = this.#services
    this.#close()
    log.callsAnswered++
    if (this.#begunAtMs !== undefined) this.#route.times.note(elapsedOf(clock) - this.#begunAtMs)
    const elapsedMs = this.#ended('ok')
    const synapse = this.#info.synapse
    log.events.emit('answered', { caller: this.caller, synapse, requestId: this.#requestId, elapsedMs })
  }

  /** `waitMs`: when there will be room; where that is not known, as long as an answer usually takes. */
  #overloaded(reason: RefusalReason, waitMs = this.#route.times.quantileMs(0.5)): void {
    this.#refuse(reason, 'overloaded', waitMs > 0 ? { retryAfterMs: waitMs } : {})
  }

  #refuse(
    reason: RefusalReason,
    status: Status,
    { cause, retryAfterMs }: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ): void {
    if (this.#isOver) return
    this.#close()
    this.#port.send({ kind: 'end', id: this.#message.id, status, unhandled: true, retryAfterMs })
    this.#ended(status)
    const { remote, synapse } = this.#info
    const requestId = this.#requestId
    this.#services.log.refused({ reason, remote, caller: this.caller, synapse, requestId, cause })
  }

  #endAsTooLarge(): void {
    const { maxFrameBytes } = this.#services.limits
    this.#end('tooLarge', new AnswerTooLargeError({ synapse: this.#info.synapse, maxFrameBytes }))
  }

  /** The handler tells of a call of its own: the caller hears how that ended. */
  #relay(cause: RelayedError): void {
    const { status, unhandled, retryAfterMs: waitMs } = cause
    // Nowhere else it can be said.
    const retryAfterMs = status === 'overloaded' ? waitMs : undefined
    this.#end(status, cause, null, { unhandled, retryAfterMs })
  }

  /** `part`: what is at fault when there is a cause. */
  #end(
    status: FailedEvent['status'],
    cause?: unknown,
    part: FaultEvent['part'] | null = 'handler',
    told: { readonly unhandled: boolean; readonly retryAfterMs?: number | undefined } = {
      unhandled: this.#begunAtMs === undefined,
    },
  ): void {
    if (this.#isOver) return
    this.#watch.callEnded()
    this.#close()
    this.#abort()
    if (status !== 'cancelled' || cause !== undefined)
      this.#port.send({ kind: 'end', id: this.#message.id, status, ...told })
    const elapsedMs = this.#ended(status)
    const { synapse } = this.#info
    const requestId = this.#requestId
    this.#services.log.failed({ caller: this.caller, synapse, requestId, status, elapsedMs, cause }, part)
  }

  /** Tells observers of the last word, and says how long it took to come. */
  #ended(status: Status): number {
    const elapsedMs = elapsedOf(this.#services.clock) - this.#arrivedAtMs
    this.#observation?.ended({ status, elapsedMs })
    return elapsedMs
  }

  #close(): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#port.forget(this.#message.id)
    if (this.#begunAtMs === undefined) this.#services.queue.withdraw(this)
    this.resume()
  }
}

/** What a caller is told of a call that was not admitted. */
function statusOf(verdict: Extract<Verdict, { kind: 'refused' }>): Status {
  if ('status' in verdict) return verdict.status
  const { reason } = verdict
  if (reason === 'malformedRequest') return 'malformed'
  return reason === 'admittingFull' ? 'overloaded' : 'forbidden'
}
