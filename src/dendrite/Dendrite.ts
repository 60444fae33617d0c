import { type Clock, systemClock, waitOn } from '../clock/index.js'
import { parseAddress, type Signer } from '../crypto/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { type CallResult, type StreamSynapse, type Synapse, validated } from '../synapse/index.js'
import { type Carrier, webSocketCarrier } from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { ConnectionPool, type Target } from './ConnectionPool.js'
import { CallFailedError, DendriteClosedError } from './callErrors.js'
import { type DendriteLimits, dendriteLimitsFrom } from './limits.js'
import type { CallSetup } from './OutgoingCall.js'
import { StreamCall } from './StreamCall.js'
import { UnaryCall } from './UnaryCall.js'

/** Longest timeout there is, a bit over 24 days. */
const MAX_TIMEOUT_MS = 0x7fff_ffff

/** Calls that `callAll` has in flight at once unless told otherwise. */
const DEFAULT_CONCURRENCY = 64

/** How a dendrite is made. */
export interface DendriteOptions {
  /** Key of the hotkey that calls. */
  readonly signer: Signer
  /** Default `webSocketCarrier()`. */
  readonly carrier?: Carrier
  /** Default the system clock. */
  readonly clock?: Clock
  readonly limits?: Partial<DendriteLimits>
}

/** How one call is made. */
export interface CallOptions {
  /** From now to the whole answer; default `limits.callMs`, for streams `limits.streamMs`. */
  readonly timeoutMs?: number
  /** Ends the call as `cancelled`; the server is told. */
  readonly signal?: AbortSignal
}

/** How a fan-out is made. */
export interface CallAllOptions extends CallOptions {
  /** Calls in flight at once; default 64. Each has `timeoutMs` of its own from the moment it begins. */
  readonly concurrency?: number
}

/**
 * The client of a hotkey: calls synapses of axons that prove the hotkey that is called.
 *
 * A call always ends: by an answer, by a status of the closed set, or by its deadline. Connections are kept and
 * shared. Nothing is retried, except that a call whose connection died before the request was written dials once more.
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
  readonly #pool: ConnectionPool

  /** @throws InvalidArgumentError when a limit is not a positive integer. */
  constructor(options: DendriteOptions) {
    this.hotkey = asHotkey(options.signer.address)
    this.#clock = options.clock ?? systemClock
    this.#limits = dendriteLimitsFrom(options.limits)
    this.#pool = new ConnectionPool({
      signer: options.signer,
      carrier: options.carrier ?? webSocketCarrier(),
      clock: this.#clock,
      limits: this.#limits,
    })
  }

  /** Connections held or being made. */
  get connectionCount(): number {
    return this.#pool.size
  }

  /**
   * Calls one server. Whatever the server or the network does is a status in the result.
   *
   * @throws SchemaMismatchError when the request does not fit the synapse.
   * @throws UnencodableMessageError when it cannot travel.
   * @throws InvalidAddressError when the hotkey is none.
   * @throws InvalidArgumentError when the timeout is none.
   * @throws DendriteClosedError after `close`.
   */
  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    request: Request,
    options: CallOptions = {},
  ): Promise<CallResult<Answer>> {
    const body = await this.#bodyOf(synapse, request)
    return await waitOn(this.#clock, () => this.#call(synapse, target, body, options))
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
    const { concurrency = DEFAULT_CONCURRENCY } = options
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new InvalidArgumentError({
        field: 'concurrency',
        value: concurrency,
        remedy: 'Pass a positive integer.',
      })
    }
    for (const target of targets) this.#checkTarget(target)
    const body = await this.#bodyOf(synapse, request)
    const results = new Array<CallResult<Answer>>(targets.length)
    let next = 0
    const work = async (): Promise<void> => {
      while (next < targets.length) {
        const index = next++
        results[index] = await this.#call(synapse, targets[index]!, body, options)
      }
    }
    const workers = Math.min(concurrency, targets.length)
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
    const body = await this.#bodyOf(synapse, request)
    const timeoutMs = options.timeoutMs ?? this.#limits.streamMs
    const call = new StreamCall(
      this.#setup(synapse.name, target, body, { ...options, timeoutMs }),
      this.#limits.streamCredit,
    )
    const part = { synapse: synapse.name, part: 'chunk' } as const
    try {
      for (let isStarted = false; ; isStarted = true) {
        const item = await waitOn(this.#clock, () => {
          if (!isStarted) call.start()
          return call.next()
        })
        if (item.kind === 'done') return
        if (item.kind === 'unsayable') throw item.error
        if (item.kind === 'failed') throw new CallFailedError({ synapse: synapse.name, ...item.failure })
        let chunk: Chunk
        try {
          chunk = await validated(synapse.chunk, item.body, part)
        } catch (error) {
          const reason = error instanceof Error ? error.message : 'The schema failed.'
          throw new CallFailedError({ synapse: synapse.name, status: 'malformed', reason })
        }
        yield chunk
      }
    } finally {
      call.dispose()
    }
  }

  /** Ends every call as `unreachable` and closes every connection. */
  async close(): Promise<void> {
    this.#pool.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    body: unknown,
    options: CallOptions,
  ): Promise<CallResult<Answer>> {
    const call = new UnaryCall<Answer>(
      synapse as unknown as Synapse<never, Answer>,
      this.#setup(synapse.name, target, body, options),
    )
    call.start()
    return call.result
  }

  /** Throws for a hotkey that is none; PERF: only for targets without a connection, it costs a hash. */
  #checkTarget(target: Target): void {
    if (!this.#pool.has(target)) parseAddress(target.hotkey)
  }

  #bodyOf<Request>(
    synapse: Synapse<Request> | StreamSynapse<Request>,
    request: Request,
  ): Request | Promise<Request> {
    return validated(synapse.request, request, { synapse: synapse.name, part: 'request' })
  }

  #setup(synapse: string, target: Target, body: unknown, options: CallOptions): CallSetup {
    if (this.#pool.isClosed) throw new DendriteClosedError()
    const timeoutMs = options.timeoutMs ?? this.#limits.callMs
    if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
      throw new InvalidArgumentError({
        field: 'timeoutMs',
        value: timeoutMs,
        remedy: `Pass a number of milliseconds above 0, at most ${MAX_TIMEOUT_MS}.`,
      })
    }
    this.#checkTarget(target)
    const { signal } = options
    return { pool: this.#pool, clock: this.#clock, target, synapse, body, timeoutMs, signal }
  }
}
