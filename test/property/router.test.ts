import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../src/axon/index.js'
import { sleep, VirtualClock } from '../../src/clock/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite } from '../../src/dendrite/index.js'
import { silentLogger } from '../../src/log/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { type RoutedResult, Router, type RouterCounters } from '../../src/router/index.js'
import { defineStream, defineSynapse, statusTable } from '../../src/synapse/index.js'
import { createMemoryNetwork } from '../../src/transport/index.js'
import { OutageCarrier, type Reach } from '../support/outageCarrier.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.number(), idempotent: true })
const act = defineSynapse({ name: 'act', request: z.number(), answer: z.number() })
const count = defineStream({
  name: 'count',
  request: z.object({ from: z.number(), to: z.number() }),
  chunk: z.number(),
  resume: (request, chunk) => ({ ...request, from: chunk + 1 }),
})

/** How long a call may take, and how long each state of the miners lasts. */
const TIMEOUT_MS = 3_000
const WINDOW_MS = 3_500
const CALL_EVERY_MS = 170

/** What may be wrong with a miner in a window; `failing` answers every call with a failure. */
type State = Reach | 'failing'
const TROUBLES: readonly State[] = ['down', 'stalled', 'vanished', 'failing', 'up']

interface Story {
  readonly seed: number
  readonly miners: number
  readonly windows: number
}

/**
 * States by window and miner. In each window one miner is up that is still up in the next: whatever call begins there, a capable
 * miner lives for all of it.
 */
function statesOf({ seed, miners, windows }: Story): State[][] {
  const random = new SeededRandom(`outages ${seed}`)
  const guardians = Array.from({ length: windows + 1 }, () => random.int(miners))
  return Array.from({ length: windows }, (_, window) =>
    Array.from({ length: miners }, (_, miner) => {
      const isGuarded = miner === guardians[window] || miner === guardians[window - 1]
      return isGuarded ? 'up' : random.pick(TROUBLES)
    }),
  )
}

interface Call {
  readonly id: number
  readonly isIdempotent: boolean
  readonly startedAtMs: number
  readonly result: RoutedResult<number>
}

interface Told {
  readonly calls: readonly Call[]
  readonly made: number
  /** How often a handler began with a request that may be asked once. */
  readonly begun: ReadonlyMap<number, number>
  readonly streams: readonly { readonly chunks: readonly number[]; readonly error: unknown }[]
  readonly states: readonly (readonly State[])[]
  readonly minerOf: ReadonlyMap<string, number>
  readonly left: RouterCounters
  readonly inFlight: number
}

/** Plays a story: miners as real axons over the in-memory carrier, a buyer that calls at an even pace. */
async function play(story: Story): Promise<Told> {
  const clock = new VirtualClock({ startMs: 1_000 })
  const carrier = new OutageCarrier(createMemoryNetwork({ clock, latencyMs: 2 }), clock)
  const states = statesOf(story)
  const random = new SeededRandom(`calls ${story.seed}`)
  const begun = new Map<number, number>()
  const failing = new Set<number>()
  const minerOf = new Map<string, number>()
  const targets = []
  for (let miner = 0; miner < story.miners; miner++) {
    const signer = keyPairFromUri(`//Miner${miner}`, { scheme: 'ed25519' })
    const axon = new Axon({ signer, carrier, clock, host: `m${miner}`, port: 1, logger: silentLogger })
    const work = async (value: number): Promise<number> => {
      await sleep(clock, 5 + ((value * 7) % 40))
      if (failing.has(miner)) throw new TypeError('not today')
      return 2 * value
    }
    axon.handle(ask, work)
    axon.handle(act, async (id) => {
      begun.set(id, (begun.get(id) ?? 0) + 1)
      return await work(id)
    })
    axon.handle(count, async function* ({ from, to }) {
      for (let n = from; n < to; n++) {
        await sleep(clock, 40)
        if (failing.has(miner)) throw new TypeError('not today')
        yield n
      }
    })
    await axon.start()
    minerOf.set(axon.hotkey, miner)
    targets.push({ hotkey: axon.hotkey, host: `m${miner}`, port: 1 })
  }
  const dendrite = new Dendrite({
    signer: keyPairFromUri('//Buyer', { scheme: 'ed25519' }),
    carrier,
    clock,
    limits: { dialMs: 400 },
  })
  const router = await Router.start({
    dendrite,
    candidates: targets,
    clock,
    seed: String(story.seed),
    logger: silentLogger,
    limits: { stallMs: 600 },
  })

  const enter = (window: number): void => {
    for (const [miner, state] of (states[window] ?? []).entries()) {
      if (state === 'failing') failing.add(miner)
      else failing.delete(miner)
      carrier.set({ host: `m${miner}`, port: 1 }, state === 'failing' ? 'up' : state)
    }
  }
  for (let window = 0; window < story.windows; window++)
    clock.setTimer(() => enter(window), window * WINDOW_MS)

  const calls: Call[] = []
  const streams: { chunks: number[]; error: unknown }[] = []
  const endMs = clock.now() + (story.windows - 1) * WINDOW_MS
  let made = 0
  const readStream = async (): Promise<void> => {
    const told: { chunks: number[]; error: unknown } = { chunks: [], error: 'unended' }
    streams.push(told)
    try {
      for await (const chunk of router.stream(count, { from: 0, to: 30 }, { timeoutMs: 12_000 }))
        told.chunks.push(chunk)
      told.error = undefined
    } catch (error) {
      told.error = error
    }
  }
  const buyer = (async () => {
    await sleep(clock, 1)
    while (clock.now() < endMs) {
      const id = made++
      const isIdempotent = random.int(3) > 0
      const startedAtMs = clock.now()
      void router
        .call(isIdempotent ? ask : act, id, {
          timeoutMs: TIMEOUT_MS,
          ...(id % 5 === 0 ? { session: 's' } : {}),
        })
        .then((result) => calls.push({ id, isIdempotent, startedAtMs, result }))
      if (id % 10 === 0) void readStream()
      await sleep(clock, CALL_EVERY_MS)
    }
  })()
  await clock.run({ untilMs: endMs + 15_000 })
  await buyer
  const inFlight = router.candidates.reduce((sum, candidate) => sum + candidate.inFlight, 0)
  await router.close()
  await dendrite.close()
  return { calls, made, begun, streams, states, minerOf, left: router.counters, inFlight }
}

/** Whether a miner did not listen at any time of an attempt: the request cannot have left. */
function wasDownThroughout(told: Told, { startedAtMs, result }: Call): boolean {
  const last = result.attempts.at(-1)
  if (last === undefined) return false
  const miner = told.minerOf.get(last.hotkey) ?? -1
  const windowAt = (ms: number): number => Math.floor((ms - 1_000) / WINDOW_MS)
  const from = startedAtMs + last.startedMs
  const windows = [windowAt(from), windowAt(from + last.elapsedMs)]
  return windows.every((window) => told.states[Math.min(window, told.states.length - 1)]?.[miner] === 'down')
}

describe('while a capable miner lives, whatever the others do', () => {
  const stories = fc.record({
    seed: fc.nat(1_000_000),
    miners: fc.integer({ min: 2, max: 4 }),
    windows: fc.integer({ min: 3, max: 6 }),
  })
  // The same stories in every run; more of them by the variable, as in the run of a thousand before a release.
  const runs = { seed: 11, numRuns: Number(process.env.SUBNETKIT_ROUTER_STORIES ?? 8), endOnFailure: true }

  it('idempotent calls are answered in time, others when they were not delivered; nothing is done twice', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const told = await play(story)
        expect(told.calls).toHaveLength(told.made)
        for (const call of told.calls) {
          const { id, isIdempotent, result } = call
          expect(Object.keys(statusTable)).toContain(result.status)
          expect(result.elapsedMs).toBeLessThanOrEqual(TIMEOUT_MS)
          if (result.status === 'ok') expect(result.answer).toBe(2 * id)
          else if (isIdempotent) expect({ id, result }).toEqual('answered')
          else if (wasDownThroughout(told, call)) expect({ id, result }).toEqual('asked of another')
          expect(told.begun.get(id) ?? 0).toBeLessThanOrEqual(1)
        }
        expect(told.left).toMatchObject({ callsInFlight: 0, callsWaiting: 0 })
        expect(told.inFlight).toBe(0)
      }),
      runs,
    )
  }, 600_000)

  it('streams that can go on are whole, each chunk once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const { streams } = await play(story)
        expect(streams.length).toBeGreaterThan(2)
        for (const stream of streams) {
          expect(stream).toEqual({ chunks: Array.from({ length: 30 }, (_, n) => n), error: undefined })
        }
      }),
      runs,
    )
  }, 600_000)
})
