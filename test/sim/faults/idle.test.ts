import { describe, expect, test } from 'vitest'
import { World } from './World.js'

const [IDLE_MS, DELAY_MS] = [1_000, 20]

/** How long the second of two calls took, which comes so late, to an axon that ends idle connections. */
async function secondCall(
  atMs: number,
): Promise<{ readonly tookMs: number; readonly broken: readonly string[] }> {
  const world = await World.start({
    seed: 'idle',
    faults: [{ kind: 'delay', delayMs: DELAY_MS }],
    axonLimits: { idleMs: IDLE_MS },
  })
  const plan = { dendrite: 0, miner: 0, timeoutMs: 5_000, ask: { kind: 'echo', bytes: 1 } } as const
  world.plan([
    { ...plan, id: 'first', atMs: 0 },
    { ...plan, id: 'second', atMs },
  ])
  await world.untilCallsEnd()
  await world.idle()
  await world.end()
  expect(world.records.map(({ status }) => status)).toEqual(['ok', 'ok'])
  expect([world.begunOf('first'), world.begunOf('second')]).toEqual([1, 1])
  const { startedAtMs, endedAtMs = 0 } = world.records[1]!
  return { tookMs: endedAtMs - startedAtMs, broken: world.broken }
}

describe('a call that crosses the end of an idle connection', () => {
  test('is made again and handled once, whenever it is made', async () => {
    const took: number[] = []
    for (let atMs = IDLE_MS; atMs < IDLE_MS + 8 * DELAY_MS; atMs += 2) {
      const { tookMs, broken } = await secondCall(atMs)
      expect(broken, `a call at ${atMs} ms`).toEqual([])
      took.push(tookMs)
    }
    // There and back where the connection stands, a new one where it is known to be gone, and the wait for that in between.
    const [there, fresh] = [took[0]!, took.at(-1)!]
    expect(there).toBe(2 * DELAY_MS)
    expect(fresh).toBeGreaterThan(there)
    const crossing = took.filter((tookMs) => tookMs > fresh)
    expect(crossing.length).toBeGreaterThanOrEqual(DELAY_MS - 2)
    expect(Math.max(...crossing)).toBeLessThanOrEqual(fresh + 2 * DELAY_MS)
  }, 60_000)
})
