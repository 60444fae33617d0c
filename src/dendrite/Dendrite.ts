import {
  check,
  clock as clockCheck,
  func,
  having,
  listOf,
  optional,
  plainObject,
  shape,
  signer,
  withDefaults,
} from '../checks/index.js'
import { type Clock, systemClock, waitOn } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import { requestIds } from '../log/index.js'
import {
  assertSynapse,
  type CallResult,
  type CallScope,
  type Status,
  type StreamSynapse,
  type Synapse,
  validated,
} from '../synapse/index.js'
import { type ByteCounts, ByteMeters, type Carrier, webSocketCarrier } from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { checkCallAllOptions, checkCallOptions, checkedTarget, KnownHotkeys } from './callChecks.js'
import { CallFailedError, DendriteClosedError, type Failure, failureOf } from './callErrors.js'
import type { CallAllOptions, CallOptions } from './callOptions.js'
import { eitherSignal } from './eitherSignal.js'
import { type DendriteLimits, defaultDendriteLimits, dendriteLimitsShape } from './limits.js'
import { type CallObservation, type CallObserver, sentCallObservers } from './sentCalls.js'
import { sessionClient } from './session/sessionClient.js'
import type { Target } from './target.js'
import type {
  DendriteTransport,
  StreamItem,
  TransportAnswer,
  TransportCall,
  TransportServices,
  TransportStream,
} from './transport.js'

/** Calls that `callAll` has in flight at once unless told otherwise: a whole subnet, so that none waits behind one that stalls. */
const DEFAULT_CONCURRENCY = 256

/** Hotkeys that are remembered to be addresses: several subnets of them. */
const MAX_KNOWN_HOTKEYS = 4_096

/** How a dendrite is made. */
export interface DendriteOptions {
  /** Key of the hotkey that calls. */
  readonly signer: Signer
  /** What sessions are carried by. Default `webSocketCarrier()`. */
  readonly carrier?: Carrier
  /** Makes what carries the calls. Default `sessionClient()`: sessions over `carrier`. */
  readonly transport?: (services: TransportServices) => DendriteTransport
  /** Default the system clock. */
  readonly clock?: Clock
  readonly limits?: Partial<DendriteLimits>
}

const optionsShape = shape<DendriteOptions>({
  signer,
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
  transport: optional(func),
  clock: optional(clockCheck),
  limits: optional(dendriteLimitsShape),
})
const anyTargets = listOf(plainObject)
const anyTransport = having('what sessionClient() or another transport makes', ['unary', 'stream', 'close'])

/**
 * The client of a hotkey: calls synapses of axons that prove the hotkey that is called.
 *
 * A call always ends: by an answer, by a status of the closed set, or by its deadline. Connections are kept and
 * shared. Nothing is retried, except that a call dials once more whose connection died before the request was written, or whose server
 * says that it has not read it.
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
    check('options', optionsShape, options)
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
    const body = await this.#bodyOf(synapse, request)
    return await waitOn(this.#clock, () => this.#call(synapse, asked, body, options))
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
    const body = await this.#bodyOf(synapse, request)
    if (this.#isClosed) throw new DendriteClosedError()
    const results = new Array<CallResult<Answer>>(asked.length)
    let next = 0
    const work = async (): Promise<void> => {
      while (next < asked.length) {
        const index = next++
        // Closed meanwhile: those that have answered are kept, and the rest ends as what is under way does.
        results[index] = this.#isClosed
          ? { ...failureOf('unreachable', true), requestId: this.#requestIdOf(each), elapsedMs: 0 }
          : await this.#call(synapse, asked[index]!, body, each)
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
    const body = await this.#bodyOf(synapse, request)
    const begun = this.#begin(synapse, asked, body, options, this.#limits.streamMs)
    const { call, expired, dispose, observation } = begun
    const { name } = synapse
    const failed = (failure: Failure): CallFailedError =>
      new CallFailedError({ synapse: name, requestId: call.requestId, ...failure })
    // Unless it comes otherwise, its reader leaves it.
    let status: Status = 'cancelled'
    let stream: TransportStream | undefined
    const next = (): Promise<StreamItem> => {
      stream ??= this.#transport.stream(call, this.#limits.streamCredit)
      return stream.next()
    }
    try {
      for (;;) {
        const item = expired ?? (await waitOn(this.#clock, next))
        if (item.kind === 'done') {
          status = 'ok'
          return
        }
        if (item.kind !== 'chunk') status = statusOf(item)
        if (item.kind === 'unencodable') throw item.error
        if (item.kind === 'failed') throw failed(item.failure)
        let chunk: Chunk
        try {
          chunk = await validated(synapse.chunk, item.body, { synapse: name, part: 'chunk' })
        } catch (error) {
          status = 'malformed'
          throw failed(misfit(error))
        }
        yield chunk
      }
    } finally {
      stream?.dispose()
      dispose()
      observation?.ended({ status, elapsedMs: this.#clock.now() - call.startedAtMs })
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
    body: unknown,
    options: CallOptions,
  ): Promise<CallResult<Answer>> {
    const begun = this.#begin(synapse, target, body, options, this.#limits.callMs)
    const { call, expired, dispose, observation } = begun
    const ended = expired ?? (await this.#transport.unary(call))
    dispose()
    const elapsedMs = this.#clock.now() - call.startedAtMs
    const { requestId } = call
    if (ended.kind !== 'answer') observation?.ended({ status: statusOf(ended), elapsedMs })
    if (ended.kind === 'failed') return { ...ended.failure, requestId, elapsedMs }
    if (ended.kind === 'unencodable') throw ended.error
    try {
      const part = { synapse: synapse.name, part: 'answer' } as const
      const checked = validated(synapse.answer, ended.body, part)
      const answer = checked instanceof Promise ? await checked : checked
      observation?.ended({ status: 'ok', elapsedMs })
      return { status: 'ok', answer, elapsedMs }
    } catch (error) {
      observation?.ended({ status: 'malformed', elapsedMs })
      return { ...misfit(error), requestId, elapsedMs }
    }
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

  #requestIdOf({ requestId, within }: CallOptions): string {
    return requestId ?? within?.requestId ?? this.#nextRequestId()
  }

  #begin(
    synapse: Synapse | StreamSynapse,
    target: Target,
    body: unknown,
    options: CallOptions,
    defaultMs: number,
  ): BegunCall {
    if (this.#isClosed) throw new DendriteClosedError()
    const { within } = options
    const startedAtMs = this.#clock.now()
    const timeoutMs = leastMs(options.timeoutMs ?? defaultMs, within, startedAtMs)
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
      body,
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

function leastMs(timeoutMs: number, within: CallScope | undefined, nowMs: number): number {
  return within === undefined ? timeoutMs : Math.min(timeoutMs, within.deadlineMs - nowMs)
}

/** As what a call counts that has no answer; a request that cannot be said is malformed. */
function statusOf(ended: Exclude<TransportAnswer, { kind: 'answer' }>): Status {
  return ended.kind === 'failed' ? ended.failure.status : 'malformed'
}

/** What came does not fit the synapse. */
function misfit(error: unknown): Failure {
  const failure = failureOf('malformed', false)
  return error instanceof Error ? { ...failure, reason: error.message } : failure
}
