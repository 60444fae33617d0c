import { describe, expect, test } from 'vitest'
import {
  burnUnearned,
  fadingPay,
  improvementUnits,
  normalizeWeights,
  rankDecay,
  rankRamp,
  softmaxOfLoss,
} from '../../../../src/mechanism/index.js'
import type { Hotkey } from '../../../../src/units/index.js'
import { key, named } from './named.js'

const many = (count: number): Map<Hotkey, number> =>
  new Map(Array.from({ length: count }, (_, at) => [key(`m${at}`), count - at]))
const sumOf = (weights: ReadonlyMap<Hotkey, number>): number =>
  [...weights.values()].reduce((a, b) => a + b, 0)

describe('rankDecay', () => {
  test('pays nothing for a score of 0 or less, unless it is told otherwise', () => {
    const scores = named({ a: 1, b: 0, c: -0, d: -2 })
    expect(rankDecay(scores, 0.5)).toEqual(named({ a: 1, b: 0, c: 0, d: 0 }))
    expect(rankDecay(named({ a: -1, b: -2 }), 0.5, { above: -Number.MAX_VALUE })).toEqual(
      named({ a: 1, b: 0.5 }),
    )
  })

  test('one miner, nobody, all alike', () => {
    expect(rankDecay(named({ a: 3 }))).toEqual(named({ a: 1 }))
    expect(rankDecay(new Map())).toEqual(new Map())
    expect(rankDecay(named({ a: 3, b: 3, c: 3 }), 0.5)).toEqual(
      named({ a: 1.75 / 3, b: 1.75 / 3, c: 1.75 / 3 }),
    )
  })
})

describe('rankRamp', () => {
  test('shares a tier evenly falling, or by a ratio', () => {
    const scores = named({ a: 9, b: 8, c: 7, d: 6, e: 5, f: 4 })
    const tiers = [
      { places: 2, share: 0.75, ramp: 2 },
      { places: 2, share: 0.375, decay: 0.5 },
    ]
    expect(rankRamp(scores, tiers)).toEqual(named({ a: 0.5, b: 0.25, c: 0.25, d: 0.125, e: 0, f: 0 }))
  })

  test('as it was seen: twenty share three quarters on a ramp of two, ten the rest, the others nothing', () => {
    const paid = [...rankRamp(many(40)).values()]
    const sum = (from: number, to: number) => paid.slice(from, to).reduce((a, b) => a + b, 0)
    expect(sum(0, 20)).toBeCloseTo(0.75, 14)
    expect(sum(20, 30)).toBeCloseTo(0.25, 14)
    expect(sum(30, 40)).toBe(0)
    expect(paid[0]! / paid[19]!).toBeCloseTo(2, 13)
    expect(paid[0]! - paid[1]!).toBeCloseTo(paid[18]! - paid[19]!, 15)
    expect([paid[20], paid[29]]).toEqual([paid[19], paid[19]])
  })

  test('a place pays the same whoever else is there, and equal scores share theirs', () => {
    expect(rankRamp(named({ a: 1 }), [{ places: 2, share: 0.75, ramp: 2 }])).toEqual(named({ a: 0.5 }))
    expect(rankRamp(named({ a: 1, b: 1 }), [{ places: 2, share: 0.75, ramp: 2 }])).toEqual(
      named({ a: 0.375, b: 0.375 }),
    )
    expect(rankRamp(named({ a: 1, b: 1 }), [{ places: 1, share: 1, ramp: 2 }])).toEqual(
      named({ a: 0.5, b: 0.5 }),
    )
    expect(rankRamp(named({ a: 0 }))).toEqual(named({ a: 0 }))
    expect(rankRamp(new Map())).toEqual(new Map())
  })

  test('refuses a tier that begins above the end of the one before: worse would be better', () => {
    const tiers = [
      { places: 20, share: 0.75, ramp: 2 },
      { places: 10, share: 0.25, decay: 0.8 },
    ]
    expect(() => rankRamp(named({ a: 1 }), tiers)).toThrow('Invalid tiers[1]')
    expect(() => rankRamp(named({ a: 1 }), tiers)).toThrow(
      'no more than the last one before it: 0.025, and not 0.056',
    )
  })

  test('refuses a tier with neither form or both, and no tiers', () => {
    const scores = named({ a: 1 })
    expect(() => rankRamp(scores, [{ places: 1, share: 1 }])).toThrow('Give it one of ramp and decay.')
    expect(() => rankRamp(scores, [{ places: 1, share: 1, ramp: 2, decay: 0.5 }])).toThrow('Invalid tiers[0]')
    expect(() => rankRamp(scores, [])).toThrow('Pass a list of at least 1.')
  })
})

describe('softmaxOfLoss', () => {
  test('pays by the exponential of what a loss is behind the best', () => {
    // 1 / (1 + 1/e), and what is left.
    expect(softmaxOfLoss(named({ a: 10, b: 20 }))).toEqual(
      named({ a: 0.731_058_578_630_004_9, b: 0.268_941_421_369_995_1 }),
    )
    const paid = softmaxOfLoss(named({ a: 0, b: Math.LN2, c: 2 * Math.LN2 }), 1)
    expect([...paid.values()].map((one) => one * 7)).toEqual([4, 2, 1].map((one) => expect.closeTo(one, 14)))
  })

  test('one miner, nobody, all alike, and losses of either sign and any size', () => {
    expect(softmaxOfLoss(named({ a: 3 }))).toEqual(named({ a: 1 }))
    expect(softmaxOfLoss(new Map())).toEqual(new Map())
    expect(softmaxOfLoss(named({ a: 0, b: -0 }))).toEqual(named({ a: 0.5, b: 0.5 }))
    expect(softmaxOfLoss(named({ a: -1e308, b: 1e308 }))).toEqual(named({ a: 1, b: 0 }))
    expect(softmaxOfLoss(named({ a: -1e308, b: 1e308 }), 0)).toEqual(named({ a: 0.5, b: 0.5 }))
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the loss %d by its hotkey, and says what takes it',
    (loss) => {
      expect(() => softmaxOfLoss(named({ a: 1, b: loss }))).toThrow('Invalid losses[b]')
      expect(() => softmaxOfLoss(named({ b: loss }))).toThrow('badForMissing')
    },
  )
})

describe('normalizeWeights', () => {
  test('says the same to the last bit, in whatever order the miners come', () => {
    // Added from the largest on, the four small ones fall below what is carried along, and the sum is a unit less.
    const entries = [1, 2 ** -53, 2 ** -107, 2 ** -107, 2 ** -107, 2 ** -107].map(
      (value, at) => [key(`m${at}`), value] as const,
    )
    const forwards = normalizeWeights(new Map(entries))
    const backwards = normalizeWeights(new Map([...entries].reverse()))
    expect(entries.filter(([hotkey]) => forwards.get(hotkey) !== backwards.get(hotkey))).toEqual([])
  })
})

describe('burnUnearned', () => {
  const to = key('burn')

  test('pays miners their part, and the slot the rest', () => {
    const paid = burnUnearned(named({ a: 3, b: 1 }), { to, earned: 0.5 })
    expect(paid).toEqual(named({ a: 0.375, b: 0.125, burn: 0.5 }))
  })

  test('burns all where nobody earned anything, and nothing where all is earned', () => {
    expect(burnUnearned(named({ a: 0 }), { to, earned: 1 })).toEqual(named({ a: 0, burn: 1 }))
    expect(burnUnearned(new Map(), { to, earned: 0.3 })).toEqual(named({ burn: 1 }))
    expect(burnUnearned(named({ a: 7 }), { to, earned: 1 })).toEqual(named({ a: 1, burn: 0 }))
  })

  test('burns nothing where there is no slot for it', () => {
    expect(burnUnearned(named({ a: 3, b: 1 }), { to: null, earned: 0.5 })).toEqual(
      named({ a: 0.75, b: 0.25 }),
    )
    expect(burnUnearned(named({ a: 0 }), { to: null, earned: 0.5 })).toEqual(named({ a: 0 }))
    expect(() => burnUnearned(new Map(), { earned: 0.5 } as never)).toThrow('Invalid to')
    expect(burnUnearned(named({ a: 7 }), { to, earned: 0 })).toEqual(named({ a: 0, burn: 1 }))
  })

  test('the slot keeps what it has earned itself', () => {
    expect(burnUnearned(named({ a: 1, burn: 1 }), { to, earned: 0.5 })).toEqual(
      named({ a: 0.25, burn: 0.75 }),
    )
  })

  test('refuses what is no weight and no part', () => {
    expect(() => burnUnearned(named({ a: -1 }), { to, earned: 1 })).toThrow('Invalid weights[a]')
    expect(() => burnUnearned(named({ a: 1 }), { to, earned: 1.1 })).toThrow('Invalid earned')
  })
})

describe('fadingPay', () => {
  const improvements = [
    { hotkey: key('a'), units: 3, block: 0 },
    { hotkey: key('b'), units: 1, block: 7_200 },
  ]

  test('halves with each half-life, and adds up what one miner improved', () => {
    expect(fadingPay(improvements, { atBlock: 14_400 })).toEqual(named({ a: 0.75, b: 0.5 }))
    const again = [...improvements, { hotkey: key('a'), units: 2, block: 14_400 }]
    expect(fadingPay(again, { atBlock: 14_400 })).toEqual(named({ a: 2.75, b: 0.5 }))
    expect(fadingPay(improvements, { atBlock: 7_200, halfLifeBlocks: 3_600 })).toEqual(
      named({ a: 0.75, b: 1 }),
    )
  })

  test('nobody improved: nobody is paid; what is ages old is worth 0', () => {
    expect(fadingPay([], { atBlock: 5 })).toEqual(new Map())
    expect(fadingPay(improvements, { atBlock: 2 ** 40 })).toEqual(named({ a: 0, b: 0 }))
  })

  test('refuses an improvement of the future', () => {
    expect(() => fadingPay(improvements, { atBlock: 7_199 })).toThrow('Invalid improvements[1].block')
    expect(() => fadingPay(improvements, { atBlock: 9_999, halfLifeBlocks: 0 })).toThrow(
      'Invalid halfLifeBlocks',
    )
  })
})

describe('improvementUnits', () => {
  const steps = { leastGain: 0.25, leastSaving: 0.5 }

  test('counts steps of gain: two at once are worth two after the other', () => {
    expect(improvementUnits({ ...steps, score: 1.25, leadScore: 1 })).toBe(1)
    expect(improvementUnits({ ...steps, score: 1.5625, leadScore: 1 })).toBeCloseTo(2, 14)
    expect(improvementUnits({ ...steps, score: 1.24, leadScore: 1 })).toBe(0)
    expect(improvementUnits({ score: 0.55, leadScore: 0.5 })).toBeCloseTo(Math.log(1.1) / Math.log(1.03), 12)
  })

  test('counts savings where the score is no worse, at most the inverse of a step', () => {
    const saved = { ...steps, score: 1, leadScore: 1, leadCost: 8 }
    expect(improvementUnits({ ...saved, cost: 4 })).toBe(1)
    expect(improvementUnits({ ...saved, cost: 2 })).toBe(2)
    expect(improvementUnits({ ...saved, cost: 0 })).toBe(2)
    expect(improvementUnits({ ...saved, cost: 5 })).toBe(0)
    expect(improvementUnits({ ...saved, cost: 4, score: 0.99 })).toBe(0)
    expect(improvementUnits({ ...saved, cost: 4, score: 1.25 })).toBe(2)
    expect(improvementUnits({ ...saved, cost: 16, score: 1.25 })).toBe(1)
  })

  test('pays more for what was long waited for', () => {
    expect(improvementUnits({ ...steps, score: 1.25, leadScore: 1, waited: 4 })).toBe(3)
  })

  test('a copy is worth nothing; a leader of 0 and half a pair of costs are refused', () => {
    expect(improvementUnits({ score: 0.5, leadScore: 0.5, cost: 1, leadCost: 1 })).toBe(0)
    expect(() => improvementUnits({ score: 1, leadScore: 0 })).toThrow('Invalid leadScore')
    expect(() => improvementUnits({ score: 1, leadScore: 1, cost: 1 })).toThrow(
      'Pass cost and leadCost, or neither.',
    )
  })

  test('weighs as much as the reading of the rule says', () => {
    expect(sumOf(fadingPay([{ hotkey: key('a'), units: 4, block: 0 }], { atBlock: 0 }))).toBe(4)
  })
})
