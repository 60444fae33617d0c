import { type Clock, sleep } from '../../clock/index.js'
import { CallFailedError, failureOf, type Target } from '../../dendrite/index.js'
import type { RoundMiner } from '../../mechanism/index.js'
import type { RoundClient } from '../../neuron/index.js'
import {
  type CallResult,
  SchemaMismatchError,
  type Status,
  type StreamSynapse,
  type Synapse,
  validated,
} from '../../synapse/index.js'
import type { Hotkey } from '../../units/index.js'
import { type GivenPart, GivenReply, type GivenThing } from './given.js'
import { NotGivenError } from './NotGivenError.js'

const NO_REQUEST = ''

/** How an ask is made; a round always says both. */
interface Asking {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What was given for one thing, or `undefined`. */
export type GivenBy = <Door extends GivenThing['door']>(
  door: Door,
  name: string,
) => Extract<GivenThing, { door: Door }> | undefined

/** Asks functions in place of miners, on the round's own time. */
export class GivenClient implements RoundClient {
  readonly #given: GivenBy
  readonly #miners: ReadonlyMap<Hotkey, RoundMiner>
  readonly #clock: Clock

  constructor(given: GivenBy, miners: ReadonlyMap<Hotkey, RoundMiner>, clock: Clock) {
    this.#given = given
    this.#miners = miners
    this.#clock = clock
  }

  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    request: Request,
    { timeoutMs = 0, signal }: Asking = {},
  ): Promise<CallResult<Answer>> {
    const thing = this.#given('ask', synapse.name)
    if (thing === undefined) throw notGiven('ask', synapse.name)
    const startedAtMs = this.#clock.now()
    const given = await this.#clock.hold(async () => await thing.gives(request, this.#miner(target)))
    const {
      status = 'ok',
      answer,
      elapsedMs = 0,
    } = given instanceof GivenReply ? given.parts : { answer: given }
    const isLate = elapsedMs >= timeoutMs
    const ended = await this.#pass(Math.min(elapsedMs, timeoutMs), signal)
    const end = ended ?? (isLate ? 'timeout' : status)
    const passedMs = this.#clock.now() - startedAtMs
    if (end !== 'ok') return { ...failureOf(end, false), requestId: NO_REQUEST, elapsedMs: passedMs }
    try {
      const checked = await validated(synapse.answer, answer, { synapse: synapse.name, part: 'answer' })
      return { status: 'ok', answer: checked, elapsedMs: passedMs }
    } catch (error) {
      if (!(error instanceof SchemaMismatchError)) throw error
      return { ...failureOf('malformed', false), requestId: NO_REQUEST, elapsedMs: passedMs }
    }
  }

  async *stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    target: Target,
    request: Request,
    { timeoutMs = 0, signal }: Asking = {},
  ): AsyncGenerator<Chunk> {
    const { name } = synapse
    const thing = this.#given('stream', name)
    if (thing === undefined) throw notGiven('stream', name)
    const given = await this.#clock.hold(async () => await thing.gives(request, this.#miner(target)))
    const { parts, status } = 'parts' in given ? given : { parts: given, status: 'ok' as const }
    let passedMs = 0
    for (const { chunk, afterMs = passedMs } of parts as readonly GivenPart<Chunk>[]) {
      const isLate = afterMs >= timeoutMs
      const untilMs = Math.max(passedMs, Math.min(afterMs, timeoutMs))
      const ended = await this.#pass(untilMs - passedMs, signal)
      if (ended !== undefined || isLate) throw failed(name, ended ?? 'timeout')
      passedMs = untilMs
      yield await this.#chunk(synapse, chunk)
    }
    if (status !== 'ok') throw failed(name, status)
  }

  async #chunk<Chunk>({ name, chunk }: StreamSynapse<unknown, Chunk>, given: unknown): Promise<Chunk> {
    try {
      return await validated(chunk, given, { synapse: name, part: 'chunk' })
    } catch (error) {
      if (!(error instanceof SchemaMismatchError)) throw error
      throw failed(name, 'malformed')
    }
  }

  /** Lets time pass; how the ask ended where it was cancelled. */
  async #pass(spanMs: number, signal: AbortSignal | undefined): Promise<'cancelled' | undefined> {
    return await sleep(this.#clock, spanMs, signal).then(
      () => undefined,
      () => 'cancelled' as const,
    )
  }

  #miner({ hotkey }: Target): RoundMiner {
    const miner = this.#miners.get(hotkey as Hotkey)
    if (miner === undefined) throw notGiven('ask', String(hotkey))
    return miner
  }
}

function notGiven(door: 'ask' | 'stream', what: string): NotGivenError {
  return new NotGivenError({ door, what, remedy: `Put given(${what}, ...) to outside of roundOf.` })
}

function failed(synapse: string, status: Exclude<Status, 'ok'>): CallFailedError {
  return new CallFailedError({ synapse, ...failureOf(status, false), requestId: NO_REQUEST })
}
