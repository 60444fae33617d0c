import { describe, expect, test } from 'vitest'
import { judgeReplies, type Reply } from '../../../examples/forecast/scoring.js'
import type { Hotkey } from '../../../src/units/index.js'

const key = (name: string): Hotkey => name as Hotkey

/** Two questions; the right answers are 10 everywhere on the first, 20 everywhere on the second. */
const truths = [
  [10, 10, 10, 10],
  [20, 20, 20, 20],
]

/** A reply that is off by the given degrees on each question; `undefined` is no answer. */
function reply(name: string, off: readonly number[] | undefined, more: Partial<Reply> = {}): Reply {
  const highestC = off?.map((degrees, q) => truths[q % 2]!.map((truth) => truth + degrees))
  const status = off === undefined ? 'timeout' : 'ok'
  return { hotkey: key(name), uid: 0, status, elapsedMs: 10, highestC, ...more }
}

const scoresOf = (...replies: Reply[]): Record<string, number> =>
  Object.fromEntries(Array.from(judgeReplies(truths, replies), ([hotkey, { score }]) => [hotkey, score]))

describe('judgeReplies', () => {
  test('the best of three on every question gets 1, the middle 2/3, the worst 1/3', () => {
    const scores = scoresOf(reply('worst', [-5, 5]), reply('best', [1, 1]), reply('middle', [2, -2]))
    expect(scores).toEqual({ best: 1, middle: 2 / 3, worst: 1 / 3 })
  })

  test('being a little better on most days beats being far better on one', () => {
    const five = Array.from({ length: 5 }, (_, q) => truths[q % 2]!)
    const steady = reply('steady', [1, 1, 1, 1, 9])
    const lucky = reply('lucky', [1.1, 1.1, 1.1, 1.1, 0])
    const judged = judgeReplies(five, [steady, lucky])
    // 4 wins and 1 loss of 2: (4·1 + 1·½) / 5 against (1·1 + 4·½) / 5
    expect(judged.get(key('steady'))?.score).toBeCloseTo(0.9, 12)
    expect(judged.get(key('lucky'))?.score).toBeCloseTo(0.6, 12)
  })

  test('each forecast day counts on its own', () => {
    const early = { ...reply('early', []), highestC: [[10, 10, 19, 19]] }
    const late = { ...reply('late', []), highestC: [[12, 12, 12, 11]] }
    const scores = judgeReplies([[10, 10, 10, 10]], [early, late])
    expect(scores.get(key('early'))?.score).toBe(0.75)
    expect(scores.get(key('late'))?.score).toBe(0.75)
  })

  test('a tie shares the place', () => {
    expect(scoresOf(reply('above', [1, 1]), reply('below', [-1, -1]))).toEqual({ above: 0.75, below: 0.75 })
  })

  test('the poorest honest answer beats none', () => {
    const scores = scoresOf(reply('good', [1, 1]), reply('poor', [30, -30]), reply('silent', undefined))
    expect(scores).toEqual({ good: 1, poor: 0.5, silent: 0 })
  })

  test('an answer that leaves out questions, or days, is none', () => {
    const short = reply('short', [0])
    const long = reply('long', [0, 0, 0])
    const threeDays = {
      ...reply('threeDays', undefined),
      highestC: [
        [10, 10, 10],
        [20, 20, 20],
      ],
    }
    expect(scoresOf(reply('whole', [3, 3]), short, long, threeDays)).toEqual({
      whole: 1,
      short: 0,
      long: 0,
      threeDays: 0,
    })
  })

  test('who repeats an earlier answer gets nothing, wherever it stands in the list', () => {
    const scores = scoresOf(
      reply('copier', [1, 1], { elapsedMs: 50 }),
      reply('author', [1, 1], { elapsedMs: 10 }),
      reply('other', [2, 2], { elapsedMs: 90 }),
    )
    expect(scores).toEqual({ copier: 0, author: 1, other: 0.5 })
  })

  test('a copy does not change what the others get', () => {
    const field = [reply('a', [1, 3]), reply('b', [2, 2])]
    const { copier, ...others } = scoresOf(...field, reply('copier', [1, 3], { elapsedMs: 11 }))
    expect(copier).toBe(0)
    expect(others).toEqual(scoresOf(...field))
  })

  test('a copy with a little noise is still a copy; honest work 0.1 °C apart is not', () => {
    const scores = scoresOf(
      reply('author', [1, 1]),
      reply('noisy', [1.04, 0.96], { elapsedMs: 20 }),
      reply('near', [1.1, 0.9], { elapsedMs: 30 }),
    )
    expect(scores.noisy).toBe(0)
    expect(scores.near).toBeGreaterThan(0)
  })

  test('at the same millisecond the lower uid counts as the author', () => {
    const scores = scoresOf(reply('late', [1, 1], { uid: 7 }), reply('early', [1, 1], { uid: 3 }))
    expect(scores).toEqual({ early: 1, late: 0 })
  })

  test('the order of the replies does not matter', () => {
    const field = [reply('a', [1, 2]), reply('b', [2, 1], { uid: 1 }), reply('c', [1, 2], { uid: 2 })]
    expect(judgeReplies(truths, [...field].reverse())).toEqual(judgeReplies(truths, field))
  })

  test('nobody asked, nobody scored', () => {
    expect(judgeReplies(truths, [])).toEqual(new Map())
  })

  test('says what became of each reply', () => {
    const judged = judgeReplies(truths, [
      reply('author', [1, 1]),
      reply('copier', [1, 1], { elapsedMs: 20 }),
      reply('half', [1]),
      reply('liar', undefined, { status: 'malformed' }),
      reply('dead', undefined, { status: 'unreachable' }),
    ])
    expect(Object.fromEntries(Array.from(judged, ([hotkey, { verdict }]) => [hotkey, verdict]))).toEqual({
      author: 'placed',
      copier: 'copy',
      half: 'malformed',
      liar: 'malformed',
      dead: 'silent',
    })
  })
})
