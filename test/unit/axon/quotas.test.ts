import { describe, expect, it } from 'vitest'
import { CallerQuotas } from '../../../src/axon/CallerQuotas.js'
import type { AxonQuotas } from '../../../src/axon/quotas.js'
import { ServiceTimes } from '../../../src/axon/ServiceTimes.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import type { Hotkey } from '../../../src/units/index.js'

const ann = 'ann' as Hotkey
const bob = 'bob' as Hotkey

function scene(quotas: AxonQuotas, keptShare = 0) {
  const clock = new VirtualClock()
  const pass = (ms: number): Promise<void> => clock.run({ untilMs: clock.now() + ms }).then(() => {})
  return { quotas: new CallerQuotas(quotas, clock, keptShare), clock, pass }
}

describe('quotas', () => {
  it('let everything through where there are none', () => {
    const { quotas } = scene({})
    quotas.spend(ann, 1e9, () => true)
    expect([quotas.arrive(ann), quotas.admit(false), quotas.size]).toEqual([0, 0, 0])
  })

  it('let an interval’s worth of calls come at once, and then one after the other', async () => {
    const { quotas, pass } = scene({ perCaller: { calls: 4, intervalMs: 1_000 } })
    const asked = () => quotas.arrive(ann)
    expect([asked(), asked(), asked(), asked(), asked()]).toEqual([0, 0, 0, 0, 250])
    expect(quotas.arrive(bob)).toBe(0)
    await pass(249)
    expect(asked()).toBe(1)
    await pass(1)
    expect([asked(), asked()]).toEqual([0, 250])
    await pass(60_000)
    expect([asked(), asked(), asked(), asked(), asked()]).toEqual([0, 0, 0, 0, 250])
  })

  it('count bytes when they are known, so that a large answer is waited for', async () => {
    const { quotas, pass } = scene({ perCaller: { bytes: 100, intervalMs: 1_000 } })
    expect(quotas.arrive(ann)).toBe(0)
    quotas.spend(ann, 350, () => true)
    // 250 are overdrawn, and one has to be left after a refusal of 16: 2,670 ms at 100 a second.
    expect(quotas.arrive(ann)).toBe(2_670)
    await pass(2_510)
    expect(quotas.arrive(ann)).toBe(0)
  })

  it('let who waits as long as it was told have its call, whatever the request weighs', async () => {
    for (const quota of ['perCaller', 'total'] as const) {
      const { quotas, pass } = scene({ [quota]: { bytes: 100, intervalMs: 1_000 } })
      const ask = (bytes: number): number => {
        quotas.spend(ann, bytes, () => false)
        const waitMs = quotas.arrive(ann, bytes) || quotas.admit(false, bytes)
        // The refusal itself, or the answer.
        quotas.spend(ann, waitMs > 0 ? 16 : 400, () => false)
        return waitMs
      }
      expect(ask(250)).toBe(0)
      const waitMs = ask(250)
      // 150 and 400 are overdrawn, then 250 by the request that is refused.
      expect(waitMs).toBe(8_170)
      await pass(waitMs)
      expect(ask(250)).toBe(0)
    }
  })

  it('keep a part of the total for callers with standing, which is refilled first', async () => {
    const { quotas, pass } = scene({ total: { calls: 8, intervalMs: 800 } }, 0.25)
    const strangers = [1, 2, 3, 4, 5, 6, 7].map(() => quotas.admit(false))
    expect(strangers).toEqual([0, 0, 0, 0, 0, 0, 100])
    expect([quotas.admit(true), quotas.admit(true), quotas.admit(true)]).toEqual([0, 0, 100])
    // Two are kept again before there is one for all.
    expect(quotas.admit(false)).toBe(300)
    await pass(200)
    expect([quotas.admit(false), quotas.admit(true), quotas.admit(true), quotas.admit(true)]).toEqual([
      100, 0, 0, 100,
    ])
    await pass(300)
    expect([quotas.admit(false), quotas.admit(false)]).toEqual([0, 100])
  })

  it('keep the part of the total from bytes that strangers overdraw', async () => {
    const { quotas, pass } = scene({ total: { bytes: 400, intervalMs: 1_000 } }, 0.25)
    quotas.spend(ann, 1_000_000, () => false)
    // 300 were open: 999,700 are overdrawn, and one has to be left after a refusal of 16.
    expect([quotas.admit(false), quotas.admit(true)]).toEqual([2_499_293, 0])
    quotas.spend(bob, 150, () => true)
    expect(quotas.admit(true)).toBe(168)
    await pass(128)
    expect(quotas.admit(true)).toBe(0)
  })

  it('let callers with standing have all that they ask for before strangers get any, and no more than there is', async () => {
    for (const [everyMs, least, most] of [
      [20, 500, 500],
      [5, 1_000, 1_100],
    ] as const) {
      const { quotas, pass } = scene({ total: { calls: 100, intervalMs: 1_000 } }, 0.25)
      const admitted = { standing: 0, strangers: 0 }
      for (let ms = 0; ms < 10_000; ms++) {
        if (quotas.admit(false) === 0) admitted.strangers++
        if (ms % everyMs === 0 && quotas.admit(true) === 0) admitted.standing++
        await pass(1)
      }
      expect(admitted.standing).toBeGreaterThanOrEqual(least)
      expect(admitted.standing).toBeLessThanOrEqual(most)
      // What an interval is worth was there at first.
      expect(admitted.standing + admitted.strangers).toBeLessThanOrEqual(100 + 1_000)
      expect(admitted.standing + admitted.strangers).toBeGreaterThan(1_050)
    }
  })

  it('keep one of few for callers with standing', () => {
    const { quotas } = scene({ total: { calls: 3, intervalMs: 300 } }, 0.25)
    expect([quotas.admit(false), quotas.admit(false), quotas.admit(false)]).toEqual([0, 0, 100])
    expect([quotas.admit(true), quotas.admit(true)]).toEqual([0, 100])
  })

  it('let one call through where an interval has one, whatever is kept', () => {
    const { quotas } = scene({ total: { calls: 1, intervalMs: 10 } }, 0.99)
    expect([quotas.admit(false), quotas.admit(false)]).toEqual([0, 10])
  })

  it('remember so many callers at most, and forget whoever asked least lately', () => {
    const { quotas } = scene({ perCaller: { calls: 1, intervalMs: 1_000 }, maxCallers: 3 })
    for (const caller of ['a', 'b', 'c', 'a']) quotas.arrive(caller as Hotkey)
    // The fourth pushes out b.
    quotas.arrive('d' as Hotkey)
    expect(quotas.size).toBe(3)
    expect(['a', 'c', 'd'].map((caller) => quotas.arrive(caller as Hotkey))).toEqual([1_000, 1_000, 1_000])
    expect(quotas.arrive('b' as Hotkey)).toBe(0)
  })

  it('never let a caller have more than its worth in any stretch of time', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new SeededRandom(`quota ${seed}`)
      const calls = 1 + random.int(20)
      const intervalMs = 1 + random.int(5_000)
      const { quotas, clock, pass } = scene({ perCaller: { calls, intervalMs } })
      const taken: number[] = []
      for (let step = 0; step < 500; step++) {
        const waitMs = quotas.arrive(ann)
        if (waitMs === 0) taken.push(clock.now())
        // What it was told to wait is enough.
        await pass(waitMs > 0 && random.int(2) === 0 ? waitMs : random.int(intervalMs))
      }
      let most = 0
      for (let from = 0; from < taken.length; from++) {
        for (let to = from; to < taken.length; to++) {
          const worth = calls + (calls * (taken[to]! - taken[from]!)) / intervalMs
          most = Math.max(most, to - from + 1 - worth)
        }
      }
      // What is short of a whole by a millionth is a whole.
      expect(most).toBeLessThanOrEqual(1e-3)
      expect(taken.length).toBeGreaterThan(50)
    }
  })
})

describe('ServiceTimes', () => {
  it('say nothing before there are enough, then what part of the last 64 took at most', () => {
    const times = new ServiceTimes()
    for (let n = 1; n <= 15; n++) times.note(1_000)
    expect(times.quantileMs(0.5)).toBe(0)
    for (let n = 1; n <= 64; n++) times.note(n)
    expect([0.5, 0.9, 1].map((part) => times.quantileMs(part))).toEqual([32, 58, 64])
  })
})
