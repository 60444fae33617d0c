import { keyPairFromUri } from 'subnetkit/crypto'
import { type Played, type Reply, type StreamReply, taskSeed } from 'subnetkit/mechanism'
import type { Status } from 'subnetkit/synapse'
import { asHotkey, type Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { type Defence, Text } from '../../examples/text/mechanism.js'
import type { TextPart } from '../../examples/text/protocol.js'

const [ann, bob, cid] = ['//Ann', '//Bob', '//Cid'].map((uri) => asHotkey(keyPairFromUri(uri).address)) as [
  Hotkey,
  Hotkey,
  Hotkey,
]

interface Given {
  readonly hotkey: Hotkey
  readonly status?: Status
  /** Of a hundred tokens that were asked for, so many came. */
  readonly came?: number
  readonly tookMs?: number
  /** Of those, so many were told wrongly, and so many not drawn. */
  readonly lies?: number
  readonly undrawn?: number
  /** A customer asked for it; listed last. */
  readonly isSold?: boolean
}

/** A round in which miners announced so many streams, and these texts came. */
function roundOf(streams: ReadonlyMap<Hotkey, number>, texts: readonly Given[]): Played<Text> {
  const bids = Array.from(streams, ([hotkey, count], uid): Reply<{ streams: number }> => {
    return { hotkey, uid, status: 'ok', answer: { streams: count }, sentAtMs: 0, elapsedMs: 1 }
  })
  const logps = new Array<number>(100).fill(-1)
  return {
    seed: taskSeed({ blockHash: '00'.repeat(32), netuid: 1, round: 1, index: 0 }),
    block: 5,
    state: null,
    bids,
    texts: texts.map(({ hotkey, status = 'ok', came = 100, tookMs = 100, lies = 0 }) => {
      const told = logps.slice(0, came).map((logp, at) => (at < lies ? logp - 0.5 : logp))
      const chunk: TextPart = { text: 'a'.repeat(came), logps: told }
      const parts = came === 0 ? [] : [{ chunk, atMs: 50 + tookMs }]
      const reply: StreamReply<TextPart> = { hotkey, uid: 1, status, parts, sentAtMs: 50, elapsedMs: tookMs }
      return { hotkey, request: { prompt: 'The whale', seed: 1, tokens: 100 }, reply }
    }),
    ownCount: texts.filter(({ isSold = false }) => !isSold).length,
    checks: texts.map(({ came = 100, undrawn = 0 }) => ({
      logps: logps.slice(0, came),
      misses: logps.slice(0, came).map((_, at) => (at < undrawn ? 0.25 : 0)),
    })),
  }
}

const scoresIn = (streams: ReadonlyMap<Hotkey, number>, texts: readonly Given[], without: Defence[] = []) =>
  new Text({ without }).score(roundOf(streams, texts)).scores

describe('A text is worth', () => {
  const one = new Map([[ann, 1]])

  test('1 where all tokens are good and the pace is the usual one', () => {
    expect(scoresIn(one, [{ hotkey: ann }]).get(ann)).toBe(1)
  })

  test.each([
    { what: 'a token that was told wrongly', given: { lies: 1 }, score: 0.99 },
    { what: 'a token that was not drawn', given: { undrawn: 1 }, score: 0.99 },
    { what: 'a token too few', given: { came: 99 }, score: 0.99 },
    { what: 'two of a hundred that were told wrongly', given: { lies: 2 }, score: 0 },
    { what: 'two of a hundred that were not drawn', given: { undrawn: 2 }, score: 0 },
    { what: 'nothing, though it ended well', given: { came: 0 }, score: 0 },
  ])('$score with $what', ({ given, score }) => {
    // Its pace is that of all, whatever came: a millisecond a token.
    expect(scoresIn(one, [{ hotkey: ann, ...given, tookMs: given.came ?? 100 }]).get(ann)).toBe(score)
  })

  test.each([
    { without: 'evidence', given: { lies: 100, undrawn: 100 } },
    { without: 'sampling', given: { undrawn: 100 } },
    { without: 'length', given: { came: 30 } },
  ] as const)('1 all the same where $without is left out', ({ without, given }) => {
    expect(scoresIn(one, [{ hotkey: ann, ...given }], [without]).get(ann)).toBe(1)
  })

  const three = new Map([ann, bob, cid].map((hotkey) => [hotkey, 1]))

  test('what its pace is beside the median of miners', () => {
    const texts = [
      { hotkey: ann, tookMs: 50 },
      { hotkey: bob, tookMs: 100 },
      { hotkey: cid, tookMs: 200 },
    ]
    expect([...scoresIn(three, texts).values()]).toEqual([2, 1, 0.5])
    expect([...scoresIn(three, texts, ['speed']).values()]).toEqual([1, 1, 1])
  })

  test('nothing where it is quick and wrong, and moves no median then: it is (1 + 2) / 2', () => {
    const texts = [{ hotkey: ann }, { hotkey: bob, tookMs: 50 }, { hotkey: cid, tookMs: 1, lies: 100 }]
    const scores = scoresIn(three, texts)
    expect([scores.get(ann), scores.get(bob), scores.get(cid)]).toEqual([1 / 1.5, 2 / 1.5, 0])
  })
})

describe('A miner is paid for what it announced', () => {
  const four = new Map([[ann, 4]])
  const done = { hotkey: ann }
  const busy = { hotkey: ann, status: 'overloaded', came: 0 } as const
  const silent = { hotkey: ann, status: 'timeout', came: 3 } as const

  test('where it does it', () => {
    expect(scoresIn(four, [done, done, done, done]).get(ann)).toBe(4)
  })

  test('less what it was too busy for', () => {
    expect(scoresIn(four, [done, done, busy, busy]).get(ann)).toBe(2)
  })

  test('far less where it was silent: 4 x 2 / (2 + 4 x 2)', () => {
    expect(scoresIn(four, [done, done, silent, silent]).get(ann)).toBe(0.8)
  })

  test('no more for more at once where each takes longer: in turn, or all of them slowly', () => {
    const streams = new Map([
      [ann, 2],
      [bob, 4],
      [cid, 4],
    ])
    const texts = (hotkey: Hotkey, tookMs: readonly number[]) => tookMs.map((ms) => ({ hotkey, tookMs: ms }))
    const scores = scoresIn(streams, [
      ...texts(ann, [100, 100]),
      ...texts(bob, [50, 100, 150, 200]),
      ...texts(cid, [200, 200, 200, 200]),
    ])
    expect([...scores.values()]).toEqual([4, 4, 4])
  })

  test('nothing where one of its texts is not of the model', () => {
    expect(scoresIn(four, [done, done, done, { ...done, undrawn: 2 }]).get(ann)).toBe(0)
  })

  test('by the texts of customers too, as far as they tell of quality', () => {
    const sold = { hotkey: ann, isSold: true }
    expect(scoresIn(four, [done, done, done, done, { ...sold, undrawn: 10 }]).get(ann)).toBe(0)
    expect(scoresIn(four, [done, done, busy, busy, sold]).get(ann)).toBe(2)
    // A friend may have had its text written before, and a rival may ask for what takes long.
    for (const tookMs of [1, 200, 1_000])
      expect(scoresIn(four, [done, done, done, done, { ...sold, tookMs }]).get(ann)).toBe(4)
    // A customer may ask for more than anybody can write in time.
    expect(scoresIn(four, [done, done, done, done, { ...sold, status: 'timeout', came: 3 }]).get(ann)).toBe(4)
    expect(scoresIn(four, [busy, busy, busy, busy, sold]).get(ann)).toBe(0)
  })

  test('nothing where nothing came, and where nothing was announced', () => {
    expect(scoresIn(four, [busy, silent, silent, silent]).get(ann)).toBe(0)
    expect(scoresIn(new Map([[ann, 0]]), []).get(ann)).toBe(0)
  })
})
