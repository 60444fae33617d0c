import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, ShapeError } from '../../../../src/errors/index.js'
import {
  dominates,
  nextChampion,
  noiseMargin,
  reignMargin,
  winnerTakesAll,
} from '../../../../src/mechanism/index.js'
import { key, named } from './named.js'

const champion = key('champion')

describe('nextChampion', () => {
  test('gives the throne for a lead beyond the margin, not for the margin itself', () => {
    const challengedBy = (score: number) =>
      nextChampion(named({ champion: 0.5, other: score }), { champion, margin: 0.25 })
    expect(challengedBy(0.75)).toBe(champion)
    expect(challengedBy(0.750_001)).toBe('other')
  })

  test('the margin is 0.03 unless said otherwise', () => {
    expect(nextChampion(named({ champion: 0, other: 0.03 }), { champion })).toBe(champion)
    expect(nextChampion(named({ champion: 0, other: 0.031 }), { champion })).toBe('other')
  })

  test('of several it takes the best; of equal ones the earliest, then the hotkey that sorts first', () => {
    const scores = named({ champion: 0.1, c: 0.8, b: 0.9, a: 0.9 })
    expect(nextChampion(scores, { champion })).toBe('a')
    const since = new Map([
      [key('a'), 20],
      [key('b'), 10],
      [key('c'), 1],
    ])
    expect(nextChampion(scores, { champion, since })).toBe('b')
    expect(nextChampion(scores, { champion, since: new Map([[key('b'), 99]]) })).toBe('b')
  })

  test('each challenger may have a margin of its own, and one that is too high stops the best', () => {
    const margin = (challenger: string, held: string) => {
      expect(held).toBe(champion)
      return challenger === 'lucky' ? 0.5 : 0.1
    }
    expect(nextChampion(named({ champion: 0.5, lucky: 0.9, sure: 0.7 }), { champion, margin })).toBe('sure')
  })

  test('a champion without a score keeps the throne; without a champion the best above the floor takes it', () => {
    expect(nextChampion(named({ other: 1 }), { champion })).toBe(champion)
    expect(nextChampion(named({ other: 1 }), { champion: null })).toBe('other')
    expect(nextChampion(named({ other: 0, one: -0 }), { champion: null })).toBeNull()
    expect(nextChampion(named({ other: -3 }), { champion: null, above: -4 })).toBe('other')
    expect(nextChampion(new Map(), { champion: null })).toBeNull()
    expect(nextChampion(new Map(), { champion })).toBe(champion)
  })

  test.each([Number.NaN, -0.1, Number.POSITIVE_INFINITY])(
    'refuses the margin %d, a given and a computed one',
    (margin) => {
      const scores = named({ champion: 0.5, other: 1 })
      expect(() => nextChampion(scores, { champion, margin })).toThrow('Invalid margin')
      expect(() => nextChampion(scores, { champion, margin: () => margin })).toThrow('Invalid margin(other)')
    },
  )
})

describe('winnerTakesAll', () => {
  test('pays the champion alone, and nobody without one', () => {
    expect(winnerTakesAll(champion)).toEqual(named({ champion: 1 }))
    expect(winnerTakesAll(null)).toEqual(new Map())
  })
})

describe('noiseMargin', () => {
  test('is so many standard errors, within its limits', () => {
    expect(noiseMargin({ rate: 0.5, count: 100 })).toBeCloseTo(0.075, 15)
    expect(noiseMargin({ rate: 0.1, count: 36, z: 1 })).toBeCloseTo(0.05, 15)
    expect(noiseMargin({ rate: 0.5, count: 1 })).toBe(0.1)
    expect(noiseMargin({ rate: 0.5, count: 1_000_000 })).toBe(0.02)
  })

  test('is the most before the first task, and the least for a rate that never varied', () => {
    expect(noiseMargin({ rate: 0, count: 0 })).toBe(0.1)
    expect(noiseMargin({ rate: 1, count: 5 })).toBe(0.02)
  })

  test('refuses limits in the wrong order', () => {
    expect(() => noiseMargin({ rate: 0.5, count: 1, least: 0.2 })).toThrow('Pass at most 0.1, which most is.')
  })
})

describe('reignMargin', () => {
  test('falls by a fifth with each win, down to the least', () => {
    expect(reignMargin(0)).toBe(0.1)
    expect(reignMargin(1)).toBe(0.1)
    expect(reignMargin(2)).toBeCloseTo(0.08, 15)
    expect(reignMargin(3)).toBeCloseTo(0.064, 15)
    expect(reignMargin(7)).toBe(0.03)
    expect(reignMargin(10_000)).toBe(0.03)
  })
})

describe('dominates', () => {
  const champion = [0.5, 0.5, 0.5]

  test('asks for one lead and for no loss beyond the tolerance', () => {
    expect(dominates({ challenger: [0.54, 0.5, 0.49], champion })).toBe(true)
    expect(dominates({ challenger: [0.53, 0.5, 0.5], champion })).toBe(false)
    expect(dominates({ challenger: [0.9, 0.5, 0.489], champion })).toBe(false)
    expect(dominates({ challenger: champion, champion })).toBe(false)
  })

  test('asks for as many leads as it is told, by a margin for each', () => {
    const challenger = [0.6, 0.6, 0.5]
    expect(dominates({ challenger, champion, wins: 2 })).toBe(true)
    expect(dominates({ challenger, champion, wins: 3 })).toBe(false)
    expect(dominates({ challenger, champion, margin: [0.2, 0.05, 0.05] })).toBe(true)
    expect(dominates({ challenger, champion, margin: [0.2, 0.2, 0.2] })).toBe(false)
  })

  test('takes a band in place of the tolerance, where scores may be below 0', () => {
    expect(dominates({ challenger: [-5.05, 2], champion: [-5, 1], band: 0.1 })).toBe(true)
    expect(dominates({ challenger: [-5.2, 2], champion: [-5, 1], band: 0.1 })).toBe(false)
  })

  test('refuses lists that do not belong together, and rules that nobody can meet', () => {
    expect(() => dominates({ challenger: [1], champion })).toThrow(ShapeError)
    expect(() => dominates({ challenger: champion, champion, margin: [1] })).toThrow('Invalid margin')
    expect(() => dominates({ challenger: [], champion: [] })).toThrow(InvalidArgumentError)
    expect(() => dominates({ challenger: champion, champion, wins: 4 })).toThrow('Pass at most 3')
    expect(() => dominates({ challenger: champion, champion, band: 1, tolerance: 0 })).toThrow('not both')
    expect(() => dominates({ challenger: [1, Number.NaN, 1], champion })).toThrow('Invalid challenger[1]')
  })
})
