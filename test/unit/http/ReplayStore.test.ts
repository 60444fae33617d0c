import { afterEach, describe, expect, it, vi } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import { checkFreshness, Nonces } from '../../../src/http/freshness.js'
import { memoryReplayStore } from '../../../src/http/index.js'
import { recordUse } from '../../../src/http/recordUse.js'

const entry = (nonce: string, sender = 'you') => ({ receiver: 'me', sender, nonce })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the replay store in memory', () => {
  it('takes each use once, by receiver, sender and nonce', () => {
    const store = memoryReplayStore()
    expect(store.record(entry('1'))).toBe('fresh')
    expect(store.record(entry('1'))).toBe('replayed')
    expect(store.record(entry('2'))).toBe('fresh')
    expect(store.record(entry('1', 'another'))).toBe('fresh')
    expect(store.record({ ...entry('1'), receiver: 'another' })).toBe('fresh')
  })

  it('remembers for as long as it says, and forgets by twice that', async () => {
    const clock = new VirtualClock()
    const store = memoryReplayStore({ retentionMs: 1_000, clock })
    for (const afterMs of [0, 999]) {
      const nonce = String(afterMs)
      await clock.run({ untilMs: clock.now() + afterMs })
      expect(store.record(entry(nonce))).toBe('fresh')
      await clock.run({ untilMs: clock.now() + 1_000 })
      expect(store.record(entry(nonce))).toBe('replayed')
      await clock.run({ untilMs: clock.now() + 2_000 })
      expect(store.record(entry(nonce))).toBe('fresh')
    }
  })

  it.each([
    ['forward by a day', 86_400_000],
    ['back by a day', -86_400_000],
  ])('forgets nothing and keeps nothing longer when the machine’s clock is set %s', (_what, byMs) => {
    const [startMs, setMs] = [5_000, Date.now() + byMs]
    const lasted = vi.spyOn(performance, 'now').mockReturnValue(startMs)
    const store = memoryReplayStore({ retentionMs: 1_000, maxEntries: 2 })
    expect(store.record(entry('1'))).toBe('fresh')
    vi.spyOn(Date, 'now').mockReturnValue(setMs)
    expect(store.record(entry('1'))).toBe('replayed')
    for (const afterMs of [2_000, 4_000]) {
      lasted.mockReturnValue(startMs + afterMs)
      expect([store.record(entry('1')), store.record(entry('2'))]).toEqual(['fresh', 'fresh'])
    }
  })

  it('is full for one sender and in all, and never makes room by forgetting', () => {
    const store = memoryReplayStore({ maxPerSender: 2, maxEntries: 3 })
    expect(['1', '2', '3'].map((nonce) => store.record(entry(nonce)))).toEqual(['fresh', 'fresh', 'full'])
    expect(['1', '2'].map((nonce) => store.record(entry(nonce, 'b')))).toEqual(['fresh', 'full'])
    expect(store.record(entry('1'))).toBe('replayed')
  })

  it('keeps a bounded number of a million nonces', () => {
    const store = memoryReplayStore({ maxPerSender: 1_000_000, maxEntries: 10_000 })
    let full = 0
    for (let at = 0; at < 1_000_000; at++)
      if (store.record(entry(String(at), String(at % 97))) === 'full') full++
    expect(full).toBe(990_000)
  })

  it('keeps no nonce of any length', () => {
    expect(memoryReplayStore().record(entry('x'.repeat(129)))).toBe('full')
  })
})

describe('a store that says nothing', () => {
  it('refuses the request in time', async () => {
    const clock = new VirtualClock()
    const store = { retentionMs: 1, isDurable: true, record: () => new Promise<'fresh'>(() => {}) }
    const asked = expect(
      recordUse(store, { entry: entry('1'), signedAtNs: 0n }, clock),
    ).rejects.toMatchObject({
      refusal: 'unavailable',
    })
    await clock.run({ untilMs: clock.now() + 2_000 })
    await asked
  })
})

describe('nonces', () => {
  it('rise while time stands still', () => {
    const nonces = new Nonces({ ...new VirtualClock(), now: () => 5 } as VirtualClock)
    const made = Array.from({ length: 1_000 }, () => nonces.next())
    expect(made.every((nonce, at) => at === 0 || nonce > (made[at - 1] ?? 0n))).toBe(true)
    expect(made[0]).toBeGreaterThanOrEqual(5_000_000n)
    expect(made.at(-1)).toBeLessThan(6_001_000n)
  })

  it('are held to the start of the server', () => {
    const at = { nowNs: 10_000_000n, maxAgeMs: 100, maxSkewMs: 1, notBeforeMs: 5 }
    expect(() => checkFreshness({ ...at, nonce: 5_000_000n })).not.toThrow()
    expect(() => checkFreshness({ ...at, nonce: 4_999_999n })).toThrow('before this server started')
  })
})
