import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  type RoutedCallOptions,
  type RoutedResult,
  Router,
  type RouterStore,
} from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { ScriptedDendrite, targetsNamed } from './ScriptedDendrite.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })
const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

/** A store in this process. */
function memoryStore(): RouterStore {
  let bytes: Uint8Array | null = null
  return {
    load: async () => bytes,
    save: async (saved) => {
      bytes = saved
    },
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** Sets the time of the machine; what is waited for goes on. */
function set(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs)
}

async function run<T>(work: () => Promise<T>): Promise<T> {
  let isOver = false
  const done = work().finally(() => {
    isOver = true
  })
  while (!isOver) await vi.advanceTimersByTimeAsync(5)
  return await done
}

/** A router on the clock of the machine. */
async function setting(store?: RouterStore) {
  const dendrite = new ScriptedDendrite(systemClock)
  const options = { dendrite, candidates: targetsNamed('a', 'b'), seed: 'test', exploreShare: 0 }
  const router = await run(() => Router.start({ ...options, logger: silentLogger, ...(store && { store }) }))
  const call = (given: RoutedCallOptions = {}): Promise<RoutedResult<string>> =>
    run(() => router.call(ask, 1, given))
  return { dendrite, router, call }
}

describe('a clock that is set while a router runs', () => {
  it.each([-HOUR_MS, HOUR_MS])('by %i ms moves no breaker', async (byMs) => {
    const { call, dendrite, router } = await setting()
    dendrite.acts('a', { status: 'unreachable', afterMs: 1 })
    while (router.counters.breakersOpen === 0) await call()
    const asked = dendrite.count('a')
    set(byMs)
    for (let index = 0; index < 20; index++) await call()
    expect(dendrite.count('a')).toBe(asked)
    dendrite.acts('a', { status: 'ok', afterMs: 10 })
    dendrite.acts('b', { status: 'unreachable', afterMs: 1 })
    await vi.advanceTimersByTimeAsync(1_300)
    expect(await call()).toMatchObject({ status: 'ok', answer: 'a' })
  })

  it.each([-HOUR_MS, HOUR_MS])('by %i ms ends no call sooner or later', async (byMs) => {
    const { call, dendrite } = await setting()
    for (const name of ['a', 'b']) dendrite.acts(name, 'silent')
    setTimeout(() => set(byMs), 100)
    expect(await call({ timeoutMs: 2_000 })).toMatchObject({ status: 'timeout', elapsedMs: 2_000 })
  })

  it('leaves the deadline of a handler’s call to the clock that it is on', async () => {
    const { call, dendrite } = await setting()
    for (const name of ['a', 'b']) dendrite.acts(name, 'silent')
    set(-HOUR_MS)
    const { signal } = new AbortController()
    const within = { signal, deadlineMs: systemClock.now() + 300, requestId: 'r', traceparent: undefined }
    expect(await call({ within })).toMatchObject({ status: 'timeout', elapsedMs: 300 })
  })

  it.each([
    ['back', -YEAR_MS / 2, { successRate: expect.closeTo(0.5, 1) }],
    ['forward', 10 * YEAR_MS, { successRate: expect.closeTo(1, 5) }],
  ])('%s between two runs leaves what is stored of use', async (_, byMs, worth) => {
    const store = memoryStore()
    const first = await setting(store)
    first.dendrite.acts('a', { status: 'failed', afterMs: 1 })
    await first.call()
    while (first.dendrite.count('a') === 0) await first.call()
    await run(() => first.router.close())
    set(byMs)
    const second = await setting(store)
    const a = second.router.candidates.find(({ host }) => host === 'a')
    expect(a).toMatchObject(worth)
    expect(a?.lastUsedMs).toBeLessThanOrEqual(systemClock.now())
    expect(a?.lastUsedMs).toBeGreaterThan(0)
    expect(await second.call()).toMatchObject({ status: 'ok' })
  })
})
