import {
  check,
  clock as clockCheck,
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
import {
  assertSynapse,
  type CallResult,
  type StreamSynapse,
  type Synapse,
  validated,
} from '../synapse/index.js'
import { type Carrier, webSocketCarrier } from '../transport/index.js'
import { asHotkey, type Hotkey } from '../units/index.js'
import { ConnectionPool, type Target } from './ConnectionPool.js'
import { checkCallAllOptions, checkCallOptions, checkTarget } from './callChecks.js'
import { CallFailedError, DendriteClosedError } from './callErrors.js'
import type { CallAllOptions, CallOptions } from './callOptions.js'
import { type DendriteLimits, defaultDendriteLimits, dendriteLimitsShape } from './limits.js'
import type { CallSetup } from './OutgoingCall.js'
import { StreamCall } from './StreamCall.js'
import { UnaryCall } from './UnaryCall.js'

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

const optionsShape = shape<DendriteOptions>({
  signer,
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
  clock: optional(clockCheck),
  limits: optional(dendriteLimitsShape),
})
const anyTargets = listOf(plainObject)

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

  /** @throws InvalidArgumentError naming what is wrong, such as `limits.dialMs`, or a key that does not exist. */
  constructor(options: DendriteOptions) {
    check('options', optionsShape, options)
    this.hotkey = asHotkey(options.signer.address)
    this.#clock = options.clock ?? systemClock
    this.#limits = withDefaults(defaultDendriteLimits, options.limits)
    this.#pool = new ConnectionPool({
      signer: options.signer,
      carrier: options.carrier ?? webSocketCarrier(),
      clock: this.#clock,
      limits: this.#limits,
    })
  }

  /** Connections held, being made or going away. */
  get connectionCount(): number {
    return this.#pool.size
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
    this.#check(synapse, 'unary', target, options)
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
    assertSynapse('synapse', synapse, 'unary')
    check('targets', anyTargets, targets)
    checkCallAllOptions(options)
    for (const target of targets) checkTarget(target, this.#isKnown)
    const { concurrency = DEFAULT_CONCURRENCY } = options
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
    this.#check(synapse, 'stream', target, options)
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
        if (item.kind === 'unencodable') throw item.error
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

  readonly #isKnown = (target: Target): boolean => this.#pool.has(target)

  #check(synapse: unknown, kind: 'unary' | 'stream', target: Target, options: CallOptions): void {
    assertSynapse('synapse', synapse, kind)
    checkTarget(target, this.#isKnown)
    checkCallOptions(options)
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
    const { signal } = options
    return { pool: this.#pool, clock: this.#clock, target, synapse, body, timeoutMs, signal }
  }
}
