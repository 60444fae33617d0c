import { describe, expect, test } from 'vitest'
import {
  badForMissing,
  bestOfOwner,
  burnSlotIn,
  nextCredibility,
  ownersIn,
  scoresOf,
  wilsonLowerBound,
  withCredibility,
} from '../../../../src/mechanism/index.js'
import { Metagraph, mainnetSubnet15 } from '../../../../src/metagraph/index.js'
import type { Coldkey, Hotkey } from '../../../../src/units/index.js'
import { key, named } from './named.js'

describe('credibility', () => {
  test('moves by 0.15 towards what passed, from 0, and stays where nothing was checked', () => {
    expect(nextCredibility({ a: 0.8, b: 0.4 }, named({ a: 1, c: 1 }))).toEqual({
      a: expect.closeTo(0.83, 15),
      b: 0.4,
      c: 0.15,
    })
    expect(nextCredibility({ a: 0.5 }, named({ a: 0 }), { rate: 0.5 })).toEqual({ a: 0.25 })
    expect(nextCredibility({}, new Map())).toEqual({})
  })

  test('a check whose judging threw has not passed', () => {
    expect(nextCredibility({ a: 0.5 }, named({ a: Number.NaN }), { rate: 0.5 })).toEqual({ a: 0.25 })
  })

  test('stays from 0 to 1, without a -0 that could not be stored', () => {
    const next = nextCredibility({ a: 1, b: -0 }, named({ a: 1, b: -0, c: 0 }), { rate: 0.1 })
    expect(next).toEqual({ a: 1, b: 0, c: 0 })
    expect(Object.values(next).some((value) => Object.is(value, -0))).toBe(false)
  })

  test('multiplies scores by its power, 2.5 unless said otherwise', () => {
    const scores = named({ a: 10, b: 10, c: 10, d: 0 })
    expect(withCredibility(scores, { a: 1, b: 0.25, d: 1 })).toEqual(named({ a: 10, b: 0.3125, c: 0, d: 0 }))
    expect(withCredibility(scores, { a: 1, b: 0.25 }, { power: 0 })).toEqual(scores)
  })

  test('leaves a refused score refused, for that miner alone', () => {
    expect(withCredibility(named({ a: Number.NaN, b: 4 }), { a: 1, b: 1 })).toEqual(
      named({ a: Number.NaN, b: 4 }),
    )
  })

  test.each([-1, Number.POSITIVE_INFINITY])('refuses the score %d by its hotkey', (score) => {
    expect(() => withCredibility(named({ a: score }), { a: 1 })).toThrow('Invalid scores[a]')
  })

  test('refuses shares that are none by their hotkey', () => {
    expect(() => nextCredibility({ a: 1.1 }, new Map())).toThrow('Invalid before[a]')
    expect(() => nextCredibility({}, named({ a: -0.1 }))).toThrow('Invalid passed[a]')
    expect(() => withCredibility(named({ a: 1 }), { b: 2 })).toThrow('Invalid credibility[b]')
    expect(() => nextCredibility({}, new Map(), { rate: 0 })).toThrow('Invalid rate')
  })
})

describe('wilsonLowerBound', () => {
  test('is Wilson’s lower end', () => {
    // n / (n + z^2) where all succeeded; the others by the textbook's formula in another language.
    expect(wilsonLowerBound(3, 3)).toBeCloseTo(3 / 6.8416, 14)
    expect(wilsonLowerBound(90, 100)).toBeCloseTo(0.825_632_695_632_334_7, 13)
    expect(wilsonLowerBound(1, 2)).toBeCloseTo(0.094_528_654_800_866_11, 13)
  })

  test('is 0 without a try or a success, and the rate itself with z 0', () => {
    expect([wilsonLowerBound(0, 0), wilsonLowerBound(0, 9), wilsonLowerBound(3, 4, 0)]).toEqual([0, 0, 0.75])
  })

  test('refuses more successes than tries', () => {
    expect(() => wilsonLowerBound(4, 3)).toThrow('Pass at most 3, the count.')
  })
})

describe('badForMissing', () => {
  const ten = named({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 100 })

  test('gives whoever failed the 90th percentile, and nobody more than that', () => {
    const losses = badForMissing(ten, [key('a'), key('silent')])
    expect(losses).toEqual(new Map([...ten, [key('j'), 9], [key('silent'), 9]]))
    expect(badForMissing(ten, [key('silent')], { percentile: 1 }).get(key('silent'))).toBe(100)
    expect(badForMissing(ten, [key('silent')], { percentile: 0.01 }).get(key('silent'))).toBe(1)
  })

  test('takes a loss that is no finite number for a failure', () => {
    const losses = named({ a: 2, b: Number.NaN, c: Number.POSITIVE_INFINITY, d: Number.NEGATIVE_INFINITY })
    expect(badForMissing(losses, [])).toEqual(named({ a: 2, b: 2, c: 2, d: 2 }))
  })

  test('one loss, none, negative ones, -0', () => {
    expect(badForMissing(named({ a: -3 }), [key('b')])).toEqual(named({ a: -3, b: -3 }))
    expect(badForMissing(new Map(), [key('b')])).toEqual(new Map())
    expect(badForMissing(named({ a: Number.NaN }), [key('b')])).toEqual(new Map())
    expect(Object.is(badForMissing(named({ a: -0 }), []).get(key('a')), 0)).toBe(true)
  })

  test('refuses a loss that is no number by its hotkey', () => {
    expect(() => badForMissing(new Map([[key('a'), 'much']]) as never, [])).toThrow('Invalid losses[a]')
    expect(() => badForMissing(new Map(), [7] as never)).toThrow('Invalid asked[0]')
    expect(() => badForMissing(new Map(), [], { percentile: 0 })).toThrow('Invalid percentile')
  })
})

describe('bestOfOwner', () => {
  const owners: { readonly [hotkey: string]: Coldkey | undefined } = {
    a1: 'ann' as Coldkey,
    a2: 'ann' as Coldkey,
    b1: 'bob' as Coldkey,
  }
  const ownerOf = (hotkey: Hotkey) => owners[hotkey]

  test('leaves each owner its best, and the first in order of equal ones', () => {
    expect(bestOfOwner(named({ a1: 1, a2: 3, b1: 2 }), ownerOf)).toEqual(named({ a1: 0, a2: 3, b1: 2 }))
    expect(bestOfOwner(named({ a2: 3, a1: 3 }), ownerOf)).toEqual(named({ a2: 0, a1: 3 }))
  })

  test('a hotkey of no known owner has no siblings', () => {
    expect(bestOfOwner(named({ x: 1, y: 1 }), ownerOf)).toEqual(named({ x: 1, y: 1 }))
    expect(bestOfOwner(new Map(), ownerOf)).toEqual(new Map())
  })

  test('refuses a negative score, which 0 would better, and an owner that is none', () => {
    expect(() => bestOfOwner(named({ a1: -1 }), ownerOf)).toThrow('Invalid scores[a1]')
    expect(() => bestOfOwner(named({ a1: 1 }), () => 7 as never)).toThrow('Invalid ownerOf(a1)')
  })

  test('ownersIn reads a metagraph', async () => {
    const metagraph = await mainnetSubnet15()
    const { hotkey, coldkey } = metagraph.row(3)
    expect(ownersIn(metagraph)(hotkey)).toBe(coldkey)
    expect(ownersIn(metagraph)(key('nobody'))).toBeUndefined()
  })
})

test('burnSlotIn is the owner of a subnet by a metagraph, and nobody where none is known', async () => {
  const imported = await mainnetSubnet15()
  expect(imported.columns.ownerUid).toBeNull()
  expect(burnSlotIn(imported)).toBeNull()
  const owned = new Metagraph({ ...imported.columns, ownerUid: 3 })
  expect(burnSlotIn(owned)).toBe(imported.row(3).hotkey)
  expect(() => burnSlotIn({ columns: owned.columns } as never)).toThrow('Invalid metagraph')
})

describe('what scoresOf refuses', () => {
  test('is one miner’s alone: a bad loss, or a refused score that stays one', () => {
    const items = [2, undefined, 4].map((price, at) => ({ hotkey: key('abc'.charAt(at)), price }))
    const judged = scoresOf(items, ({ price }) => {
      if (price === undefined) throw new Error('no price')
      return price
    })
    expect(badForMissing(judged, [key('silent')])).toEqual(named({ a: 2, b: 4, c: 4, silent: 4 }))
    expect(withCredibility(judged, { a: 1, b: 1, c: 0.25 })).toEqual(named({ a: 2, b: Number.NaN, c: 0.125 }))
  })
})
