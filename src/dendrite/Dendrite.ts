import { check, having, listOf, plainObject, withDefaults } from '../checks/index.js'
import { type Clock, elapsedOf, systemClock, waitOn } from '../clock/index.js'
import { requestIds } from '../log/index.js'
import {
  assertSynapse,
  type CallResult,
  type Status,
  type StreamSynapse,
  type Synapse,
  validated,
} from '../synapse/index.js'
import { type ByteCounts, ByteMeters, webSocketCarrier } from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { answerOf, misfit } from './answerOf.js'
import { checkCallAllOptions, checkCallOptions, checkedTarget, KnownHotkeys } from './callChecks.js'
import { CallFailedError, DendriteClosedError, type Failure, failureOf } from './callErrors.js'
import type { CallAllOptions, CallOptions } from './callOptions.js'
import { checkDendriteOptions, type DendriteOptions } from './dendriteOptions.js'
import { eitherSignal } from './eitherSignal.js'
import { inTime, Overdue } from './inTime.js'
import { KeptBody } from './KeptBody.js'
import { type DendriteLimits, defaultDendriteLimits } from './limits.js'
import { type CallObservation, type CallObserver, sentCallObservers } from './sentCalls.js'
import { sessionClient } from './session/sessionClient.js'
import type { Target } from './target.js'
import type {
  DendriteTransport,
  StreamItem,
  TransportAnswer,
  TransportCall,
  TransportStream,
} from './transport.js'

/** Calls that `callAll` has in flight at once unless told otherwise: a whole subnet, so that none waits behind one that stalls. */
const DEFAULT_CONCURRENCY = 256

/** Hotkeys that are remembered to be addresses: several subnets of them. */
const MAX_KNOWN_HOTKEYS = 4_096

const anyTargets = listOf(plainObject)
const anyTransport = having('what sessionClient() or another transport makes', ['unary', 'stream', 'close'])

/**
 * The client of a hotkey: calls synapses of axons that prove the hotkey that is called.
 *
 * A call always ends: by an answer, by a status of the closed set, or by its deadline, that of schemas that take their time included.
 * Connections are kept and shared. Nothing is retried, except that a call whose request certainly nobody has read dials once more.
 *
 * What is sent is what was checked: the request as it was when the call was made, whatever becomes of the object afterwards, or what its
 * schema made of it where that takes its time. (A request that a stopping server sent back unread is read once more.)
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { Dendrite } from 'subnetkit/dendrite'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
 * const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob') })
 * const target = { hotkey: keyPairFromUri('//Alice').hotkey, host: '127.0.0.1', port: 9944 }
 * const result = await dendrite.call(double, target, 21, { timeoutMs: 500 })
 * if (result.status === 'ok') result.answer satisfies number
 * await dendrite.close()
 * ```
 */
export class Dendrite {
  readonly hotkey: Hotkey
  readonly #clock: Clock
  readonly #limits: DendriteLimits
  readonly #transport: DendriteTransport
  readonly #hotkeys = new KnownHotkeys(MAX_KNOWN_HOTKEYS)
  readonly #nextRequestId = requestIds()
  readonly #observers = sentCallObservers()
  readonly #bytes = new ByteMeters()
  #isClosed = false

  /**
   * @throws InvalidArgumentError naming what is wrong, such as `limits.dialMs`, a key that does not exist, or `transport` where it makes
   * none.
   */
  constructor(options: DendriteOptions) {
    checkDendriteOptions(options)
    this.hotkey = asHotkey(options.signer.address)
    this.#clock = options.clock ?? systemClock
    this.#limits = withDefaults(defaultDendriteLimits, options.limits)
    const { signer, carrier = webSocketCarrier(), transport = sessionClient() } = options
    this.#transport = transport({
      signer,
      carrier,
      clock: this.#clock,
      limits: this.#limits,
      bytesOf: (kind) => this.#bytes.of(kind),
    })
    check('transport', anyTransport, this.#transport)
  }

  /** Connections held, being made or going away. */
  get connectionCount(): number {
    return this.#transport.connectionCount
  }

  /** Bytes that went over the wire, by kind of transport: `session`, `http`; a copy. */
  get bytes(): Readonly<Record<string, ByteCounts>> {
    return this.#bytes.counts()
  }

  /**
   * Lets an observer, such as one that traces, hear of every call that is sent and of its end, until the returned function is called.
   *
   * @throws InvalidArgumentError for what is no observer.
   */
  observe(observer: CallObserver): () => void {
    return this.#observers.add(observer)
  }

  /**
   * Calls one server. Whatever the server or the network does is a status in the result.
   *
   * @throws SchemaMismatchError when the request does not fit the synapse.
   * @throws UnencodableMessageError when it cannot travel.
   * @throws InvalidAddressError when the hotkey is none.
   * @throws InvalidArgumentError naming what is wrong with the synapse, the target or the options.
   * @throws DendriteClosedError after `close`.
   */
  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    request: Request,
    options: CallOptions = {},
  ): Promise<CallResult<Answer>> {
    const asked = this.#checked(synapse, 'unary', target, options)
    const startedAtMs = elapsedOf(this.#clock)
    const checked = this.#bodyOf(synapse, request)
    const body = checked instanceof Promise ? await this.#inTime(checked, options, startedAtMs) : checked
    if (body instanceof Overdue) return this.#overdue(body, options, startedAtMs)
    const kept = new KeptBody(body)
    const result = waitOn(this.#clock, () => this.#call(synapse, asked, kept, options, startedAtMs))
    kept.keep()
    return await result
  }

  /**
   * Calls many servers with one request; results in the order of the targets.
   *
   * @throws As `call`, before anything is sent.
   */
  async callAll<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    targets: readonly Target[],
    request: Request,
    options: CallAllOptions = {},
  ): Promise<CallResult<Answer>[]> {
    assertSynapse('synapse', synapse, 'unary')
    check('targets', anyTargets, targets)
    checkCallAllOptions(options)
    const asked = targets.map((target) => checkedTarget(target, this.#hotkeys))
    const { concurrency = DEFAULT_CONCURRENCY, ...each } = options
    const startedAtMs = elapsedOf(this.#clock)
    const checked = this.#bodyOf(synapse, request)
    const body = checked instanceof Promise ? await this.#inTime(checked, each, startedAtMs) : checked
    if (this.#isClosed) throw new DendriteClosedError()
    if (body instanceof Overdue) return asked.map(() => this.#overdue(body, each, startedAtMs))
    const kept = new KeptBody(body)
    // Most are written later.
    kept.keep()
    const results = new Array<CallResult<Answer>>(asked.length)
    let next = 0
    const work = async (): Promise<void> => {
      while (next < asked.length) {
        const index = next++
        // Closed meanwhile: those that have answered are kept, and the rest ends as what is under way does.
        results[index] = this.#isClosed
          ? { ...failureOf('unreachable', true), requestId: this.#requestIdOf(each), elapsedMs: 0 }
          : await this.#call(synapse, asked[index]!, kept, each, elapsedOf(this.#clock))
      }
    }
    const workers = Math.min(concurrency, asked.length)
    await waitOn(this.#clock, () => Promise.all(Array.from({ length: workers }, work)))
    return results
  }

  /**
   * Calls one server for a stream. The server is held back when chunks are not read, and told when reading ends early.
   *
   * @throws CallFailedError when the stream ends otherwise than by its own end; its `status` says how.
   * @throws As `call`, when the first chunk is asked for.
   */
  async *stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    target: Target,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Chunk, void, undefined> {
    const asked = this.#checked(synapse, 'stream', target, options)
    const startedAtMs = elapsedOf(this.#clock)
    const { name } = synapse
    const failed = (failure: Failure, requestId: string): CallFailedError =>
      new CallFailedError({ synapse: name, requestId, ...failure })
    const checked = this.#bodyOf(synapse, request)
    const body =
      checked instanceof Promise ? await this.#inTime(checked, options, startedAtMs, 'stream') : checked
    if (body instanceof Overdue) throw failed(failureOf(body.status, true), this.#requestIdOf(options))
    const kept = new KeptBody(body)
    const begun = this.#begin(synapse, asked, kept, options, startedAtMs)
    const { call, expired, dispose, observation } = begun
    // Unless it comes otherwise, its reader leaves it.
    let status: Status = 'cancelled'
    let stream: TransportStream | undefined
    const next = (): Promise<StreamItem> => {
      stream ??= this.#transport.stream(call, this.#limits.streamCredit)
      return stream.next()
    }
    try {
      for (;;) {
        const reading = expired ?? waitOn(this.#clock, next)
        kept.keep()
        const item = await reading
        if (item.kind === 'done') {
          status = 'ok'
          return
        }
        if (item.kind !== 'chunk') status = statusOf(item)
        if (item.kind === 'unencodable') throw item.error
        if (item.kind === 'failed') throw failed(item.failure, call.requestId)
        let chunk: Chunk | Overdue
        try {
          const part = validated(synapse.chunk, item.body, { synapse: name, part: 'chunk' })
          chunk = part instanceof Promise ? await inTime(this.#clock, part, call) : part
        } catch (error) {
          status = 'malformed'
          throw failed(misfit(error), call.requestId)
        }
        if (chunk instanceof Overdue) {
          status = chunk.status
          throw failed(failureOf(status, false), call.requestId)
        }
        yield chunk
      }
    } finally {
      stream?.dispose()
      dispose()
      observation?.ended({ status, elapsedMs: elapsedOf(this.#clock) - call.startedAtMs })
    }
  }

  /** Ends every call as `unreachable` and closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#transport.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    body: KeptBody,
    options: CallOptions,
    startedAtMs: number,
  ): Promise<CallResult<Answer>> {
    const { call, expired, dispose, observation } = this.#begin(synapse, target, body, options, startedAtMs)
    const ended = expired ?? (await this.#transport.unary(call))
    const checked = ended.kind === 'answer' ? answerOf(this.#clock, synapse, ended.body, call) : ended
    const answered = checked instanceof Promise ? await checked : checked
    dispose()
    const elapsedMs = elapsedOf(this.#clock) - startedAtMs
    const { kind } = answered
    observation?.ended({ status: kind === 'answer' ? 'ok' : statusOf(answered), elapsedMs })
    if (kind === 'unencodable') throw answered.error
    if (kind === 'answer') return { status: 'ok', answer: answered.body, elapsedMs }
    return { ...answered.failure, requestId: call.requestId, elapsedMs }
  }

  /** The target as it is now: its owner may use the object for the next call before this one has left. */
  #checked(synapse: unknown, kind: 'unary' | 'stream', target: Target, options: CallOptions): Target {
    assertSynapse('synapse', synapse, kind)
    const asked = checkedTarget(target, this.#hotkeys)
    checkCallOptions(options)
    return asked
  }

  #bodyOf<Request>(
    synapse: Synapse<Request> | StreamSynapse<Request>,
    request: Request,
  ): Request | Promise<Request> {
    return validated(synapse.request, request, { synapse: synapse.name, part: 'request' })
  }

  /** Waits for the schema of a request, no longer than the call has. */
  async #inTime<T>(
    checked: Promise<T>,
    options: CallOptions,
    startedAtMs: number,
    kind: 'unary' | 'stream' = 'unary',
  ): Promise<T | Overdue> {
    const { signal, dispose } = eitherSignal(options.signal, options.within?.signal)
    const timeoutMs = this.#timeoutMs(options, startedAtMs, kind)
    try {
      return await inTime(this.#clock, checked, { startedAtMs, timeoutMs, signal })
    } finally {
      dispose()
    }
  }

  /** The call is over before there is anything to send. */
  #overdue(
    { status }: Overdue,
    options: CallOptions,
    startedAtMs: number,
  ): Exclude<CallResult<never>, { status: 'ok' }> {
    const elapsedMs = elapsedOf(this.#clock) - startedAtMs
    return { ...failureOf(status, true), requestId: this.#requestIdOf(options), elapsedMs }
  }

  #timeoutMs({ timeoutMs, within }: CallOptions, startedAtMs: number, kind: 'unary' | 'stream'): number {
    const { callMs, streamMs } = this.#limits
    const ownMs = timeoutMs ?? (kind === 'unary' ? callMs : streamMs)
    if (within === undefined) return ownMs
    // A deadline is a time of day, of which this call has used some already.
    const leftMs = within.deadlineMs - this.#clock.now()
    return Math.min(ownMs, leftMs + elapsedOf(this.#clock) - startedAtMs)
  }

  #requestIdOf({ requestId, within }: CallOptions): string {
    return requestId ?? within?.requestId ?? this.#nextRequestId()
  }

  #begin(
    synapse: Synapse | StreamSynapse,
    target: Target,
    kept: KeptBody,
    options: CallOptions,
    startedAtMs: number,
  ): BegunCall {
    if (this.#isClosed) throw new DendriteClosedError()
    const { within } = options
    const timeoutMs = this.#timeoutMs(options, startedAtMs, synapse.kind)
    const { signal, dispose } = eitherSignal(options.signal, within?.signal)
    const requestId = this.#requestIdOf(options)
    const traceparent = options.traceparent ?? within?.traceparent
    const { name, kind } = synapse
    const observation = this.#observers.isEmpty
      ? undefined
      : this.#observers.begin({ synapse: name, kind, target, requestId, traceparent })
    const call: TransportCall = {
      synapse,
      target,
      get body() {
        return kept.value
      },
      startedAtMs,
      timeoutMs,
      signal,
      requestId,
      traceparent: observation === undefined ? traceparent : observation.traceparent,
    }
    const expired =
      timeoutMs > 0 ? undefined : ({ kind: 'failed', failure: failureOf('timeout', true) } as const)
    return { call, expired, dispose, observation }
  }
}

/** A call that is about to go to the transport. */
interface BegunCall {
  readonly call: TransportCall
  /** Set when its time is over before it has begun. */
  readonly expired: Extract<TransportAnswer, { kind: 'failed' }> | undefined
  readonly dispose: () => void
  /** Set when somebody watches. */
  readonly observation: CallObservation | undefined
}

/** As what a call counts that has no answer; a request that cannot be said is malformed. */
function statusOf(ended: Exclude<TransportAnswer, { kind: 'answer' }>): Status {
  return ended.kind === 'failed' ? ended.failure.status : 'malformed'
}
