import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../src/clock/index.js'
import { silentLogger } from '../../src/log/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { Router, StreamTruncatedError } from '../../src/router/index.js'
import { defineStream } from '../../src/synapse/index.js'
import { ScriptedDendrite, type StreamAct, targetsNamed } from '../unit/router/ScriptedDendrite.js'

const NUMBERS = 6
const STREAMS = 60
const request = z.object({ from: z.number(), to: z.number() })
const definition = { name: 'count', request, chunk: z.number(), idempotent: true }
const once = defineStream(definition)
const resumed = defineStream({ ...definition, resume: (asked, chunk) => ({ ...asked, from: chunk + 1 }) })

/** What a miner does: mostly quick, at times late, cut off, refused or silent. */
function drawn(random: SeededRandom, { from, to }: { from: number; to: number }): StreamAct {
  const firstMs = random.pick([5, 5, 5, 10, 80, 400])
  const waits = [firstMs, ...Array(Math.max(0, to - from - 1)).fill(random.pick([0, 5, 20]))]
  const kind = random.pick(['whole', 'whole', 'whole', 'cut', 'refused', 'silent'] as const)
  if (kind === 'whole') return { chunksAfterMs: waits, end: { status: 'ok', afterMs: 1 } }
  const end = {
    cut: { status: 'unreachable', afterMs: 1 },
    refused: { status: 'overloaded', afterMs: 1 },
    silent: 'silent',
  }[kind] as StreamAct['end']
  return { chunksAfterMs: kind === 'refused' ? [] : waits.slice(0, random.int(to - from)), end }
}

interface Story {
  readonly seed: number
  readonly miners: number
  readonly hedgeShare: number
  readonly isResumed: boolean
}

async function told({ seed, miners, hedgeShare, isResumed }: Story): Promise<void> {
  const random = new SeededRandom(`streams ${seed}`)
  const clock = new VirtualClock({ startMs: 1_000 })
  const dendrite = new ScriptedDendrite(clock)
  const names = Array.from({ length: miners }, (_, index) => `m${index}`)
  for (const name of names)
    dendrite.streams(name, (rest: { from: number; to: number }) => drawn(random, rest))
  const limits = { stallMs: 300 }
  const router = await Router.start({
    dendrite,
    candidates: targetsNamed(...names),
    clock,
    seed: `router ${seed}`,
    hedgeShare,
    limits,
    logger: silentLogger,
  })
  for (let index = 0; index < STREAMS; index++) {
    const stream = router.stream(isResumed ? resumed : once, { from: 0, to: NUMBERS }, { timeoutMs: 2_000 })
    const chunks: number[] = []
    let end: unknown = 'going on'
    const reading = (async () => {
      for await (const chunk of stream) chunks.push(chunk)
    })().then(
      () => {
        end = undefined
      },
      (error: unknown) => {
        end = error
      },
    )
    const beganAtMs = clock.now()
    await clock.run({ until: () => end !== 'going on' })
    await reading
    expect(clock.now() - beganAtMs).toBeLessThan(2_001)
    // A beginning of the whole, each number once; the whole unless it says otherwise.
    expect(chunks).toEqual(Array.from({ length: chunks.length }, (_, number) => number))
    if (end === undefined) expect(chunks).toHaveLength(NUMBERS)
    else expect(end).toBeInstanceOf(StreamTruncatedError)
    const { parts } = stream
    expect(parts.reduce((sum, part) => sum + part.chunks, 0)).toBe(chunks.length)
    expect(parts.map(({ status }) => status)).not.toContain('open')
    // Whoever lost has let go.
    await clock.run({ untilMs: clock.now() + 1 })
    expect([dendrite.streaming, router.counters.callsInFlight]).toEqual([0, 0])
    expect(router.candidates.map(({ inFlight }) => inFlight)).toEqual(names.map(() => 0))
  }
  const { hedges } = router.counters
  expect(hedges).toBeLessThanOrEqual(STREAMS * hedgeShare + 1e-9)
  expect(dendrite.mostStreaming).toBeLessThanOrEqual(hedges > 0 ? 2 : 1)
}

describe('streams that are asked twice when their first chunk is late', () => {
  it('are whole or cut off, each chunk once and in order, within their share, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          miners: fc.integer({ min: 1, max: 4 }),
          hedgeShare: fc.constantFrom(0, 0.05, 0.3, 1),
          isResumed: fc.boolean(),
        }),
        told,
      ),
      { numRuns: 25 },
    )
  })
})
