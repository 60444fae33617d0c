import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { NotScoredError, type Round, type Source } from '../../../../src/mechanism/index.js'
import { defineStream, defineSynapse } from '../../../../src/synapse/index.js'
import { given, NotGivenError, replied, roundOf } from '../../../../src/testing/index.js'

const bid = defineSynapse({ name: 'bid', request: z.number(), answer: z.number() })
const words = defineStream({ name: 'words', request: z.string(), chunk: z.string() })
const spot: Source<{ asset: string }, number | null> = {
  name: 'spot',
  query: z.object({ asset: z.string() }),
  value: z.number().nullable(),
  read: () => Promise.reject(new Error('nobody reads the real one')),
}

describe('a round over functions', () => {
  test('asks the function of a synapse for each miner, at once and in uid order', async () => {
    const round = roundOf({ miners: 3, outside: [given(bid, (item, { uid }) => item * 10 + uid)] })
    const bids = await round.askAll(bid, ({ uid }) => (uid === 1 ? undefined : 7))
    expect(bids).toEqual([
      { hotkey: round.miners[0]?.hotkey, uid: 0, status: 'ok', answer: 70, elapsedMs: 0, sentAtMs: 0 },
      { hotkey: round.miners[2]?.hotkey, uid: 2, status: 'ok', answer: 72, elapsedMs: 0, sentAtMs: 0 },
    ])
  })

  test('ends asks as they are said to end, on a time that passes at once', async () => {
    const ends = [
      replied({ answer: 5, elapsedMs: 40 }),
      replied({ status: 'overloaded', elapsedMs: 2 }),
      replied({ answer: 5, elapsedMs: 50 }),
      replied({ answer: 'five' as never }),
    ]
    const round = roundOf({ miners: 4, outside: [given(bid, (_, { uid }) => ends[uid] ?? 0)] })
    const first = await round.askAll(bid, 1, { timeoutMs: 50 })
    expect(first.map(({ status, answer, elapsedMs }) => [status, answer, elapsedMs])).toEqual([
      ['ok', 5, 40],
      ['overloaded', undefined, 2],
      ['timeout', undefined, 50],
      ['malformed', undefined, 0],
    ])
    // All were asked at one moment, and the slowest took 50 ms.
    const second = await round.ask(round.miners[0]!, bid, 1)
    expect(second.sentAtMs).toBe(50)
  })

  test('gives the parts of a stream at their times, and those before a failure', async () => {
    const parts = [{ chunk: 'a', afterMs: 10 }, { chunk: 'b' }, { chunk: 'c', afterMs: 30 }]
    const round = roundOf({
      miners: 2,
      outside: [given(words, (_, { uid }) => (uid === 0 ? parts : { parts, status: 'unreachable' }))],
    })
    const [all, cut] = await round.each((miner) => round.stream(miner, words, 'go'))
    const arrived = [
      { chunk: 'a', atMs: 10 },
      { chunk: 'b', atMs: 10 },
      { chunk: 'c', atMs: 30 },
    ]
    expect(all?.result).toMatchObject({ status: 'ok', parts: arrived, sentAtMs: 0, elapsedMs: 30 })
    expect(cut?.result).toMatchObject({ status: 'unreachable', parts: arrived })
    const [late] = await round.each((miner) => round.stream(miner, words, 'go', { timeoutMs: 20 }))
    expect(late?.result).toMatchObject({ status: 'timeout', elapsedMs: 20, sentAtMs: 30 })
    expect(late?.result?.parts).toHaveLength(2)
    const [read] = await round.each((miner) =>
      round.stream(miner, words, 'go', { until: (_, count) => count === 1 }),
    )
    expect(read?.result).toMatchObject({ status: 'ok', parts: [{ chunk: 'a' }] })
  })

  test('reads sources from functions; what they throw is an outage', async () => {
    const price = ({ asset }: { asset: string }) => {
      if (asset === 'down') throw new Error('no line')
      return asset === 'tao' ? 400 : null
    }
    const round = roundOf({ outside: [given(spot, price)] })
    expect(await round.live(spot, { asset: 'tao' })).toEqual({ value: 400, from: 'given', readAtMs: 0 })
    expect((await round.live(spot, { asset: 'xyz' })).value).toBeNull()
    await expect(round.live(spot, { asset: 'down' })).rejects.toThrow(NotScoredError)
    await expect(round.live(spot, { asset: 7 as never })).rejects.toThrow('does not fit')
  })

  test('bounds what play does as a validator does', async () => {
    const round = roundOf({
      miners: 1,
      roundLimits: { asksPerMiner: 2 },
      outside: [given(bid, () => 1)],
    })
    const miner = round.miners[0]!
    await round.ask(miner, bid, 1)
    await round.ask(miner, bid, 1)
    expect((await round.ask(miner, bid, 1)).fault).toContain('more than 2 times')
  })

  test('draws the same from the same seed, and otherwise from another', () => {
    const drawn = (seed: string) => {
      const round = roundOf({ seed, block: 9 })
      return [round.random('task').int(1_000_000), round.secret('probe').int(1_000_000)]
    }
    expect(drawn('a')).toEqual(drawn('a'))
    expect(drawn('a')).not.toEqual(drawn('b'))
    expect(roundOf({ block: 9 }).seed.round).toBe(9)
  })

  test('has a seed for each block up to its own', async () => {
    const round = roundOf({ seed: 'a', block: 9 })
    const [own, before] = [await round.seedAt(9), await round.seedAt(8)]
    expect(own.bytes).toEqual(round.seed.bytes)
    expect(before.bytes).toEqual(roundOf({ seed: 'a', block: 8 }).seed.bytes)
    await expect(round.seedAt(10)).rejects.toThrow('Invalid block: 10')
  })

  test('waits for blocks, which come at once', async () => {
    const round = roundOf({ seed: 'a', block: 9, outside: [given(bid, (item) => item)] })
    await round.askAll(bid, 1)
    expect((await round.wait({ blocks: 3 })).bytes).toEqual(roundOf({ seed: 'a', block: 12 }).seed.bytes)
    expect((await round.wait({ blocks: 1 })).round).toBe(13)
    expect((await round.wait({ untilBlock: 20 })).round).toBe(20)
    expect((await round.wait({ untilBlock: 10 })).round).toBe(10)
    expect((await round.wait({ blocks: 1 })).round).toBe(21)
    await expect(round.wait({ blocks: 0 })).rejects.toThrow('Invalid until.blocks')
  })

  test('has the state that it is given, frozen', () => {
    const round: Round<{ best: number }> = roundOf({ state: { best: 7 } })
    expect(round.state).toEqual({ best: 7 })
    expect(Object.isFrozen(round.state)).toBe(true)
    expect(roundOf().state).toBeNull()
  })

  test('is of a validator, who is none of its miners', () => {
    const { validator, miners } = roundOf()
    expect(validator).toMatch(/^5/)
    expect(miners.map(({ hotkey }) => hotkey)).not.toContain(validator)
  })

  test('refuses by name what it was given nothing for', async () => {
    const round = roundOf({ outside: [given(bid, () => 1)] })
    const miner = round.miners[0]!
    await expect(round.stream(miner, words, 'go')).rejects.toThrow(NotGivenError)
    await expect(round.stream(miner, words, 'go')).rejects.toThrow('nothing for stream of words')
    await expect(round.live(spot, { asset: 'tao' })).rejects.toThrow('nothing for live of spot')
    await expect(roundOf().askAll(bid, 1)).rejects.toThrow('nothing for ask of bid')
  })

  test('refuses two of one name, and two miners of one hotkey or uid', () => {
    expect(() => roundOf({ outside: [given(bid, () => 1), given(bid, () => 2)] })).toThrow('outside[1]')
    const miner = roundOf({ miners: 1 }).miners[0]!
    expect(() => roundOf({ miners: [miner, { ...miner, uid: 7 }] })).toThrow('miners[1].hotkey')
    expect(() => roundOf({ miners: [miner, { ...miner, hotkey: miner.coldkey as never }] })).toThrow(
      InvalidArgumentError,
    )
  })

  test('hands on what a function throws: it is a mistake of the test', async () => {
    const round = roundOf({
      outside: [
        given(bid, () => {
          throw new RangeError('a slip')
        }),
      ],
    })
    await expect(round.askAll(bid, 1)).rejects.toThrow('a slip')
  })
})

describe('a round that is given what customers asked', () => {
  const [miner] = roundOf({ miners: 1 }).miners
  const { hotkey, uid } = miner as NonNullable<typeof miner>
  const reply = { hotkey, uid, status: 'ok', answer: 5, elapsedMs: 3, sentAtMs: 0 } as const

  test('has it for the synapse of that name, and nothing for another', () => {
    const round = roundOf({ sold: { bid: [{ hotkey, uid, customer: hotkey, request: 4, reply }] } })
    expect(round.sold(bid).map(({ request, reply: { answer } }) => [request, answer])).toEqual([[4, 5]])
    expect(round.sold(words)).toEqual([])
    expect(roundOf().sold(bid)).toEqual([])
  })
})
