import { elapsedOf } from '../../src/clock/index.js'
import {
  CallFailedError,
  Dendrite,
  DendriteClosedError,
  type DendriteTransport,
  type Failure,
  failureOf,
  type StreamItem,
  type Target,
  type TransportAnswer,
  type TransportCall,
  type TransportServices,
  type TransportStream,
} from '../../src/dendrite/index.js'
import { silentLogger } from '../../src/log/index.js'
import { Router, type RouterStore, StreamTruncatedError } from '../../src/router/index.js'
import { MinerHealth } from '../../src/router/MinerHealth.js'
import { encodeMemory } from '../../src/router/routerMemory.js'
import { type StreamSynapse, type Synapse, UnencodableMessageError } from '../../src/synapse/index.js'

/** A miner that is known to take many calls at once: of one that is not, a router finds out little by little. */
function remembering(hotkey: Target['hotkey']): RouterStore {
  const health = new MinerHealth({
    success: { good: 1, bad: 0, atMs: 0 },
    pace: 1,
    concurrency: 128,
    lastUsedMs: 0,
    latencies: [],
  })
  const memory = encodeMemory([[hotkey, health]], { maxRemembered: 1, maxMemoryBytes: 4_096 })
  return { load: async () => memory, save: async () => {} }
}

/**
 * A router as what carries a dendrite's calls: each target is the only candidate of a router of its own. It holds what a transport holds, so that
 * whoever calls through a router meets no other outcomes than who calls by hand.
 */
export function routedTransport(services: TransportServices): DendriteTransport {
  return new RoutedTransport(services)
}

class RoutedTransport implements DendriteTransport {
  readonly kind = 'routed'
  readonly #services: TransportServices
  readonly #dendrite: Dendrite
  readonly #routers = new Map<string, Promise<Router>>()

  constructor(services: TransportServices) {
    const { signer, carrier, clock, limits } = services
    this.#services = services
    this.#dendrite = new Dendrite({ signer, carrier, clock, limits })
  }

  get connectionCount(): number {
    return this.#dendrite.connectionCount
  }

  async unary(call: TransportCall): Promise<TransportAnswer> {
    try {
      const router = await this.#routerOf(call.target)
      const result = await router.call(call.synapse as Synapse, call.body, this.#optionsOf(call))
      if (result.status === 'ok') return { kind: 'answer', body: result.answer }
      const { status, reason, unhandled } = result
      return { kind: 'failed', failure: { status, reason, unhandled } }
    } catch (error) {
      return endOf(error)
    }
  }

  stream(call: TransportCall): TransportStream {
    return new RoutedItems(
      this.#routerOf(call.target).then((router) =>
        router.stream(call.synapse as StreamSynapse, call.body, this.#optionsOf(call)),
      ),
    )
  }

  close(): void {
    void this.#dendrite.close()
    for (const router of this.#routers.values()) void router.then((one) => one.close())
  }

  #routerOf(target: Target): Promise<Router> {
    const key = JSON.stringify(target)
    const known = this.#routers.get(key)
    if (known !== undefined) return known
    const { clock } = this.#services
    const started = Router.start({
      dendrite: this.#dendrite,
      candidates: [target],
      clock,
      seed: key,
      store: remembering(target.hotkey),
      // A transport makes no call twice.
      limits: { maxAttempts: 1 },
      logger: silentLogger,
    })
    this.#routers.set(key, started)
    return started
  }

  #optionsOf({ startedAtMs, timeoutMs, signal, requestId, traceparent }: TransportCall) {
    const leftMs = Math.max(Number.MIN_VALUE, timeoutMs - (elapsedOf(this.#services.clock) - startedAtMs))
    return {
      timeoutMs: leftMs,
      requestId,
      ...(signal === undefined ? {} : { signal }),
      ...(traceparent === undefined ? {} : { traceparent }),
    }
  }
}

class RoutedItems implements TransportStream {
  readonly #iterator: Promise<AsyncIterator<unknown>>
  #end: StreamItem | undefined

  constructor(stream: Promise<AsyncIterable<unknown>>) {
    this.#iterator = stream.then((chunks) => chunks[Symbol.asyncIterator]())
    this.#iterator.catch(() => {})
  }

  async next(): Promise<StreamItem> {
    if (this.#end !== undefined) return this.#end
    try {
      const item = await (await this.#iterator).next()
      if (item.done !== true) return { kind: 'chunk', body: item.value }
      this.#end ??= { kind: 'done' }
    } catch (error) {
      this.#end ??= endOf(error)
    }
    return this.#end
  }

  dispose(): void {
    this.#end ??= { kind: 'done' }
    void this.#iterator.then((iterator) => iterator.return?.()).catch(() => {})
  }
}

function endOf(error: unknown): Exclude<TransportAnswer, { kind: 'answer' }> {
  if (error instanceof UnencodableMessageError) return { kind: 'unencodable', error }
  return { kind: 'failed', failure: failureIn(error) }
}

function failureIn(error: unknown): Failure {
  if (error instanceof DendriteClosedError) return failureOf('unreachable', true)
  if (error instanceof CallFailedError || error instanceof StreamTruncatedError)
    return { status: error.status, reason: error.reason, unhandled: error.unhandled }
  throw error
}
