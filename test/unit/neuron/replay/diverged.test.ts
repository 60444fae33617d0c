import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { encodeCanonical } from '../../../../src/codec/index.js'
import {
  type Round,
  RoundDiffersError,
  RoundDivergedError,
  type RoundRecord,
  RoundRecordError,
  type SoldSynapse,
  type Source,
  scoresOf,
  withoutSecrets,
} from '../../../../src/mechanism/index.js'
import { replayRound } from '../../../../src/neuron/index.js'
import { count, echo, honest, Played, played } from '../play/Rehearsal.js'
import { hotkeyNamed } from '../World.js'
import { recorded } from './recorded.js'

const ann = hotkeyNamed('ann')

type Play = (round: Round<null>) => Promise<unknown>
type Options = NonNullable<ConstructorParameters<typeof Played>[1]>

const make = (play: Play, options: Options = {}): Played => {
  const score: Options['score'] = ({ given }) =>
    scoresOf([given].flat(2) as { hotkey: typeof ann }[], () => 0.5)
  return new Played(async (round) => ({ given: await play(round) }), { score, ...options })
}

/** What a replay says where the rules that are replayed are others than those that were recorded. */
async function verdict(
  first: Play,
  second: Play,
  options: Options = {},
  others: Options = options,
): Promise<unknown> {
  const { record, events } = await recorded(make(first, options), { ann: honest, bob: honest })
  expect(events.filter(({ type }) => type === 'roundFailed')).toEqual([])
  return await replayRound(make(second, others), record).catch((error: unknown) => error)
}

const here = /diverged\.test\.ts:\d+:\d+/

const price: Source<number, number> = {
  name: 'price',
  query: z.number(),
  value: z.number(),
  read: async (at) => ({ value: at, from: 'test' }),
}

describe('a replay that goes another way says what, and where:', () => {
  let tick = 0
  const clock = (): number => ++tick

  test.each<[string, Play, string, string]>([
    ['a request that looks at a clock', (round) => round.ask(ann, echo, clock()), 'ask', 'echo'],
    ['a request of all', (round) => round.askAll(echo, clock()), 'ask', 'echo'],
    [
      'a request in a script',
      (round) => round.each((miner) => round.ask(miner, echo, clock())),
      'ask',
      'echo',
    ],
    ['a stream', (round) => round.stream(ann, count, clock()), 'stream', 'count'],
    ['a query', async (round) => [{ hotkey: ann, a: await round.live(price, clock()) }], 'live', 'price'],
    [
      'a name',
      async (round) => [{ hotkey: ann, a: await round.record(`${clock()}`, () => 1) }],
      'record',
      '',
    ],
    ['a label', async (round) => [{ hotkey: ann, a: round.secret(`${clock()}`).int(9) }], 'secret', ''],
  ])('%s', async (_, play, door, name) => {
    const error = (await verdict(play, play)) as RoundDivergedError
    expect(error).toBeInstanceOf(RoundDivergedError)
    expect(error.question?.door).toBe(door)
    if (name !== '') expect(error.question?.name).toBe(name)
    expect(error.at).toMatch(here)
    expect(error.message).toContain(error.at)
  })

  test('one question more', async () => {
    const once: Play = (round) => round.ask(ann, echo, 7)
    const twice: Play = async (round) => [await round.ask(ann, echo, 7), await round.ask(ann, echo, 7)]
    expect(await verdict(once, twice)).toMatchObject({
      message: expect.stringContaining('once more, after 1 times, which is not in the record'),
      at: expect.stringMatching(here),
    })
  })

  test('one question less', async () => {
    const one: Play = (round) => round.ask(ann, echo, 7)
    const both: Play = (round) => Promise.all([round.ask(ann, echo, 7), round.ask(ann, echo, 8)])
    expect(await verdict(both, one)).toMatchObject({
      name: 'RoundDivergedError',
      message: expect.stringContaining('is in the record, and play did not ask it'),
    })
  })

  test('another miner, also one that is not of the subnet any more', async () => {
    const error = await verdict(
      (round) => round.ask(ann, echo, 7),
      (round) => round.ask(hotkeyNamed('somebody'), echo, 7),
    )
    expect(error).toMatchObject({ question: { door: 'registered', hotkey: hotkeyNamed('somebody') } })
  })

  test('a timer of its own, by the line that set it', async () => {
    let timer: NodeJS.Timeout | undefined
    const play: Play = async (round) => {
      // So long that it cannot be over before it is looked for.
      await new Promise((resolve) => {
        timer = setTimeout(resolve, 60_000)
      })
      return await round.ask(ann, echo, 7)
    }
    const error = (await verdict((round) => round.ask(ann, echo, 7), play)) as RoundDivergedError
    clearTimeout(timer)
    expect(error.message).toContain('play awaits something else, a timer that was set at')
    expect(error.at).toMatch(here)
    expect(error.question).toBeUndefined()
  })

  test('work that always ends the same is none: it is waited for', async () => {
    const play: Play = async (round) => {
      const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(1_000_000))
      return await round.ask(ann, echo, new Uint8Array(hash)[0] as number)
    }
    expect(await verdict(play, play)).toMatchObject({ scores: new Map([[ann, 0.5]]) })
  })
})

describe('a replay that comes to another result says which:', () => {
  const play: Play = (round) => round.askAll(echo, 7)
  const scored = (value: number): Options => ({
    score: ({ given }) => scoresOf(given as { hotkey: typeof ann }[], () => value),
  })

  test('a score, of whom, and both values', async () => {
    const error = await verdict(play, play, scored(0.25), scored(0.75))
    expect(error).toBeInstanceOf(RoundDiffersError)
    expect(error).toMatchObject({ part: 'scores', hotkey: ann, recorded: '0.25', replayed: '0.75' })
    expect((error as Error).message).toContain(`the score of ${ann} is 0.25 in the record and 0.75 now`)
  })

  test('a score that there was not', async () => {
    const one: Options = { score: () => new Map([[ann, 1]]) }
    const none: Options = { score: () => new Map() }
    expect(await verdict(play, play, none, one)).toMatchObject({
      part: 'scores',
      recorded: 'none',
      replayed: '1',
    })
    expect(await verdict(play, play, one, none)).toMatchObject({
      part: 'scores',
      recorded: '1',
      replayed: 'none',
    })
  })

  test('a score that is none', async () => {
    const odd: Options = { score: () => new Map([[ann, Number.NaN]]) }
    expect(await verdict(play, play, odd, odd)).toMatchObject({ scores: new Map() })
    const other: Options = { score: () => new Map([[ann, Number.POSITIVE_INFINITY]]) }
    expect(await verdict(play, play, odd, other)).toMatchObject({ part: 'refused', hotkey: ann })
  })

  test('the rules', async () => {
    const limits = { limits: { asksPerMiner: 9 } }
    expect(await verdict(play, play, {}, limits)).toMatchObject({
      part: 'rules',
      message: expect.stringContaining(
        'roundLimits.asksPerMiner of the mechanism is 64 in the record and 9 now',
      ),
    })
  })

  test('the next state, and what was said for people', async () => {
    class Saying extends Played {
      said: unknown = { rows: [1] }
      next: null = null
      override score(judged: never) {
        return { ...super.score(judged), report: this.said as never, state: this.next }
      }
    }
    const saying = () => new Saying(async (round) => ({ given: await play(round) }))
    const { record, eventsOf } = await recorded(saying(), { ann: honest })
    expect(record.outcome.report).toEqual({ rows: [1] })
    expect(eventsOf('roundScored')[0]?.reports).toEqual([{ rows: [1] }])
    expect(await replayRound(saying(), record)).toMatchObject({ report: { rows: [1] }, state: null })
    const other = saying()
    other.said = { rows: [2] }
    await expect(replayRound(other, record)).rejects.toMatchObject({ part: 'report' })
    const third = saying()
    third.next = { a: 1 } as never
    await expect(replayRound(third, record)).rejects.toMatchObject({ part: 'state' })
  })

  test('an entry that no round gives is the fault of the record, also in the script of a miner', async () => {
    const play: Play = async (round) => [
      ...(await round.each((miner) => round.stream(miner, count, 1))),
      ...(await round.askAll(echo, 7)),
      { hotkey: ann, a: [await round.live(price, 1), round.secret('a').int(9), round.sold(echo)] },
    ]
    const sells: SoldSynapse[] = [{ synapse: echo, keep: 'all' }]
    const selling = (): Played => Object.assign(make(play), { sells })
    const { record } = await recorded(selling(), { ann: honest })
    await replayRound(selling(), record)
    const doors = record.entries.map(({ door }) => door)
    expect([...doors].sort()).toEqual(['ask', 'live', 'secret', 'sold', 'stream'])
    for (const [at, entry] of record.entries.entries()) {
      for (const odd of [null, 'x', [1], ['ok', 0, 0, 'kept', Uint8Array.of(0xc1)]]) {
        const answer = { how: 'gave', bytes: encodeCanonical(odd) } as const
        const entries = record.entries.map((one, other) => (other === at ? { ...entry, answer } : one))
        await expect(replayRound(selling(), { ...record, entries })).rejects.toThrow(RoundRecordError)
      }
    }
  })

  test('a record without secrets is not replayed', async () => {
    const { record } = await recorded(
      make(async (round) => [{ hotkey: ann, a: round.secret('a').int(9) }]),
      { ann: honest },
    )
    await expect(replayRound(make(play), withoutSecrets(record))).rejects.toThrow(RoundRecordError)
  })
})

describe('a validator', () => {
  const play = (round: Round<null>) => round.askAll(echo, 7)

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('disk full')
      },
    ],
    [
      'rejects',
      async () => {
        throw new RangeError('disk full')
      },
    ],
  ])('whose onRound %s tells it, and its rounds count', async (_, onRound) => {
    const run = await played(make(play), { ann: honest }, { rounds: 2, validator: { onRound } as never })
    expect(run.eventsOf('roundScored')).toHaveLength(2)
    expect(run.eventsOf('roundNotRecorded').map(({ error }) => error.message)).toContain('disk full')
  })

  test('leaves out a report that is none, tells it, and its round counts', async () => {
    class Odd extends Played {
      override score(judged: never) {
        return { ...super.score(judged), report: [Number.NaN] as never }
      }
    }
    const { record, eventsOf } = await recorded(new Odd(async (round) => ({ given: await play(round) })), {
      ann: honest,
    })
    expect(record.outcome).not.toHaveProperty('report')
    expect(eventsOf('reportRefused')[0]?.error.message).toContain(
      'got from the report a value that cannot be recorded',
    )
    expect(eventsOf('roundScored')).toHaveLength(1)
  })

  test('records each task of a round, and the state that each was scored with', async () => {
    class Counting extends Played {
      override score(judged: never) {
        const { state } = judged as { state: { n: number } | null }
        return { ...super.score(judged), state: { n: (state?.n ?? 0) + 1 } as never }
      }
    }
    const counting = () => new Counting(async (round) => ({ given: await play(round) }), { tasks: 3 })
    const { records } = await recorded(counting(), { ann: honest }, { rounds: 2 })
    expect(records.map(({ block, index }) => [block - (records[0]?.block ?? 0), index])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ])
    expect(records.map((record: RoundRecord) => record.scoredState === undefined)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ])
    const other = counting()
    const states = []
    for (const record of records) states.push((await replayRound(other, record)).state)
    expect(states).toEqual([1, 2, 3, 4, 5, 6].map((n) => ({ n })))
  })
})
