import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { type RoutedResult, Router, type RouterOptions } from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { hotkeyOf, ScriptedDendrite, targetsNamed } from './ScriptedDendrite.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })
const act = defineSynapse({ name: 'act', request: z.number(), answer: z.string() })

interface Setting {
  readonly clock: VirtualClock
  readonly dendrite: ScriptedDendrite
  readonly router: Router
  /** Calls, and lets time go on until the call has ended. */
  call(synapse?: typeof ask, options?: Parameters<Router['call']>[2]): Promise<RoutedResult<string>>
  calls(count: number, synapse?: typeof ask): Promise<RoutedResult<string>[]>
}

async function setting(names: readonly string[], options: Partial<RouterOptions> = {}): Promise<Setting> {
  const clock = new VirtualClock({ startMs: 1_000 })
  const dendrite = new ScriptedDendrite(clock)
  const router = await Router.start({
    dendrite,
    candidates: targetsNamed(...names),
    clock,
    seed: 'test',
    exploreShare: 0,
    hedgeShare: 0,
    logger: silentLogger,
    ...options,
  })
  const call: Setting['call'] = async (synapse = ask, callOptions = {}) => {
    let result: RoutedResult<string> | undefined
    const done = router.call(synapse, 1, callOptions).then((ended) => {
      result = ended
      return ended
    })
    await clock.run({ until: () => result !== undefined })
    return await done
  }
  const calls: Setting['calls'] = async (count, synapse = ask) => {
    const results: RoutedResult<string>[] = []
    for (let i = 0; i < count; i++) results.push(await call(synapse))
    return results
  }
  return { clock, dendrite, router, call, calls }
}

describe('a call without trouble', () => {
  it('asks one miner, and says which', async () => {
    const { call, dendrite, router } = await setting(['a'])
    const result = await call()
    expect(result).toEqual({
      status: 'ok',
      answer: 'a',
      hotkey: hotkeyOf('a'),
      elapsedMs: 10,
      attempts: [{ hotkey: hotkeyOf('a'), kind: 'first', status: 'ok', startedMs: 0, elapsedMs: 10 }],
    })
    expect(dendrite.asked).toEqual([{ name: 'a', atMs: 1_000, timeoutMs: 10_000 }])
    expect(router.counters).toMatchObject({ calls: 1, callsAnswered: 1, attempts: 1, extraRequests: 0 })
  })

  it('goes to miners by what they earn and cost', async () => {
    const [rich, poor, dear] = targetsNamed('rich', 'poor', 'dear')
    const candidates = [
      { ...rich!, incentive: 6 },
      { ...poor!, incentive: 1 },
      { ...dear!, incentive: 6, price: 6 },
    ]
    const { calls, dendrite } = await setting([], { candidates })
    await calls(400)
    expect(dendrite.count('rich') / 400).toBeCloseTo(0.74, 1)
    expect(dendrite.count('poor') / 400).toBeCloseTo(0.13, 1)
    expect(dendrite.count('dear') / 400).toBeCloseTo(0.13, 1)
  })

  it('goes to quick miners more than to slow ones', async () => {
    const { calls, dendrite } = await setting(['quick', 'slow'])
    dendrite.acts('slow', { status: 'ok', afterMs: 200 })
    await calls(300)
    expect(dendrite.count('quick')).toBeGreaterThan(2 * dendrite.count('slow'))
  })

  it('makes the same choices with the same seed', async () => {
    const run = async (seed: string): Promise<string[]> => {
      const { calls, dendrite } = await setting(['a', 'b', 'c'], { seed, exploreShare: 0.2 })
      await calls(50)
      return dendrite.asked.map(({ name }) => name)
    }
    expect(await run('x')).toEqual(await run('x'))
    expect(await run('x')).not.toEqual(await run('y'))
  })
})

describe('a call in trouble', () => {
  it('goes elsewhere when the server refused it, whatever the synapse', async () => {
    const { call, dendrite } = await setting(['a', 'b'])
    for (const [status, synapse] of [
      ['overloaded', act],
      ['unknownSynapse', act],
      ['forbidden', act],
    ] as const) {
      dendrite.acts('a', { status, afterMs: 5 })
      for (let i = 0; i < 8; i++) expect(await call(synapse)).toMatchObject({ status: 'ok', answer: 'b' })
    }
    expect(dendrite.count('a')).toBeGreaterThan(0)
  })

  it('goes elsewhere when the request never left, whatever the synapse', async () => {
    const { calls, dendrite } = await setting(['a', 'b'])
    dendrite.acts('a', { status: 'unreachable', afterMs: 5, unhandled: true })
    for (const result of await calls(10, act)) expect(result).toMatchObject({ status: 'ok', answer: 'b' })
    expect(dendrite.count('a')).toBeGreaterThan(0)
  })

  it('says whether no handler can have begun with any of its requests', async () => {
    const { call, dendrite } = await setting(['a', 'b'])
    for (const name of ['a', 'b']) dendrite.acts(name, { status: 'unreachable', afterMs: 5, unhandled: true })
    expect(await call(act, { timeoutMs: 300 })).toMatchObject({ status: 'timeout', unhandled: true })
    for (const name of ['a', 'b']) dendrite.acts(name, 'silent')
    expect(await call(act, { timeoutMs: 300 })).toMatchObject({ status: 'timeout', unhandled: false })
  })

  it('ends with what happened when a handler may have begun and the synapse is not idempotent', async () => {
    const { call, dendrite } = await setting(['a', 'b'])
    for (const status of ['unreachable', 'failed', 'timeout'] as const) {
      for (const name of ['a', 'b']) dendrite.acts(name, { status, afterMs: 5 })
      const { attempts, ...result } = await call(act)
      expect(result.status).toBe(status)
      expect(attempts).toHaveLength(1)
    }
  })

  it('goes elsewhere after any failure when the synapse is idempotent', async () => {
    const { calls, dendrite } = await setting(['a', 'b'])
    for (const status of ['unreachable', 'failed', 'malformed', 'unauthenticated'] as const) {
      dendrite.acts('a', { status, afterMs: 5 })
      for (const result of await calls(5)) expect(result.status).toBe('ok')
    }
  })

  it('takes the answer of four handlers for the answer', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const { call, dendrite } = await setting(names)
    for (const name of names) dendrite.acts(name, { status: 'failed', afterMs: 5 })
    const result = await call()
    expect([result.status, result.attempts.length]).toEqual(['failed', 4])
  })

  it('asks all again after a pause when all have failed, until the deadline', async () => {
    const { call, dendrite, clock } = await setting(['a', 'b'])
    for (const name of ['a', 'b'])
      dendrite.acts(name, () => {
        const status = name === 'b' && clock.now() > 3_000 ? 'ok' : 'unreachable'
        return { status, afterMs: 1 }
      })
    const result = await call()
    expect(result).toMatchObject({ status: 'ok', answer: 'b' })
    expect(result.elapsedMs).toBeLessThan(2_600)
    expect(result.attempts.length).toBeLessThan(30)
  })

  it('ends at its deadline, and says what was tried', async () => {
    const { call, dendrite, clock } = await setting(['a'])
    dendrite.acts('a', 'silent')
    const result = await call(act, { timeoutMs: 500 })
    expect(result).toMatchObject({ status: 'timeout', elapsedMs: 500 })
    expect(result.status === 'ok' ? '' : result.reason).toBe('The deadline passed. Miners asked: 1.')
    expect(clock.now()).toBe(1_500)
  })

  it('is abandoned when the caller cancels', async () => {
    const { dendrite, router, clock } = await setting(['a'])
    dendrite.acts('a', 'silent')
    const controller = new AbortController()
    const result = router.call(ask, 1, { signal: controller.signal })
    clock.setTimer(() => controller.abort(), 50)
    await clock.run({ untilMs: 1_100 })
    expect(await result).toMatchObject({
      status: 'cancelled',
      elapsedMs: 50,
      attempts: [{ status: 'abandoned' }],
    })
    expect(router.counters.callsInFlight).toBe(0)
  })

  it('is unreachable when there is nobody', async () => {
    const { call } = await setting([])
    expect(await call()).toMatchObject({
      status: 'unreachable',
      reason: 'There is no miner to ask.',
      attempts: [],
    })
  })

  it('asks another when one is silent for a quarter of the time, and takes whichever answers', async () => {
    const { call, dendrite } = await setting(['a', 'b', 'c'])
    for (const name of ['a', 'b', 'c']) dendrite.acts(name, 'silent')
    dendrite.acts('c', { status: 'ok', afterMs: 5 })
    for (let i = 0; i < 6; i++) {
      const result = await call(ask, { timeoutMs: 8_000 })
      expect(result).toMatchObject({ status: 'ok', answer: 'c' })
      // A quarter of 8 s, and a quarter of the rest.
      expect(result.elapsedMs).toBeLessThanOrEqual(2_000 + 1_500 + 5)
    }
  })
})

describe('a miner that is slow and there', () => {
  it.each([1, 3])('is waited for, though nothing is known of it and there are %i like it', async (miners) => {
    const names = ['a', 'b', 'c'].slice(0, miners)
    const { call, dendrite } = await setting(names)
    for (const name of names) dendrite.acts(name, { status: 'ok', afterMs: 6_000 })
    const result = await call(ask, { timeoutMs: 10_000 })
    expect(result).toMatchObject({ status: 'ok', elapsedMs: 6_000 })
    expect(result.attempts.filter(({ status }) => status === 'timeout')).toEqual([])
  })

  it('is waited for, though its other answers were quick', async () => {
    const { call, calls, dendrite } = await setting(['a'])
    await calls(40)
    dendrite.acts('a', { status: 'ok', afterMs: 9_000 })
    expect(await call()).toMatchObject({ status: 'ok', elapsedMs: 9_000, attempts: { length: 1 } })
  })

  it('is asked anew once it is not there any more', async () => {
    const { call, dendrite, router, clock } = await setting(['a'])
    const startedAtMs = clock.now()
    dendrite.acts('a', () => (clock.now() < startedAtMs + 2_600 ? 'silent' : { status: 'ok', afterMs: 5 }))
    // Silent for a quarter, not there for another second.
    const result = await call(ask, { timeoutMs: 10_000 })
    expect(result).toMatchObject({ status: 'ok' })
    expect(result.elapsedMs).toBeLessThan(3_600)
    expect(router.counters).toMatchObject({ presenceChecks: 1, attempts: 2, extraRequests: 2 })
  })
})

describe('a call on behalf of another', () => {
  it('gets no longer than is left there, ends with it, and carries its name in every attempt', async () => {
    const { call, clock, dendrite } = await setting(['a', 'b'])
    const controller = new AbortController()
    const scope = {
      signal: controller.signal,
      deadlineMs: clock.now() + 400,
      requestId: 'r-1',
      traceparent: undefined,
    }
    dendrite.acts('a', { status: 'unreachable', afterMs: 5 })
    dendrite.acts('b', 'silent')
    expect(await call(ask, { within: scope })).toMatchObject({
      status: 'timeout',
      elapsedMs: 400,
      requestId: 'r-1',
    })
    expect(dendrite.options.length).toBeGreaterThan(1)
    for (const options of dendrite.options) expect(options.requestId).toBe('r-1')
    clock.setTimer(() => controller.abort(), 30)
    const later = { ...scope, deadlineMs: clock.now() + 400 }
    expect(await call(ask, { within: later, requestId: 'own' })).toMatchObject({
      status: 'cancelled',
      elapsedMs: 30,
      requestId: 'own',
    })
  })

  it('has one name for all attempts in any case', async () => {
    const { call, dendrite } = await setting(['a', 'b', 'c'])
    for (const name of ['a', 'b', 'c']) dendrite.acts(name, { status: 'overloaded', afterMs: 5 })
    await call(ask, { timeoutMs: 100 })
    expect(new Set(dendrite.options.map(({ requestId }) => requestId)).size).toBe(1)
  })
})

describe('a hedge', () => {
  it('comes after the 95th percentile, within its share of the calls', async () => {
    const { calls, dendrite, router } = await setting(['a', 'b'], { hedgeShare: 0.05 })
    await calls(100)
    let n = 0
    for (const name of ['a', 'b'])
      dendrite.acts(name, () => ({ status: 'ok', afterMs: n++ % 10 === 0 ? 1_000 : 10 }))
    const results = await calls(400)
    const { hedges, hedgesWon, calls: made } = router.counters
    expect(hedges).toBeGreaterThan(10)
    expect(hedges).toBeLessThanOrEqual(0.05 * made + 1)
    expect(hedgesWon).toBeGreaterThan(10)
    const hedged = results.find(({ attempts }) =>
      attempts.some(({ kind, status }) => kind === 'hedge' && status === 'ok'),
    )
    expect(hedged?.elapsedMs).toBeLessThan(60)
    expect(hedged?.attempts.map(({ status }) => status)).toEqual(['ok', 'abandoned'])
  })

  it('that finds nobody leaves the call to be taken for stalled later', async () => {
    const { call, calls, dendrite, clock } = await setting(['a', 'b'], { hedgeShare: 1 })
    await calls(60)
    dendrite.acts('b', { status: 'unreachable', afterMs: 1 })
    await calls(20)
    dendrite.acts('a', 'silent')
    dendrite.acts('b', () => ({ status: clock.now() > 3_000 ? 'ok' : 'unreachable', afterMs: 1 }))
    const result = await call(ask, { timeoutMs: 8_000 })
    expect(result).toMatchObject({ status: 'ok', answer: 'b' })
    expect(result.elapsedMs).toBeLessThan(3_000)
  })

  it('that fails leaves the miner before it to be looked after, and to be asked anew when its connection was dead', async () => {
    const { call, calls, dendrite, clock, router } = await setting(['a', 'b'], { hedgeShare: 1 })
    await calls(60)
    dendrite.acts('b', { status: 'unreachable', afterMs: 1 })
    await calls(20)
    let isDead = true
    dendrite.acts('a', () => (isDead ? 'silent' : { status: 'ok', afterMs: 10 }))
    // Alive over another connection, which is asked for once the first is known to be dead.
    clock.setTimer(() => {
      isDead = false
    }, 2_000)
    const result = await call(ask, { timeoutMs: 6_000 })
    expect(result).toMatchObject({ status: 'ok', answer: 'a' })
    expect(result.elapsedMs).toBeLessThan(3_500)
    expect(router.counters.presenceChecks).toBe(1)
  })

  it('is never made for a synapse that is not idempotent', async () => {
    const { calls, dendrite, router } = await setting(['a', 'b'], { hedgeShare: 1 })
    await calls(60, act)
    for (const name of ['a', 'b']) dendrite.acts(name, { status: 'ok', afterMs: 2_000 })
    await calls(20, act)
    expect(router.counters.extraRequests).toBe(0)
  })
})

describe('a miner that fails', () => {
  it('is left alone once its breaker is open, tried by single calls, and comes back', async () => {
    const { call, calls, dendrite, router, clock } = await setting(['a', 'b'], { exploreShare: 0.2 })
    dendrite.acts('a', { status: 'unreachable', afterMs: 1 })
    await calls(30)
    expect(router.counters).toMatchObject({ breakersOpened: 1, breakersOpen: 1 })
    const before = dendrite.count('a')
    for (let i = 0; i < 200; i++) {
      await clock.run({ untilMs: clock.now() + 100 })
      expect((await call()).status).toBe('ok')
    }
    // Twenty seconds: tried when due, after 1, 2, 4, 8 s.
    expect(dendrite.count('a') - before).toBeGreaterThanOrEqual(2)
    expect(dendrite.count('a') - before).toBeLessThanOrEqual(6)
    dendrite.acts('a', { status: 'ok', afterMs: 10 })
    const later = dendrite.count('a')
    for (let i = 0; i < 600; i++) {
      await clock.run({ untilMs: clock.now() + 100 })
      await call()
    }
    expect(dendrite.count('a') - later).toBeGreaterThan(100)
    expect(router.counters.breakersOpen).toBe(0)
  })

  it('comes back however many others stay down', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `m${i}`)
    const { call, dendrite, router, clock } = await setting([...names, 'up'], { exploreShare: 0.2 })
    for (const name of names) dendrite.acts(name, { status: 'unreachable', afterMs: 1 })
    const live = async (seconds: number): Promise<void> => {
      for (let i = 0; i < 10 * seconds; i++) {
        await clock.run({ untilMs: clock.now() + 100 })
        expect((await call()).status).toBe('ok')
      }
    }
    await live(60)
    expect(router.counters.breakersOpen).toBe(30)
    for (const name of ['m3', 'm29']) dendrite.acts(name, { status: 'ok', afterMs: 10 })
    await live(120)
    expect(router.candidates.filter(({ breaker }) => breaker === 'closed').map(({ host }) => host)).toEqual([
      'm3',
      'm29',
      'up',
    ])
  })

  it('that is overloaded, as all others are, is asked ten times a second by all calls together', async () => {
    const { router, dendrite, clock } = await setting(['a', 'b'])
    for (const name of ['a', 'b']) dendrite.acts(name, { status: 'overloaded', afterMs: 1 })
    const calls = Promise.all(Array.from({ length: 20 }, (_, n) => router.call(ask, n, { timeoutMs: 2_000 })))
    await clock.run({ untilMs: 4_000 })
    expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set(['timeout']))
    // Twenty at first, before the first says so; then each miner by one call in a tenth of a second.
    expect(dendrite.count('a') + dendrite.count('b')).toBeLessThan(20 + 2 * 2 * 10)
  })

  it('is not asked again for a synapse that it does not answer, and stays good for others', async () => {
    const { calls, dendrite, router } = await setting(['a', 'b'])
    dendrite.acts('a', { status: 'unknownSynapse', afterMs: 1 })
    await calls(40)
    expect(dendrite.count('a')).toBe(1)
    dendrite.acts('a', { status: 'ok', afterMs: 10 })
    await calls(40, act)
    expect(dendrite.count('a')).toBeGreaterThan(5)
    expect(router.counters.breakersOpened).toBe(0)
  })

  it('that does not answer a synapse is asked once by a call, and once by each that has nobody else', async () => {
    for (const status of ['unknownSynapse', 'forbidden'] as const) {
      const { call, dendrite } = await setting(['a', 'b'])
      for (const name of ['a', 'b']) dendrite.acts(name, { status, afterMs: 1 })
      const first = await call()
      expect(first).toMatchObject({ status, unhandled: true })
      expect(first.attempts).toHaveLength(2)
      expect((await call()).attempts).toHaveLength(2)
      expect([dendrite.count('a'), dendrite.count('b')]).toEqual([2, 2])
      // Whoever answers it by then is found by that.
      dendrite.acts('b', { status: 'ok', afterMs: 1 })
      expect(await call()).toMatchObject({ status: 'ok', answer: 'b' })
    }
  })

  it('is left alone for as long as it asks, and others take over', async () => {
    const { calls, call, dendrite, clock } = await setting(['a', 'b'])
    dendrite.acts('a', { status: 'overloaded', afterMs: 1, retryAfterMs: 3_000 })
    while (dendrite.count('a') === 0) await call()
    const untilMs = clock.now() + 3_000
    dendrite.acts('a', { status: 'ok', afterMs: 10 })
    while (clock.now() + 20 < untilMs) expect((await call()).status).toBe('ok')
    expect(dendrite.count('a')).toBe(1)
    await calls(60)
    expect(dendrite.count('a')).toBeGreaterThan(5)
  })

  it('that asks to be left alone for ever is asked again after half a minute', async () => {
    const { call, dendrite, clock } = await setting(['a'])
    dendrite.acts('a', { status: 'overloaded', afterMs: 0, retryAfterMs: 3_600_000 })
    expect((await call(ask, { timeoutMs: 5_000 })).status).toBe('timeout')
    dendrite.acts('a', { status: 'ok', afterMs: 10 })
    expect(await call(ask, { timeoutMs: 60_000 })).toMatchObject({ status: 'ok' })
    expect([dendrite.count('a'), clock.now()]).toEqual([2, expect.any(Number)])
    expect(clock.now()).toBeGreaterThanOrEqual(1_000 + 30_000)
    expect(clock.now()).toBeLessThan(1_000 + 30_200)
  })

  it('of a session that asks to be left alone hands its sessions on until then', async () => {
    const { call, dendrite, clock } = await setting(['a', 'b', 'c'])
    const first = await call(ask, { session: 's' })
    const home = first.status === 'ok' ? first.answer : ''
    dendrite.acts(home, { status: 'overloaded', afterMs: 1, retryAfterMs: 2_000 })
    const away = await call(ask, { session: 's' })
    expect(away).toMatchObject({ status: 'ok', attempts: [{ status: 'overloaded' }, { status: 'ok' }] })
    dendrite.acts(home, { status: 'ok', afterMs: 10 })
    expect(await call(ask, { session: 's' })).toMatchObject({ answer: away.status === 'ok' && away.answer })
    await clock.run({ untilMs: clock.now() + 2_000 })
    expect(await call(ask, { session: 's' })).toMatchObject({ answer: home })
  })

  it('gets fewer calls at once when it says that it is overloaded', async () => {
    const { call, router, dendrite, clock } = await setting(['a', 'b'])
    dendrite.acts('a', { status: 'overloaded', afterMs: 1 })
    for (let i = 0; i < 60; i++) {
      await call()
      await clock.run({ untilMs: clock.now() + 300 })
    }
    expect(router.candidates.find(({ host }) => host === 'a')?.concurrency).toBeLessThan(8)
    expect(router.counters.breakersOpened).toBe(0)
  })

  it('at a new address is asked again at once', async () => {
    const { call, dendrite, router } = await setting(['a'])
    dendrite.acts('a', { status: 'unreachable', afterMs: 1 })
    const [target] = targetsNamed('a')
    expect(await call(ask, { timeoutMs: 200 })).toMatchObject({ status: 'timeout' })
    expect(router.candidates[0]).toMatchObject({ host: 'a', breaker: 'open' })
    router.update([{ ...target!, host: 'elsewhere' }])
    expect(router.candidates[0]).toMatchObject({ host: 'elsewhere', breaker: 'closed' })
    expect(await call()).toMatchObject({ status: 'ok', answer: 'elsewhere' })
  })
})

describe('exploring', () => {
  it('tries a miner without any incentive or history', async () => {
    const [rich, fresh] = targetsNamed('rich', 'fresh')
    const candidates = [
      { ...rich!, incentive: 1 },
      { ...fresh!, incentive: 0 },
    ]
    const { calls, dendrite } = await setting([], {
      candidates,
      exploreShare: 0.1,
      weigh: ({ incentive }) => incentive,
    })
    await calls(100)
    expect(dendrite.count('fresh')).toBeGreaterThan(0)
  })
})

describe('a session', () => {
  it('keeps its miner, leaves it while that is down, and comes back', async () => {
    const { call, dendrite, clock } = await setting(['a', 'b', 'c', 'd'])
    const own = async (session: string): Promise<string> => {
      const result = await call(ask, { session })
      return result.status === 'ok' ? result.answer : result.status
    }
    const first = await own('s')
    for (let i = 0; i < 20; i++) expect(await own('s')).toBe(first)
    dendrite.acts(first, { status: 'unreachable', afterMs: 1 })
    const second = await own('s')
    expect(second).not.toBe(first)
    for (let i = 0; i < 10; i++) expect(await own('s')).toBe(second)
    dendrite.acts(first, { status: 'ok', afterMs: 10 })
    await clock.run({ untilMs: clock.now() + 60_000 })
    expect(await own('s')).toBe(first)
  })

  it('spreads sessions over all miners', async () => {
    const { call, dendrite } = await setting(['a', 'b', 'c'])
    for (let i = 0; i < 60; i++) await call(ask, { session: `session ${i}` })
    for (const name of ['a', 'b', 'c']) expect(dendrite.count(name)).toBeGreaterThan(8)
  })
})

describe('bounds', () => {
  it('end calls as overloaded beyond those in flight and waiting', async () => {
    const { router, dendrite, clock } = await setting(['a'], { limits: { maxInFlight: 2, maxWaiting: 1 } })
    dendrite.acts('a', { status: 'ok', afterMs: 100 })
    const results = Promise.all([1, 2, 3, 4].map((n) => router.call(ask, n)))
    expect(router.counters).toMatchObject({ callsInFlight: 2, callsWaiting: 1 })
    await clock.run({ untilMs: 2_000 })
    const [one, two, three, four] = await results
    expect([one, two, three].map((result) => result?.status)).toEqual(['ok', 'ok', 'ok'])
    expect(three?.elapsedMs).toBe(200)
    expect(four).toMatchObject({
      status: 'overloaded',
      reason: 'The router has 2 calls in flight and 1 that wait (limits.maxInFlight, limits.maxWaiting).',
    })
    expect(router.counters).toMatchObject({ callsInFlight: 0, callsWaiting: 0, failed: { overloaded: 1 } })
  })

  it('let any number of calls that wait end at once', async () => {
    const { router, dendrite, clock } = await setting(['a'], {
      limits: { maxInFlight: 1, maxWaiting: 20_000 },
    })
    dendrite.acts('a', { status: 'ok', afterMs: 100 })
    const results = Promise.all(Array.from({ length: 20_000 }, (_, n) => router.call(ask, n)))
    router.update([])
    await clock.run({ untilMs: 2_000 })
    const statuses = (await results).map(({ status }) => status)
    expect([statuses[0], ...new Set(statuses.slice(1))]).toEqual(['ok', 'unreachable'])
    expect(router.counters).toMatchObject({ callsInFlight: 0, callsWaiting: 0 })
  })

  it('keep a miner to its concurrency while others wait for room', async () => {
    const { router, dendrite, clock } = await setting(['a'])
    let now = 0
    let most = 0
    dendrite.acts('a', () => {
      most = Math.max(most, ++now)
      clock.setTimer(() => now--, 100)
      return { status: 'ok', afterMs: 100 }
    })
    const results = Promise.all(Array.from({ length: 60 }, (_, n) => router.call(ask, n)))
    await clock.run({ untilMs: 5_000 })
    expect((await results).every(({ status }) => status === 'ok')).toBe(true)
    expect(most).toBeGreaterThanOrEqual(16)
    expect(most).toBeLessThanOrEqual(20)
  })

  it('let one more call to a miner each second when those that it is at never end', async () => {
    const { router, dendrite, clock } = await setting(['a'])
    dendrite.acts('a', 'silent')
    for (let n = 0; n < 16; n++) void router.call(act, n, { timeoutMs: 60_000 })
    dendrite.acts('a', { status: 'ok', afterMs: 5 })
    const later = router.call(ask, 17)
    await clock.run({ untilMs: 4_000 })
    expect(await later).toMatchObject({ status: 'ok' })
    expect((await later).elapsedMs).toBeLessThan(1_200)
  })

  it('keep the number of candidates, by incentive', async () => {
    const candidates = targetsNamed('a', 'b', 'c').map((target, i) => ({ ...target, incentive: i }))
    const { router } = await setting([], { candidates, limits: { maxCandidates: 2, maxRemembered: 2 } })
    expect(router.candidates.map(({ host }) => host)).toEqual(['c', 'b'])
  })

  it('keep what is remembered, of whatever number of hotkeys', async () => {
    const { router, calls } = await setting(['a', 'b'], { limits: { maxCandidates: 2, maxRemembered: 3 } })
    await calls(10)
    for (const name of ['c', 'd', 'e', 'f']) {
      router.update(targetsNamed(name))
      await calls(1)
    }
    expect(router.counters.minersRemembered).toBe(3)
  })
})

describe('what a buyer hands in', () => {
  it('leaves out and prices miners; a function that throws leaves out its miner and is told', async () => {
    const faults: string[] = []
    const clock = new VirtualClock()
    const router = await Router.start({
      dendrite: new ScriptedDendrite(clock),
      clock,
      candidates: targetsNamed('a', 'b', 'c', 'd'),
      filter: ({ host }) => {
        if (host === 'd') throw new TypeError('no d')
        return host !== 'a'
      },
      price: ({ host }) => (host === 'b' ? 3 : Number.NaN),
      logger: { ...silentLogger, error: (_fields, message) => faults.push(message) },
    })
    expect(router.candidates.map(({ host, price }) => [host, price])).toEqual([['b', 3]])
    expect(faults).toHaveLength(2)
  })

  it('weighs by the usual rule where the own one fails', async () => {
    const faults: unknown[] = []
    const { router, calls } = await setting(['a', 'b'], { weigh: () => -1 })
    router.on('fault', ({ part }) => faults.push(part))
    expect((await calls(5)).every(({ status }) => status === 'ok')).toBe(true)
    expect(faults).toContain('weigh')
  })

  it('takes a promise for no answer, and hears what it rejects with', async () => {
    const later = async (): Promise<never> => {
      throw new TypeError('later')
    }
    const options = { filter: later, price: later } as unknown as Partial<RouterOptions>
    expect((await setting(['a'], options)).router.candidates).toEqual([])
    const weighing = await setting(['a'], { weigh: later } as unknown as Partial<RouterOptions>)
    expect(await weighing.call()).toMatchObject({ status: 'ok' })
  })

  it('hears events, and drops a listener that throws', async () => {
    const { router, call } = await setting(['a'])
    const heard: unknown[] = []
    router.on('called', (event) => heard.push(event))
    router.on('attempt', () => {
      throw new Error('mine')
    })
    await call()
    await call()
    expect(heard[0]).toEqual({ synapse: 'ask', status: 'ok', attempts: 1, elapsedMs: 10 })
    expect(router.counters.listenersDropped).toBe(1)
  })
})

describe('waiting', () => {
  it('lets time move in held work of the same clock', async () => {
    const { router, clock } = await setting(['a'])
    const held = clock.hold(() => router.call(ask, 1))
    await clock.run({ untilMs: 2_000 })
    expect(await held).toMatchObject({ status: 'ok', elapsedMs: 10 })
  })
})
