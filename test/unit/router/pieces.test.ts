import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../../src/math/index.js'
import { Breaker } from '../../../src/router/Breaker.js'
import { CallGate } from '../../../src/router/CallGate.js'
import { ConcurrencyLimit } from '../../../src/router/ConcurrencyLimit.js'
import { HedgeBudget } from '../../../src/router/HedgeBudget.js'
import { Latencies } from '../../../src/router/Latencies.js'
import { LatencySketch } from '../../../src/router/LatencySketch.js'
import { hashOf, pullOf } from '../../../src/router/rendezvous.js'
import { SuccessRate } from '../../../src/router/SuccessRate.js'
import { TurnQueue } from '../../../src/router/TurnQueue.js'
import { WeightTree } from '../../../src/router/WeightTree.js'
import { defaultWeight } from '../../../src/router/weigh.js'

describe('LatencySketch', () => {
  it('knows nothing at first', () => {
    expect(new LatencySketch().quantile(0.5)).toBeUndefined()
  })

  it('gives percentiles within 9% of those of the times themselves', () => {
    const random = new SeededRandom('latencies')
    const times = Array.from({ length: 400 }, () => 2 ** (1 + 12 * random.float()))
    const sketch = new LatencySketch()
    for (const ms of times) sketch.add(ms)
    const sorted = times.toSorted((a, b) => a - b)
    for (const share of [0.05, 0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]!
      expect(sketch.quantile(share)! / exact).toBeGreaterThan(0.915)
      expect(sketch.quantile(share)! / exact).toBeLessThan(1.093)
    }
  })

  it('forgets old times as new ones come', () => {
    const sketch = new LatencySketch()
    for (let i = 0; i < 400; i++) sketch.add(1_000)
    for (let i = 0; i < 800; i++) sketch.add(10)
    expect(sketch.quantile(0.5)).toBeLessThan(12)
    expect(sketch.total).toBeLessThan(512)
  })

  it('counts what lies beyond its ends there', () => {
    const sketch = new LatencySketch()
    for (const ms of [0, 0.1, 1e9]) sketch.add(ms)
    expect(sketch.quantile(0.5)).toBeLessThan(1.2)
    expect(sketch.quantile(1)).toBeGreaterThan(200_000)
  })

  it('is made again of its counts, and of nothing else', () => {
    const sketch = new LatencySketch()
    for (const ms of [3, 30, 30, 300]) sketch.add(ms)
    const again = new LatencySketch(sketch.counts)
    expect(again.quantile(0.5)).toBe(sketch.quantile(0.5))
    expect(again.total).toBe(4)
    expect(LatencySketch.isCounts(sketch.counts)).toBe(true)
    for (const wrong of [null, 'x', [1.5], [-1], [513], [300, 300], Array(73).fill(1), ['1']])
      expect(LatencySketch.isCounts(wrong)).toBe(false)
  })
})

describe('Latencies', () => {
  it('forgets the synapse not used for longest when there are too many', () => {
    const latencies = new Latencies(2)
    for (const name of ['a', 'b', 'a', 'c']) latencies.add(name, 5)
    expect([...latencies.entries].map(([name, { total }]) => [name, total])).toEqual([
      ['a', 2],
      ['c', 1],
    ])
  })
})

describe('SuccessRate', () => {
  it('takes a miner that is not known for a good one', () => {
    expect(new SuccessRate().at(0)).toBe(1)
  })

  it('is the share that was answered, one answer counted in', () => {
    const rate = new SuccessRate()
    for (const isGood of [true, true, false]) rate.add(isGood, 0)
    expect(rate.at(0)).toBe(3 / 4)
  })

  it('forgets failures by half every two minutes', () => {
    const rate = new SuccessRate()
    rate.add(false, 0)
    expect(rate.at(0)).toBe(1 / 2)
    expect(rate.at(120_000)).toBe(1 / 1.5)
    expect(rate.at(1_200_000)).toBeGreaterThan(0.999)
  })

  it('weighs 64 calls at most, so that a miner that was good for long is soon seen to fail', () => {
    const rate = new SuccessRate()
    for (let i = 0; i < 100_000; i++) rate.add(true, 0)
    for (let i = 0; i < 64; i++) rate.add(false, 0)
    expect(rate.at(0)).toBeLessThan(0.4)
  })
})

describe('Breaker', () => {
  const failing = (breaker: Breaker, nowMs: number, times: number): boolean[] =>
    Array.from({ length: times }, () => breaker.failed(nowMs, 0.5, breaker.begin(nowMs)))

  it('opens at the third failure in a row', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 2)
    breaker.close()
    expect(failing(breaker, 0, 3)).toEqual([false, false, true])
    expect([breaker.stateAt(0), breaker.stateAt(999), breaker.stateAt(1_000)]).toEqual([
      'open',
      'open',
      'halfOpen',
    ])
  })

  it('lets one probe through, and is open twice as long after each that fails, half a minute at most', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 3)
    const waits: number[] = []
    for (let nowMs = breaker.dueAtMs, i = 0; i < 7; i++) {
      expect(breaker.begin(nowMs)).toBe(true)
      expect(breaker.stateAt(nowMs)).toBe('halfOpen')
      expect(breaker.failed(nowMs, 0.5, true)).toBe(false)
      waits.push(breaker.dueAtMs - nowMs)
      nowMs = breaker.dueAtMs
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('closes with an answer and starts anew', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 5)
    breaker.close()
    expect(breaker.isClosed).toBe(true)
    expect(failing(breaker, 0, 3)).toEqual([false, false, true])
    expect(breaker.dueAtMs).toBe(1_000)
  })

  it('is not moved by a failure of a call that began before it opened', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 3)
    expect(breaker.failed(900, 0.5, false)).toBe(false)
    expect(breaker.dueAtMs).toBe(1_000)
  })

  it('allows a try sooner where nobody else is left: after 25 ms, then twice as late each time', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 3)
    expect(breaker.retryAtMs).toBe(25)
    breaker.failed(25, 0.5, breaker.begin(25))
    expect(breaker.retryAtMs).toBe(75)
    for (let i = 0; i < 8; i++) breaker.failed(100, 0.5, breaker.begin(100))
    expect(breaker.retryAtMs).toBe(600)
  })

  it('frees the place of a probe that ended without a word', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 3)
    breaker.ended(breaker.begin(0))
    expect(breaker.isProbingAt(0)).toBe(false)
    expect(breaker.isClosed).toBe(false)
  })

  it('lets another try when a probe is silent for a second', () => {
    const breaker = new Breaker()
    failing(breaker, 0, 3)
    breaker.begin(1_000)
    expect([breaker.isProbingAt(1_999), breaker.isProbingAt(2_000)]).toEqual([true, false])
  })
})

describe('ConcurrencyLimit', () => {
  it('starts at 16, and has room for that many', () => {
    const limit = new ConcurrencyLimit()
    for (let i = 0; i < 16; i++) {
      expect(limit.hasRoomAt(0)).toBe(true)
      limit.begin(0)
    }
    expect(limit.hasRoomAt(0)).toBe(false)
  })

  it('rises by one for a limit of answers while half is in use, and not while less is', () => {
    const limit = new ConcurrencyLimit()
    for (let i = 0; i < 100; i++) limit.raise()
    expect(limit.limit).toBe(16)
    for (let i = 0; i < 8; i++) limit.begin(0)
    for (let i = 0; i < 17; i++) limit.raise()
    expect(limit.limit).toBe(17)
  })

  it('counts as stuck when no call has begun or ended for a second', () => {
    const limit = new ConcurrencyLimit(1)
    limit.begin(500)
    expect([limit.hasRoomAt(500), limit.isStuckAt(1_499), limit.isStuckAt(1_500)]).toEqual([
      false,
      false,
      true,
    ])
    limit.begin(1_500)
    limit.end(2_400)
    expect(limit.isStuckAt(2_600)).toBe(false)
  })

  it('has no room for a tenth of a second after a refusal, and for one call until an answer comes', () => {
    const limit = new ConcurrencyLimit()
    limit.refused(50, 0)
    expect([limit.hasRoomAt(149), limit.hasRoomAt(150)]).toEqual([false, true])
    limit.begin(150)
    expect(limit.hasRoomAt(150)).toBe(false)
    limit.raise()
    expect([limit.hasRoomAt(150), limit.limit]).toEqual([true, 8])
  })

  it('has no room for as long as the miner asks, half a minute at most and never shorter than it was told before', () => {
    const limit = new ConcurrencyLimit()
    limit.refused(0, 700)
    expect([limit.hasRoomAt(699), limit.hasRoomAt(700)]).toEqual([false, true])
    limit.refused(0, 5)
    expect([limit.hasRoomAt(699), limit.isRestingAt(599), limit.isRestingAt(600)]).toEqual([
      false,
      true,
      false,
    ])
    limit.refused(1_000, 3_600_000)
    expect([limit.hasRoomAt(30_999), limit.hasRoomAt(31_000)]).toEqual([false, true])
    // Nor is it asked for being stuck meanwhile.
    limit.begin(2_000)
    expect([limit.isStuckAt(30_999), limit.isStuckAt(31_000)]).toEqual([false, true])
  })

  it('is halved once for trouble within 250 ms, down to 1', () => {
    const limit = new ConcurrencyLimit()
    limit.lower(0)
    limit.lower(249)
    expect(limit.limit).toBe(8)
    for (let i = 1; i < 9; i++) limit.lower(250 * i)
    expect(limit.limit).toBe(1)
  })
})

describe('WeightTree', () => {
  it('draws in proportion to the weights', () => {
    const tree = new WeightTree(5)
    const weights = [1, 0, 3, 0, 6]
    for (const [place, weight] of weights.entries()) tree.set(place, weight)
    const random = new SeededRandom('draws')
    const drawn = [0, 0, 0, 0, 0]
    for (let i = 0; i < 10_000; i++) drawn[tree.pick(random.float())!]!++
    expect(drawn[1]! + drawn[3]!).toBe(0)
    for (const place of [0, 2, 4]) expect(drawn[place]! / 10_000).toBeCloseTo(weights[place]! / 10, 1)
  })

  it('draws nobody from nothing', () => {
    expect(new WeightTree(0).pick(0.5)).toBeUndefined()
    const tree = new WeightTree(3)
    tree.set(1, 5)
    tree.set(1, 0)
    expect(tree.pick(0)).toBeUndefined()
  })

  it('never draws a place without weight, wherever the draw falls', () => {
    const tree = new WeightTree(7)
    tree.set(2, 1e-9)
    tree.set(5, 1e9)
    for (const draw of [0, 1e-18, 0.5, 1 - 2 ** -53]) expect([2, 5]).toContain(tree.pick(draw))
  })
})

describe('HedgeBudget', () => {
  it('gives one hedge for twenty calls at 5%', () => {
    const budget = new HedgeBudget(0.05)
    let hedges = 0
    for (let i = 0; i < 1_000; i++) {
      budget.earn()
      if (budget.spend()) hedges++
    }
    expect(hedges).toBe(50)
  })

  it('saves up twenty at most', () => {
    const budget = new HedgeBudget(1)
    for (let i = 0; i < 100; i++) budget.earn()
    expect(Array.from({ length: 25 }, () => budget.spend()).filter(Boolean)).toHaveLength(20)
  })
})

describe('rendezvous hashing', () => {
  const candidates = Array.from({ length: 20 }, (_, i) => hashOf(`hotkey ${i}`))
  const owner = (session: string, among: readonly number[]): number =>
    among.reduce((best, one) => (pullOf(hashOf(session), one) > pullOf(hashOf(session), best) ? one : best))

  it('gives every candidate its part of the sessions', () => {
    const owned = new Map<number, number>()
    for (let i = 0; i < 4_000; i++) {
      const one = owner(`session ${i}`, candidates)
      owned.set(one, (owned.get(one) ?? 0) + 1)
    }
    for (const one of candidates) {
      expect(owned.get(one)).toBeGreaterThan(130)
      expect(owned.get(one)).toBeLessThan(270)
    }
  })

  it('moves the sessions of a candidate that goes away, and no others', () => {
    const [gone, ...left] = candidates
    for (let i = 0; i < 500; i++) {
      const before = owner(`session ${i}`, candidates)
      if (before !== gone) expect(owner(`session ${i}`, left)).toBe(before)
    }
  })
})

describe('CallGate and TurnQueue', () => {
  it('let so many in, so many wait, and the others are told that it is full', () => {
    const gate = new CallGate({ maxInFlight: 1, maxWaiting: 2 })
    const order: string[] = []
    const enter = (name: string): 'full' | (() => void) => gate.enter(() => order.push(name))
    enter('a')
    enter('b')
    const takeBack = enter('c')
    expect(enter('d')).toBe('full')
    expect([gate.inFlight, gate.waiting]).toEqual([1, 2])
    if (takeBack !== 'full') takeBack()
    gate.leave()
    expect(order).toEqual(['a', 'b'])
    gate.leave()
    expect([gate.inFlight, gate.waiting]).toEqual([0, 0])
  })

  it('give turns in the order of coming, and none to who has left', () => {
    const queue = new TurnQueue()
    const order: number[] = []
    const leave = [1, 2, 3].map((one) => queue.add(() => order.push(one)))
    leave[1]!()
    for (let i = 0; i < 4; i++) queue.next()
    expect(order).toEqual([1, 3])
  })
})

describe('defaultWeight', () => {
  const average = { hotkey: '' as never, incentive: 1, price: 1, successRate: 1, pace: 1, inFlight: 0 }

  it('is (incentive + 0.05) × successRate³ ÷ (price × pace × (1 + inFlight))', () => {
    expect(defaultWeight(average)).toBe(1.05)
    expect(defaultWeight({ ...average, incentive: 0 })).toBe(0.05)
    expect(defaultWeight({ ...average, successRate: 0.5, price: 2, pace: 2, inFlight: 1 })).toBe(1.05 / 64)
  })
})
