import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ByHotkey,
  badForMissing,
  bestOfOwner,
  burnUnearned,
  dominates,
  fadingPay,
  improvementUnits,
  nextChampion,
  nextCredibility,
  noiseMargin,
  normalizeWeights,
  rankDecay,
  rankRamp,
  sharpen,
  softmaxOfLoss,
  wilsonLowerBound,
  winnerTakesAll,
  withCredibility,
} from '../../src/mechanism/index.js'
import { type Address, asHotkey, type Coldkey, type Hotkey } from '../../src/units/index.js'

const key = (name: string): Hotkey => asHotkey(name as Address)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const score = fc.oneof(share, fc.constantFrom(0, 0.25, 0.5, 1))
const mapOf = (values: readonly number[]): Map<Hotkey, number> =>
  new Map(values.map((value, at) => [key(`m${String(at).padStart(3, '0')}`), value]))
const scores = fc.array(score, { maxLength: 40 }).map(mapOf)
const negated = (values: ByHotkey): Map<Hotkey, number> =>
  new Map(Array.from(values, ([hotkey, value]) => [hotkey, -value]))
const sumOf = (weights: ByHotkey): number => [...weights.values()].reduce((a, b) => a + b, 0)
const ownerOf = (hotkey: Hotkey): Coldkey => hotkey.replace(/\..*/, '') as Coldkey

/** Pay by score: a score that is higher earns no less, and equal ones the same. */
const shapes: { readonly [name: string]: (scores: ByHotkey) => Map<Hotkey, number> } = {
  proportional: normalizeWeights,
  'a power': (given) => sharpen(given, 3),
  'rank decay': (given) => rankDecay(given, 0.5),
  'rank ramp': (given) =>
    rankRamp(given, [
      { places: 3, share: 0.75, ramp: 2 },
      { places: 2, share: 0.25, decay: 0.5 },
    ]),
  softmax: (given) => softmaxOfLoss(negated(given), 2),
  'credibility of all alike': (given) =>
    withCredibility(given, Object.fromEntries([...given.keys()].map((hotkey) => [hotkey, 0.7]))),
}

describe.each(Object.entries(shapes))('%s', (_name, pay) => {
  test('pays no less for a higher score, and the same for equal ones', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const paid = pay(given)
        expect([...paid.keys()]).toEqual([...given.keys()])
        for (const weight of paid.values()) expect(weight >= 0 && Number.isFinite(weight)).toBe(true)
        const byScore = [...given].sort(([, a], [, b]) => a - b)
        for (const [at, [hotkey, own]] of byScore.entries()) {
          const [before, less] = byScore[at - 1] ?? [hotkey, own]
          if (less === own) expect(paid.get(hotkey)).toBe(paid.get(before))
          else expect(paid.get(hotkey)).toBeGreaterThanOrEqual(paid.get(before)!)
        }
      }),
    )
  })

  test('a miner that does better, all else alike, earns no smaller share', () => {
    fc.assert(
      fc.property(scores, fc.nat(), share, (given, nth, more) => {
        fc.pre(given.size > 0)
        const hotkey = [...given.keys()][nth % given.size]!
        const better = new Map([...given, [hotkey, given.get(hotkey)! + more] as const])
        const shareIn = (values: ByHotkey) => normalizeWeights(pay(values)).get(hotkey)!
        expect(shareIn(better)).toBeGreaterThanOrEqual(shareIn(given) - 1e-12)
      }),
    )
  })

  test('says the same whatever the order of the map, to the last bit', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const [forwards, backwards] = [pay(given), pay(new Map([...given].reverse()))]
        for (const [hotkey, weight] of forwards) expect(backwards.get(hotkey)).toBe(weight)
      }),
    )
  })
})

describe('sums', () => {
  test('of softmax, proportional pay and pay with a burn slot are 1, or 0 where there is nobody', () => {
    fc.assert(
      fc.property(scores, share, (given, earned) => {
        const isAny = [...given.values()].some((one) => one > 0)
        expect(sumOf(softmaxOfLoss(given))).toBeCloseTo(given.size > 0 ? 1 : 0, 12)
        expect(sumOf(normalizeWeights(given))).toBeCloseTo(isAny ? 1 : 0, 12)
        const burned = burnUnearned(given, { to: key('burn'), earned })
        expect(sumOf(burned)).toBeCloseTo(1, 12)
        expect(burned.get(key('burn'))).toBe(1 - (isAny ? earned : 0))
      }),
    )
  })

  test('of tiers are at most their shares', () => {
    fc.assert(fc.property(scores, (given) => sumOf(rankRamp(given)) <= 1 + 1e-12))
  })
})

describe('scale', () => {
  test('powers of two change nothing of proportional pay and pay by rank; a shift nothing of softmax', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: -40, max: 40 }), (given, exponent) => {
        fc.pre([...given.values()].every((one) => one === 0 || one > 1e-290))
        const scaled = new Map(Array.from(given, ([hotkey, one]) => [hotkey, one * 2 ** exponent] as const))
        for (const pay of [normalizeWeights, rankDecay, rankRamp]) expect(pay(scaled)).toEqual(pay(given))
        const shifted = new Map(Array.from(given, ([hotkey, one]) => [hotkey, one + 1] as const))
        const [paid, same] = [softmaxOfLoss(given), softmaxOfLoss(shifted)]
        for (const [hotkey, weight] of paid) expect(same.get(hotkey)).toBeCloseTo(weight, 12)
      }),
    )
  })
})

describe('copies', () => {
  test('an exact copy of the champion, or one within the margin, earns nothing', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0, max: 0.03, noNaN: true }), (own, lucky) => {
        const given = new Map([
          [key('champion'), own],
          [key('copy'), Math.min(own + lucky, own + 0.03)],
        ] as const)
        const holder = nextChampion(given, { champion: key('champion'), margin: 0.03 })
        expect(winnerTakesAll(holder).get(key('copy'))).toBeUndefined()
      }),
    )
  })

  test('of a first champion the copy that committed later earns nothing, whatever it is called', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.boolean(), (own, isFirst) => {
        const [original, copy] = [key(isFirst ? 'a' : 'b'), key(isFirst ? 'b' : 'a')]
        const since = new Map([
          [original, 5],
          [copy, 6],
        ] as const)
        expect(
          nextChampion(
            new Map([
              [copy, own],
              [original, own],
            ]),
            { champion: null, since },
          ),
        ).toBe(original)
      }),
    )
  })

  test('an exact copy dominates nowhere, and improves nothing', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 5 }), share, (means, cost) => {
        expect(dominates({ challenger: means, champion: means, margin: 0 })).toBe(false)
        const [lead = 0] = means
        fc.pre(lead > 0 && cost > 0)
        expect(improvementUnits({ score: lead, leadScore: lead, cost, leadCost: cost })).toBe(0)
      }),
    )
  })

  test('one miner split into many identities of one owner gains nothing, however its pay is shaped', () => {
    const split = fc.record({
      others: fc.array(score, { maxLength: 12 }),
      own: score,
      parts: fc.integer({ min: 2, max: 9 }),
    })
    fc.assert(
      fc.property(split, ({ others, own, parts }) => {
        const rivals = mapOf(others)
        const alone = new Map([...rivals, [key('me.0'), own] as const])
        const identities = Array.from({ length: parts }, (_, at) => key(`me.${at}`))
        const many = new Map([...rivals, ...identities.map((hotkey) => [hotkey, own] as const)])
        for (const name of ['proportional', 'a power', 'rank decay', 'rank ramp']) {
          const earned = (given: ByHotkey) => {
            const paid = normalizeWeights(shapes[name]!(bestOfOwner(given, ownerOf)))
            return sumOf(new Map([...paid].filter(([hotkey]) => hotkey.startsWith('me.'))))
          }
          expect(earned(many), name).toBeLessThanOrEqual(earned(alone) + 1e-12)
        }
      }),
    )
  })
})

describe('evidence', () => {
  test('failing is never better than any answer', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 30 }), share, (losses, percentile) => {
        fc.pre(percentile > 0)
        const judged = badForMissing(mapOf(losses), [key('silent')], { percentile })
        const bad = judged.get(key('silent'))
        for (const loss of judged.values()) expect(loss).toBeLessThanOrEqual(bad!)
        expect(judged.size).toBe(losses.some(Number.isFinite) ? losses.length + 1 : 0)
      }),
    )
  })

  test('Wilson’s bound is below the rate, rises with a success and falls with a failure', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), (successes, failures) => {
        const count = successes + failures
        const bound = wilsonLowerBound(successes, count)
        expect(bound).toBeGreaterThanOrEqual(0)
        expect(bound).toBeLessThanOrEqual(count === 0 ? 0 : successes / count)
        expect(wilsonLowerBound(successes + 1, count + 1)).toBeGreaterThan(bound)
        expect(wilsonLowerBound(successes, count + 1)).toBeLessThanOrEqual(bound)
      }),
    )
  })

  test('credibility stays from 0 to 1 and moves towards what passed', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: 1e-9, max: 1, noNaN: true }), (before, passed, rate) => {
        const after = nextCredibility({ a: before }, new Map([[key('a'), passed]]), { rate }).a!
        expect(after).toBeGreaterThanOrEqual(Math.min(before, passed) - 1e-15)
        expect(after).toBeLessThanOrEqual(Math.max(before, passed) + 1e-15)
        expect(after >= 0 && after <= 1).toBe(true)
      }),
    )
  })

  test('a margin shrinks as evidence grows', () => {
    fc.assert(
      fc.property(share, fc.nat(10_000), fc.nat(10_000), (rate, count, more) => {
        const [early, late] = [count, count + more].map((one) => noiseMargin({ rate, count: one }))
        expect(late).toBeLessThanOrEqual(early!)
        expect(early! >= 0.02 && early! <= 0.1).toBe(true)
      }),
    )
  })

  test('pay for improvements only falls with time, and keeps its proportions', () => {
    const units = fc.array(fc.double({ min: 1e-9, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(units, fc.nat(20_000), (list, later) => {
        const improvements = list.map((one, at) => ({ hotkey: key(`m${at}`), units: one, block: at }))
        const [now, then] = [100, 100 + later].map((atBlock) => fadingPay(improvements, { atBlock }))
        for (const [hotkey, pay] of then!) expect(pay).toBeLessThanOrEqual(now!.get(hotkey)!)
        const [before, after] = [normalizeWeights(now!), normalizeWeights(then!)]
        for (const [hotkey, part] of after) expect(part).toBeCloseTo(before.get(hotkey)!, 9)
      }),
    )
  })
})
