import { createHash } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { z } from 'zod'
import {
  Axon,
  type AxonLimits,
  type AxonOptions,
  type CallContext,
  defaultAxonLimits,
} from '../../../src/axon/index.js'
import { type Clock, sleep, VirtualClock } from '../../../src/clock/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { CallFailedError, Dendrite, type DendriteLimits, type Target } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import {
  type Fault,
  type FaultyNetwork,
  faultyNetwork,
  type PeerLife,
  type RunningPeer,
} from '../../../src/testing/index.js'

/** Longest that an axon lets a call go on. */
const MAX_CALL_MS = 60_000

/** By when everything has come to its end: idle connections are closed, overrunning handlers are over. */
const SETTLE_MS = 600_000

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** Answers at once, with what shows that it is the answer of this request. */
export const echo = defineSynapse({
  name: 'echo',
  request: z.object({ id: z.string(), bytes }),
  answer: z.object({ id: z.string(), digest: z.string() }),
})
/** Answers after a while; does not heed its signal when it is `stubborn`. */
export const slow = defineSynapse({
  name: 'slow',
  request: z.object({ id: z.string(), ms: z.number(), stubborn: z.boolean() }),
  answer: z.object({ id: z.string(), digest: z.string() }),
})
export const count = defineStream({
  name: 'count',
  request: z.object({ id: z.string(), chunks: z.number(), everyMs: z.number(), bytes: z.number() }),
  chunk: z.object({ id: z.string(), index: z.number(), bytes, digest: z.string() }),
})

/** What one call asks, and how its caller behaves. */
export interface CallPlan {
  readonly id: string
  readonly atMs: number
  readonly dendrite: number
  readonly miner: number
  readonly timeoutMs: number
  /** After so much time the caller gives up. */
  readonly cancelAfterMs?: number | undefined
  readonly ask:
    | { readonly kind: 'echo'; readonly bytes: number }
    | { readonly kind: 'slow'; readonly ms: number; readonly stubborn: boolean }
    | {
        readonly kind: 'count'
        readonly chunks: number
        readonly everyMs: number
        readonly bytes: number
        /** How long the caller looks at each chunk. */
        readonly readMs: number
        /** It reads no more than so many. */
        readonly stopAfter?: number | undefined
      }
}

/** What became of a call. */
export interface CallRecord {
  readonly plan: CallPlan
  readonly startedAtMs: number
  /** When its caller last began to wait, on its own clock. */
  waitedFromMs: number
  endedAtMs?: number
  status?: string
  /** The dendrite says that no handler can have begun with it. */
  unhandled?: boolean
  chunks: number
}

export function digestOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Bytes that are another's for every id. */
export function bytesOf(id: string, length: number): Uint8Array {
  const seed = createHash('sha256').update(id).digest()
  const data = new Uint8Array(length)
  for (let at = 0; at < length; at++) data[at] = seed[at & 31]! ^ (at >> 5)
  return data
}

export interface WorldOptions {
  readonly seed: string
  readonly faults: readonly Fault[]
  readonly miners?: number
  readonly dendrites?: number
  readonly axonLimits?: Partial<AxonLimits>
  readonly dendriteLimits?: Partial<DendriteLimits>
  /** Of each axon, by its clock. */
  readonly hooks?: (clock: Clock) => Partial<AxonOptions>
}

const keys = new Map<string, KeyPair>()
function keyOf(name: string): KeyPair {
  const key = keys.get(name) ?? keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
  keys.set(name, key)
  return key
}

/** Some axons and dendrites on a faulty network, and everything that must hold of their calls. */
export class World {
  readonly clock = new VirtualClock()
  readonly network: FaultyNetwork
  readonly records: CallRecord[] = []
  /** Every life's axon, with the calls it refused. */
  readonly axons: { readonly name: string; readonly axon: Axon; refusedCalls: number }[] = []
  readonly dendrites: { readonly dendrite: Dendrite; readonly clock: Clock }[] = []
  readonly broken: string[] = []
  readonly #options: WorldOptions
  readonly #runs: RunningPeer[] = []
  /** How often a handler began with an id. */
  readonly #begun = new Map<string, number>()
  readonly #shared = new AbortController()
  #open = 0

  private constructor(options: WorldOptions) {
    this.#options = options
    this.network = faultyNetwork({ seed: options.seed, clock: this.clock, faults: options.faults })
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options)
    const { miners = 1, dendrites = 1 } = options
    for (let at = 0; at < miners; at++) {
      const name = `miner-${at}`
      world.#runs.push(await world.network.run(name, (life) => world.#startMiner(life, at)))
    }
    for (let at = 0; at < dendrites; at++) {
      const { name, carrier, clock } = world.network.peer(`dendrite-${at}`)
      const limits = { streamCredit: 4, ...options.dendriteLimits }
      const dendrite = new Dendrite({ signer: keyOf(name), carrier, clock, limits })
      world.dendrites.push({ dendrite, clock })
    }
    return world
  }

  run(miner: number): RunningPeer {
    return this.#runs[miner]!
  }

  targetOf(miner: number): Target {
    const { name, keyNumber } = this.run(miner).life
    return { hotkey: keyOf(`${name}-${keyNumber}`).hotkey, host: `10.0.0.${miner}`, port: 9_000 }
  }

  begunOf(id: string): number {
    return this.#begun.get(id) ?? 0
  }

  /** Has calls made at their times. */
  plan(calls: readonly CallPlan[]): void {
    this.#open += calls.length
    for (const call of calls) this.clock.setTimer(() => void this.#make(call), call.atMs - this.clock.now())
  }

  /** Lets time pass until every call has ended. */
  async untilCallsEnd(): Promise<void> {
    await this.clock.run({ until: () => this.#open === 0, untilMs: this.clock.now() + SETTLE_MS })
    for (const { plan, endedAtMs } of this.records) {
      if (endedAtMs === undefined) this.broken.push(`call ${plan.id} never ended`)
    }
  }

  /** Lets time pass until whatever is idle has been given up. */
  async idle(): Promise<void> {
    await this.clock.run({ untilMs: this.clock.now() + SETTLE_MS })
    this.#checkNothingOpen('after a long time without calls')
  }

  /** Ends everything, and looks what is left. */
  async end(): Promise<void> {
    let isOver = false
    const ending = async (): Promise<void> => {
      for (const { dendrite } of this.dendrites) await dendrite.close()
      for (const run of this.#runs) {
        await run.stop().catch((error) => this.broken.push(`a restart failed: ${String(error)}`))
      }
      isOver = true
    }
    void ending()
    await this.clock.run({ until: () => isOver, untilMs: this.clock.now() + SETTLE_MS })
    if (!isOver) this.broken.push('it cannot be stopped')
    this.network.close()
    await this.clock.run({ untilMs: this.clock.now() + SETTLE_MS })
    this.#checkNothingOpen('after the end')
    const { pendingTimers } = this.clock
    if (pendingTimers > 0) this.broken.push(`${pendingTimers} timers are left after the end`)
    this.#checkCalls()
    this.#checkCounters()
    const listeners = getEventListeners(this.#shared.signal, 'abort').length
    if (listeners > 0) this.broken.push(`${listeners} listeners are left on the signal of the callers`)
  }

  #checkNothingOpen(when: string): void {
    const open = this.network.connectionCount
    if (open > 0) this.broken.push(`${open} connections are open ${when}`)
    for (const [at, { dendrite }] of this.dendrites.entries()) {
      if (dendrite.connectionCount > 0)
        this.broken.push(`dendrite ${at} holds ${dendrite.connectionCount} connections ${when}`)
    }
    for (const { name, axon } of this.axons) {
      const held = axon.counters
      for (const key of [
        'connectionsOpen',
        'unauthenticatedOpen',
        'callsRunning',
        'callsQueued',
        'callsAdmitting',
        'callsOverrunning',
      ] as const) {
        if (held[key] !== 0) this.broken.push(`${key} of ${name} is ${held[key]} ${when}`)
      }
    }
  }

  #checkCounters(): void {
    for (const { name, axon, refusedCalls } of this.axons) {
      const { callsReceived, callsAnswered, failed } = axon.counters
      const callsFailed = Object.values(failed).reduce((sum, value) => sum + value, 0)
      if (callsReceived !== callsAnswered + callsFailed + refusedCalls)
        this.broken.push(
          `${name} received ${callsReceived} calls, answered ${callsAnswered}, failed ${callsFailed} and refused ${refusedCalls}`,
        )
    }
  }

  #checkCalls(): void {
    for (const { plan, startedAtMs, waitedFromMs, endedAtMs, status, unhandled } of this.records) {
      const begun = this.begunOf(plan.id)
      if (unhandled === true && begun > 0)
        this.broken.push(`call ${plan.id} was handled, though it ended as ${status} and unhandled`)
      if (begun > 1) this.broken.push(`call ${plan.id} was handled ${begun} times`)
      if (status === 'ok' && begun === 0) this.broken.push(`call ${plan.id} was answered by nobody`)
      // A reader that comes late is told then. Skewed clocks show whole milliseconds.
      const lastMs = Math.max(startedAtMs + plan.timeoutMs, waitedFromMs) + 1
      if (endedAtMs !== undefined && endedAtMs > lastMs)
        this.broken.push(`call ${plan.id} ended ${endedAtMs - lastMs} ms after its deadline, as ${status}`)
    }
  }

  async #startMiner(life: PeerLife, at: number): Promise<Axon> {
    const { name, carrier, clock, keyNumber } = life
    const axon = new Axon({
      ...this.#options.hooks?.(clock),
      signer: keyOf(`${name}-${keyNumber}`),
      carrier,
      clock,
      host: `10.0.0.${at}`,
      port: 9_000,
      logger: silentLogger,
      limits: { maxCallMs: MAX_CALL_MS, ...this.#options.axonLimits },
    })
    const { maxRunning } = { ...defaultAxonLimits, ...this.#options.axonLimits }
    let running = 0
    const begin = (id: string): void => {
      this.#begun.set(id, this.begunOf(id) + 1)
      if (++running > maxRunning)
        this.broken.push(`${name} runs ${running} handlers, which may be ${maxRunning}`)
    }
    const end = (): void => void running--
    axon.handle(echo, ({ id, bytes: data }) => {
      begin(id)
      end()
      return { id, digest: digestOf(data) }
    })
    axon.handle(slow, async ({ id, ms, stubborn }, { signal }: CallContext) => {
      begin(id)
      await sleep(clock, ms, stubborn ? undefined : signal).finally(end)
      return { id, digest: digestOf(bytesOf(id, 32)) }
    })
    axon.handle(count, async function* ({ id, chunks, everyMs, bytes: length }, { signal }) {
      begin(id)
      try {
        for (let index = 0; index < chunks; index++) {
          if (everyMs > 0) await sleep(clock, everyMs, signal)
          const data = bytesOf(`${id}/${index}`, length)
          yield { id, index, bytes: data, digest: digestOf(data) }
        }
      } finally {
        end()
      }
    })
    const entry = { name: `${name}/${life.number}`, axon, refusedCalls: 0 }
    axon.on('refused', ({ synapse }) => {
      if (synapse !== undefined) entry.refusedCalls++
    })
    this.axons.push(entry)
    await axon.start()
    return axon
  }

  async #make(plan: CallPlan): Promise<void> {
    const { dendrite, clock } = this.dendrites[plan.dendrite]!
    const record: CallRecord = { plan, startedAtMs: clock.now(), waitedFromMs: 0, chunks: 0 }
    this.records.push(record)
    const own = new AbortController()
    const timer =
      plan.cancelAfterMs === undefined ? undefined : clock.setTimer(() => own.abort(), plan.cancelAfterMs)
    const signal = timer === undefined ? this.#shared.signal : own.signal
    try {
      record.status =
        plan.ask.kind === 'count'
          ? await this.#read(record, dendrite, clock, signal)
          : await this.#ask(record, dendrite, signal)
    } catch (error) {
      record.status = 'threw'
      this.broken.push(`call ${plan.id} threw ${String(error)}`)
    }
    record.endedAtMs = clock.now()
    timer?.cancel()
    this.#open--
  }

  async #ask(record: CallRecord, dendrite: Dendrite, signal: AbortSignal): Promise<string> {
    const { id, ask, miner, timeoutMs } = record.plan
    const options = { timeoutMs, signal }
    const data = bytesOf(id, ask.kind === 'echo' ? ask.bytes : 32)
    const result =
      ask.kind === 'slow'
        ? await dendrite.call(slow, this.targetOf(miner), { id, ms: ask.ms, stubborn: ask.stubborn }, options)
        : await dendrite.call(echo, this.targetOf(miner), { id, bytes: data }, options)
    if (result.status !== 'ok') {
      record.unhandled = result.unhandled
      return result.status
    }
    const { answer } = result
    if (answer.id !== id || answer.digest !== digestOf(data))
      this.broken.push(`call ${id} got the answer of ${answer.id}, ${answer.digest}`)
    return 'ok'
  }

  async #read(record: CallRecord, dendrite: Dendrite, clock: Clock, signal: AbortSignal): Promise<string> {
    const { id, ask, miner, timeoutMs } = record.plan
    if (ask.kind !== 'count') return 'no stream'
    const { chunks, everyMs, bytes: length, readMs, stopAfter } = ask
    const request = { id, chunks, everyMs, bytes: length }
    try {
      for await (const chunk of dendrite.stream(count, this.targetOf(miner), request, {
        timeoutMs,
        signal,
      })) {
        const expected = bytesOf(`${id}/${record.chunks}`, length)
        if (chunk.id !== id || chunk.index !== record.chunks || digestOf(chunk.bytes) !== digestOf(expected))
          this.broken.push(`call ${id} got chunk ${chunk.index} of ${chunk.id} as number ${record.chunks}`)
        record.chunks++
        if (record.chunks === stopAfter) return 'left'
        if (readMs > 0) await sleep(clock, readMs)
        record.waitedFromMs = clock.now()
      }
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error
      record.unhandled = error.unhandled
      return error.status
    }
    if (record.chunks !== chunks)
      this.broken.push(`call ${id} ended well after ${record.chunks} of ${chunks} chunks`)
    return 'ok'
  }
}
