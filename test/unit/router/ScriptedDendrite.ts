import { type Clock, sleep } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import {
  CallFailedError,
  type CallOptions,
  DendriteClosedError,
  type Target,
} from '../../../src/dendrite/index.js'
import type { RouterTarget } from '../../../src/router/index.js'
import {
  type CallResult,
  type Status,
  type StreamSynapse,
  type Synapse,
  statusTable,
  validated,
} from '../../../src/synapse/index.js'
import { asHotkey, type Hotkey } from '../../../src/units/index.js'

/**
 * What a miner does with a call: how it ends, after how long, and whether no handler can have begun (default: for what a server refuses);
 * `silent` never ends by itself.
 */
export type Act =
  | {
      readonly status: Status
      readonly afterMs: number
      readonly unhandled?: boolean
      readonly retryAfterMs?: number
    }
  | 'silent'

const REFUSALS: readonly Status[] = ['unknownSynapse', 'forbidden', 'overloaded']

/** What a miner streams: a number after each wait, until the list or an act ends it. */
export interface StreamAct {
  readonly chunksAfterMs: readonly number[]
  readonly end: Act
}

/** A dendrite without a network: what each miner does is said by the test. Answers are the name of the miner. */
export class ScriptedDendrite {
  readonly hotkey = asHotkey(keyPairFromUri('//Buyer', { scheme: 'ed25519' }).address)
  readonly asked: { readonly name: string; readonly atMs: number; readonly timeoutMs: number }[] = []
  /** As each call was handed on. */
  readonly options: CallOptions[] = []
  /** Streams that go on now, and most that ever did at once. */
  streaming = 0
  mostStreaming = 0
  /** Takes no more calls then. */
  isClosed = false
  readonly #clock: Clock
  readonly #acts = new Map<string, () => Act>()
  readonly #streams = new Map<string, (request: unknown) => StreamAct>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** From here on a miner does this with each call. */
  acts(name: string, act: Act | (() => Act)): void {
    this.#acts.set(name, typeof act === 'function' ? act : () => act)
  }

  streams(name: string, act: (request: never) => StreamAct): void {
    this.#streams.set(name, act as (request: unknown) => StreamAct)
  }

  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    _request: Request,
    options: CallOptions = {},
  ): Promise<CallResult<Answer>> {
    const { timeoutMs = 10_000, signal } = options
    if (this.isClosed) throw new DendriteClosedError()
    if (synapse.name === 'subnetkit.presence') return await this.#presence(target.host, timeoutMs, signal)
    this.options.push(options)
    const name = target.host
    const startedAtMs = this.#clock.now()
    this.asked.push({ name, atMs: startedAtMs, timeoutMs })
    const act = this.#acts.get(name)?.() ?? { status: 'ok', afterMs: 10 }
    const status = await this.#ending(act, timeoutMs, signal)
    const elapsedMs = this.#clock.now() - startedAtMs
    if (status === 'ok') return { status, answer: name as Answer, elapsedMs }
    const { requestId = '' } = options
    return {
      status,
      reason: statusTable[status].meaning,
      unhandled: isUnhandled(act, status),
      requestId,
      elapsedMs,
      ...retryHint(act),
    }
  }

  /** Whoever is silent is not there; the others say at once that they do not know the synapse. */
  async #presence(name: string, timeoutMs: number, signal?: AbortSignal): Promise<CallResult<never>> {
    const act = this.#acts.get(name)?.()
    const status = act === 'silent' ? await this.#ending(act, timeoutMs, signal) : 'unknownSynapse'
    if (status === 'ok') throw new TypeError('nobody answers this')
    return { status, reason: '', unhandled: true, requestId: '', elapsedMs: 0 }
  }

  async *stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    target: Target,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Chunk, void, undefined> {
    await validated(synapse.request, request, { synapse: synapse.name, part: 'request' })
    if (this.isClosed) throw new DendriteClosedError()
    const { timeoutMs = 10_000, signal } = options
    this.options.push(options)
    const name = target.host
    this.asked.push({ name, atMs: this.#clock.now(), timeoutMs })
    const { chunksAfterMs, end } = this.#streams.get(name)?.(request) ?? {
      chunksAfterMs: [],
      end: { status: 'ok', afterMs: 1 },
    }
    let next = (request as { from?: number }).from ?? 0
    const endsAtMs = this.#clock.now() + timeoutMs
    const leftMs = (): number => endsAtMs - this.#clock.now()
    this.mostStreaming = Math.max(this.mostStreaming, ++this.streaming)
    try {
      for (const afterMs of chunksAfterMs) {
        const status = await this.#ending({ status: 'ok', afterMs }, leftMs(), signal)
        if (status !== 'ok') throw failed(synapse.name, status, false)
        yield next++ as Chunk
      }
    } finally {
      this.streaming--
    }
    const status = await this.#ending(end, leftMs(), signal)
    if (status !== 'ok') throw failed(synapse.name, status, isUnhandled(end, status), retryHint(end))
  }

  /** How often a miner was asked. */
  count(name: string): number {
    return this.asked.filter((one) => one.name === name).length
  }

  async #ending(act: Act, timeoutMs: number, signal: AbortSignal | undefined): Promise<Status> {
    const afterMs = act === 'silent' ? Number.MAX_SAFE_INTEGER : act.afterMs
    try {
      await sleep(this.#clock, Math.min(afterMs, timeoutMs), signal)
    } catch {
      return 'cancelled'
    }
    return act === 'silent' || afterMs > timeoutMs ? 'timeout' : act.status
  }
}

function isUnhandled(act: Act, status: Status): boolean {
  const said = act === 'silent' ? undefined : act.unhandled
  return said ?? REFUSALS.includes(status)
}

function retryHint(act: Act): { retryAfterMs?: number } {
  return act === 'silent' || act.retryAfterMs === undefined ? {} : { retryAfterMs: act.retryAfterMs }
}

function failed(
  synapse: string,
  status: Exclude<Status, 'ok'>,
  unhandled: boolean,
  hint: { retryAfterMs?: number } = {},
): CallFailedError {
  return new CallFailedError({
    ...hint,
    synapse,
    status,
    reason: statusTable[status].meaning,
    unhandled,
    requestId: '',
  })
}

/** The hotkey of a miner's name. */
export function hotkeyOf(name: string): Hotkey {
  return asHotkey(keyPairFromUri(`//${name}`, { scheme: 'ed25519' }).address)
}

/** Miners by name; the name is the host. */
export function targetsNamed(...names: readonly string[]): RouterTarget[] {
  return names.map((name) => ({ hotkey: hotkeyOf(name), host: name, port: 1 }))
}
