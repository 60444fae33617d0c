import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { NotScoredError, type Round, type Source } from '../../../../src/mechanism/index.js'
import { answerTo, replayRound } from '../../../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../../../src/synapse/index.js'
import { type Cast, count, echo, honest, late, Played, say } from '../play/Rehearsal.js'
import { hotkeyNamed } from '../World.js'
import { recorded } from './recorded.js'

const ann = hotkeyNamed('ann')

type Play = (round: Round<null>) => Promise<unknown>
type Options = NonNullable<ConstructorParameters<typeof Played>[1]>

/** Everything that a miner can be told apart by is in its score: a replay that sees less differs. */
const score: NonNullable<Options['score']> = ({ given }) => {
  const rows = (Array.isArray(given) ? given : [given]).flat(9) as { hotkey?: typeof ann }[]
  return new Map(
    rows.flatMap((row) =>
      row?.hotkey === undefined ? [] : [[row.hotkey, weightOf(JSON.stringify(row, typed))]],
    ),
  )
}

const typed = (_: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? [value.constructor.name, ...(value as Uint8Array)] : value

function weightOf(text: string): number {
  let sum = 0
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003
  return sum
}

/** Plays once, and replays what was recorded with an instance of its own. */
async function again(
  play: Play,
  miners: Parameters<typeof recorded>[1],
  { rounds = 1, ...options }: Options & { rounds?: number } = {},
) {
  const make = (): Played =>
    new Played(async (round) => ({ given: await play(round) }), { score, ...options })
  const mechanism = make()
  const run = await recorded(mechanism, miners, { rounds })
  const other = make()
  const replays = []
  for (const record of run.records) replays.push(await replayRound(other, record))
  return { ...run, mechanism, other, replays, replay: replays[0] }
}

const price: Source<number, number | null> = {
  name: 'price',
  query: z.number(),
  value: z.number().nullable(),
  async read(at) {
    if (at < 0) throw new RangeError('gone')
    return { value: at === 0 ? null : at, from: `test:${at}` }
  },
}

const anyEcho = defineSynapse({ name: 'echo', request: z.number(), answer: z.unknown() })
const anyCount = defineStream({ name: 'count', request: z.number(), chunk: z.unknown() })

/** A miner that fails in each way. */
const failing: { readonly [name: string]: Cast[string] | null } = {
  ann: honest,
  late: late(5_000),
  wrong: () => [
    answerTo(anyEcho, () => 'seven'),
    answerTo(anyCount, async function* () {
      yield 1
      yield 'x'
    }),
  ],
  broken: () => [
    answerTo(anyEcho, () => {
      throw new RangeError('broken')
    }),
    answerTo(anyCount, async function* () {
      yield 1
      throw new RangeError('broken')
    }),
  ],
  huge: () => [
    answerTo(anyEcho, () => 'x'.repeat(100_000)),
    answerTo(anyCount, async function* () {
      for (let at = 0; at < 200; at++) yield at
    }),
  ],
  deaf: () => [answerTo(say, (value) => value)],
  gone: null,
}

test('a round is of its validator, and so is its replay', async () => {
  const { mechanism, other, record } = await again(async (round) => round.validator, { ann: honest })
  const [first] = mechanism.judged
  expect(first?.given).toBe(record.place.hotkey)
  expect(other.judged[0]?.given).toBe(first?.given)
})

describe('a recorded round replays to what it came to, of', () => {
  test.each<[string, Play, Options?]>([
    ['asks of all', (round) => round.askAll(echo, 7)],
    ['asks of all, one for each', (round) => round.askAll(echo, ({ uid }) => uid)],
    [
      'asks of all of which some are not asked',
      (round) => round.askAll(echo, ({ uid }) => (uid % 2 ? uid : undefined)),
    ],
    ['asks together', (round) => round.askAll(echo, 7, { together: true })],
    ['asks that are spread', (round) => round.askAll(echo, 7, { withinMs: 300 })],
    [
      'answers of which a part is kept',
      (round) => round.askAll(echo, 7, { keep: (n) => ({ twice: n * 2 }) }),
    ],
    [
      'a keep that throws',
      (round) =>
        round.askAll(echo, 7, {
          keep: () => {
            throw new RangeError('odd')
          },
        }),
    ],
    [
      'requests that do not fit',
      (round) => round.askAll(echo, (({ uid }: { uid: number }) => (uid % 2 ? 'x' : uid)) as never),
    ],
    [
      'requests that are too large',
      (round) => round.askAll(say, ({ uid }) => (uid % 2 ? 'x'.repeat(2_000_000) : uid)),
    ],
    [
      'asks one after the other',
      async (round) => [
        await round.ask(ann, echo, 1),
        await round.ask(ann, echo, 1),
        await round.ask(ann, echo, 2),
      ],
    ],
    [
      'more asks than one may be asked',
      (round) =>
        round.each(async (miner) => {
          const replies = []
          for (let at = 0; at < 6; at++) replies.push(await round.ask(miner, echo, at))
          return replies
        }),
      { limits: { asksPerMiner: 4 } },
    ],
    ['streams', (round) => round.each((miner) => round.stream(miner, count, 3))],
    [
      'streams that are left early',
      (round) => round.each((miner) => round.stream(miner, count, 3, { until: (n) => n === 1 })),
    ],
    [
      'streams whose until throws',
      (round) =>
        round.each((miner) =>
          round.stream(miner, count, 3, {
            until: (_, at) => {
              if (at === 2) throw new RangeError('odd')
              return false
            },
          }),
        ),
    ],
    [
      'streams with too many parts',
      (round) => round.each((miner) => round.stream(miner, count, 3)),
      { limits: { partsPerStream: 100 } },
    ],
    [
      'answers beyond what a miner may fill',
      (round) => round.each((miner) => Promise.all([round.ask(miner, echo, 1), round.ask(miner, echo, 2)])),
      { limits: { bytesPerMiner: 12 } },
    ],
    [
      'scripts that throw',
      (round) =>
        round.each(async (miner) => {
          const reply = await round.ask(miner, echo, 7)
          if (reply.status !== 'ok') throw new RangeError(`${reply.status} it was`)
          return reply
        }),
    ],
    [
      'scripts that take too long',
      (round) => round.each((miner) => round.ask(miner, echo, 7, { timeoutMs: 9_000 })),
      { limits: { scriptMs: 1_000 } },
    ],
    [
      'outages in scripts',
      (round) =>
        round.each(async (miner) => {
          const reply = await round.ask(miner, echo, miner.uid)
          return [reply, await round.live(price, reply.status === 'ok' ? reply.answer : -1)]
        }),
    ],
    [
      "outages of one's own",
      (round) =>
        round.each(async () => {
          throw new NotScoredError('no model')
        }),
    ],
    [
      'sources',
      async (round) => [
        {
          hotkey: ann,
          a: await round.live(price, 5),
          b: await round.live(price, 0),
          c: await round.live(price, 5),
        },
      ],
    ],
    [
      'sources that fail and are caught',
      async (round) => [
        { hotkey: ann, why: await round.live(price, -1).catch(({ message }: Error) => message) },
      ],
    ],
    [
      "work of one's own",
      async (round) => [{ hotkey: ann, gain: await round.record('gain', () => [round.block, 0.1 + 0.2]) }],
    ],
    [
      'work that fails and is caught',
      async (round) => [
        {
          hotkey: ann,
          why: await round
            .record('gain', () => {
              throw new RangeError('odd')
            })
            .catch((error: Error) => [error instanceof RangeError, error.name, error.message]),
        },
      ],
    ],
    [
      'secrets',
      async (round) => [
        {
          hotkey: ann,
          a: round.secret('a').int(1_000_000),
          again: round.secret('a').int(1_000_000),
          b: round.secret('b', { block: 1 }).int(1_000_000),
          r: round.random('a').int(1_000),
        },
      ],
    ],
    [
      'the round itself',
      async (round) => [
        {
          hotkey: ann,
          miners: round.miners,
          block: round.block,
          seed: [...round.seed.bytes],
          index: round.seed.index,
          state: round.state,
        },
      ],
    ],
    [
      'races',
      async (round) => {
        const order: string[] = []
        const runs = await round.each(async (miner) => {
          const reply = await round.ask(miner, echo, miner.uid)
          order.push(miner.hotkey)
          return reply
        })
        return [runs, { hotkey: ann, order }]
      },
    ],
  ])('%s', async (_, play, options = {}) => {
    const { events, records, replay, mechanism, other } = await again(play, failing, options)
    expect(events.filter(({ type }) => type === 'roundFailed')).toEqual([])
    expect(records).toHaveLength(1)
    expect(records[0]?.outcome.scores.size).toBeGreaterThan(0)
    expect(replay?.scores).toEqual(records[0]?.outcome.scores)
    // Everything that score was given is the same, down to the last part.
    expect(JSON.stringify(other.judged[0], typed)).toBe(JSON.stringify(mechanism.judged[0], typed))
  })
})

test('a record that answers twice, or whose state is damaged, is refused as a record', async () => {
  const { record, mechanism } = await again((round) => round.askAll(echo, 7), { ann: honest })
  const [first] = record.entries
  const refused = (altered: object) =>
    expect(replayRound(mechanism, { ...record, ...altered } as typeof record)).rejects
  if (first === undefined) throw new Error('It asked.')
  await refused({ entries: [...record.entries, first] }).toThrow(/it answers twice/)
  await refused({ entries: [...record.entries, first] }).toMatchObject({ name: 'RoundRecordError' })
  await refused({ state: Uint8Array.of(0xc1) }).toMatchObject({ name: 'RoundRecordError' })
})

test('data that the mechanism lists and the record does not are other rules', async () => {
  const { record, mechanism } = await again((round) => round.askAll(echo, 7), { ann: honest })
  const listing = Object.assign(mechanism, {
    datasets: [{ name: 'prices', version: '1', sha256: 'ab'.repeat(32), value: null }],
  })
  await expect(replayRound(listing, record)).rejects.toThrow(/data set prices/)
})
