import { describe, expect, test } from 'vitest'
import { ScoreBook } from '../../../src/mechanism/index.js'
import { type Address, asHotkey } from '../../../src/units/index.js'

const [ann, bob] = ['ann', 'bob'].map((name) => asHotkey(name as Address)) as [never, never]
const options = { block: 10, averageOver: 100 }

describe('ScoreBook', () => {
  test('keeps the plain mean of the first scores', () => {
    const book = new ScoreBook()
    for (const score of [1, 0, 0.5]) book.record({ hotkey: ann, answered: true, score }, options)
    expect(book.get(ann)).toEqual({ mean: 0.5, count: 3, failuresInRow: 0, lastSeenBlock: 10 })
  })

  test('forgets at the pace of averageOver once there are that many scores', () => {
    const book = new ScoreBook()
    for (const score of [0, 0, 1, 1]) {
      book.record({ hotkey: ann, answered: true, score }, { block: 1, averageOver: 2 })
    }
    // 0, 0, then half of the way to 1 twice.
    expect(book.get(ann)).toMatchObject({ mean: 0.75, count: 4 })
  })

  test('a miner that is not asked keeps its standing, and one left unscored keeps its mean', () => {
    const book = new ScoreBook()
    book.record({ hotkey: ann, answered: true, score: 0.8 }, options)
    book.record({ hotkey: bob, answered: true, score: 0.4 }, options)
    book.record({ hotkey: bob, answered: false, score: undefined }, { block: 11, averageOver: 100 })
    expect(book.get(ann)).toMatchObject({ mean: 0.8, count: 1, failuresInRow: 0 })
    expect(book.get(bob)).toEqual({ mean: 0.4, count: 1, failuresInRow: 1, lastSeenBlock: 11 })
  })

  test('counts failures in a row until an answer comes', () => {
    const book = new ScoreBook()
    const fail = { hotkey: ann, answered: false, score: 0 }
    book.record(fail, options)
    book.record(fail, options)
    expect(book.get(ann)!.failuresInRow).toBe(2)
    book.record({ hotkey: ann, answered: true, score: 1 }, options)
    expect(book.get(ann)!.failuresInRow).toBe(0)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e13])('refuses the score %d', (score) => {
    const record = () => new ScoreBook().record({ hotkey: ann, answered: true, score }, options)
    expect(record).toThrow('Invalid scores[ann]')
  })

  test('stores no negative zero, which has no canonical form', () => {
    const book = new ScoreBook()
    book.record({ hotkey: ann, answered: true, score: -0 }, options)
    expect(Object.is(book.get(ann)!.mean, 0)).toBe(true)
  })

  test('drops hotkeys that left long ago and keeps the registered ones seen', () => {
    const book = new ScoreBook()
    book.record({ hotkey: ann, answered: true, score: 1 }, options)
    book.record({ hotkey: bob, answered: true, score: 1 }, options)
    const isRegistered = (hotkey: string): boolean => hotkey === ann
    expect(book.prune({ isRegistered, block: 50, olderThan: 10 })).toEqual([])
    expect(book.prune({ isRegistered, block: 60, olderThan: 11 })).toEqual([bob])
    expect(book.get(ann)!.lastSeenBlock).toBe(60)
    expect(book.size).toBe(1)
  })

  test('a copy changes on its own', () => {
    const book = new ScoreBook()
    book.record({ hotkey: ann, answered: true, score: 1 }, options)
    const copy = book.copy()
    copy.record({ hotkey: ann, answered: true, score: 0 }, options)
    expect(book.get(ann)!.mean).toBe(1)
    expect(copy.get(ann)!.mean).toBe(0.5)
  })
})
