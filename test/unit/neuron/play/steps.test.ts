import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Reply, Round, ScriptRun, StreamReply } from '../../../../src/mechanism/index.js'
import { NotScoredError, scoresOf } from '../../../../src/mechanism/index.js'
import { answerTo } from '../../../../src/neuron/index.js'
import {
  defineStream,
  defineSynapse,
  type StreamSynapse,
  type Synapse,
} from '../../../../src/synapse/index.js'
import { hotkeyNamed } from '../World.js'
import { type Cast, count, echo, failureOf, honest, late, Played, played, say } from './Rehearsal.js'

type Both = { readonly one: Synapse<number, unknown>; readonly many: StreamSynapse<number, unknown> }
type Replies = readonly Reply<unknown>[]
type Scripts = readonly ScriptRun<unknown>[]
type Streams = readonly ScriptRun<StreamReply<number>>[]

const ann = hotkeyNamed('ann')
const bob = hotkeyNamed('bob')

/** What came of one round, by hotkey. */
async function once<T extends readonly { readonly hotkey: string }[]>(
  play: (round: Round<null>) => Promise<T>,
  miners: Parameters<typeof played>[1],
  options: Parameters<typeof played>[2] & ConstructorParameters<typeof Played>[1] = {},
) {
  const mechanism = new Played(async (round) => ({ given: await play(round) }), {
    score: ({ given }) => scoresOf(given as Replies, ({ status }) => (status === 'ok' ? 1 : 0)),
    ...options,
  })
  const run = await played(mechanism, miners, options)
  const given = (mechanism.judged[0]?.given ?? []) as T
  const of = (name: string) => given.find(({ hotkey }) => hotkey === hotkeyNamed(name)) as T[number]
  return { ...run, mechanism, given, of }
}

const askAll = (round: Round<null>) => round.askAll(echo, 7)
const streamAll = (round: Round<null>) => round.each((miner) => round.stream(miner, count, 3))

describe('a step ends, for a miner that', () => {
  test('answers, with its answer and its times', async () => {
    const { of, standing } = await once(askAll, { ann: late(40), bob: honest })
    expect(of('ann')).toMatchObject({ status: 'ok', answer: 7, sentAtMs: 0, elapsedMs: 40 })
    expect(of('bob')).toMatchObject({ status: 'ok', answer: 7, elapsedMs: 0 })
    expect(standing('ann')).toMatchObject({ mean: 1, failuresInRow: 0 })
  })

  test('serves nothing, as unreachable after no time', async () => {
    const play = (round: Round<null>) => Promise.all([round.ask(ann, echo, 7), round.ask(bob, echo, 7)])
    const { of, standing } = await once(play, { ann: null, bob: honest })
    expect(of('ann')).toMatchObject({ status: 'unreachable', elapsedMs: 0 })
    expect(standing('ann')).toMatchObject({ mean: 0, failuresInRow: 1 })
    expect(of('bob')).toMatchObject({ status: 'ok' })
  })

  test('is late, as timeout at the deadline', async () => {
    const play = (round: Round<null>) => round.askAll(echo, 7, { timeoutMs: 30 })
    const { of, standing } = await once(play, { ann: late(31), bob: late(29) })
    expect(of('ann')).toMatchObject({ status: 'timeout', elapsedMs: 30 })
    expect(of('bob')).toMatchObject({ status: 'ok', elapsedMs: 29 })
    expect(standing('ann')).toMatchObject({ failuresInRow: 1 })
  })

  test('is late within a stream, with the parts that came before', async () => {
    const play = (round: Round<null>) =>
      round.each((miner) => round.stream(miner, count, 3, { timeoutMs: 100 }))
    const { of } = await once(play as never as (round: Round<null>) => Promise<Streams>, {
      ann: late(40),
      bob: late(60),
    })
    expect(of('ann')).toMatchObject({ result: { status: 'timeout' } })
    expect(of('ann').result?.parts).toEqual([
      { chunk: 0, atMs: 0 },
      { chunk: 1, atMs: 40 },
      { chunk: 2, atMs: 80 },
    ])
    expect(of('bob').result?.parts.map(({ atMs }) => atMs)).toEqual([0, 60])
  })

  test('is busy, as overloaded', async () => {
    const twice = (round: Round<null>) => Promise.all([7, 8, 9].map((n) => round.ask(ann, echo, n)))
    const limits = { maxRunning: 1, maxRunningPerCaller: 1, maxQueued: 1, maxQueuedPerCaller: 1 }
    const { given } = await once(twice, { ann: late(40) }, { settings: { ann: { axon: { limits } } } })
    expect(given.map(({ status }) => status)).toEqual(['ok', 'ok', 'overloaded'])
  })

  test('gives what does not fit, as malformed without the answer', async () => {
    // Its own synapse allows what the mechanism's does not.
    const liar: Cast[string] = () => [answerTo({ ...say, name: 'echo' }, () => 'seven')]
    const { of } = await once(askAll, { ann: liar, bob: honest })
    expect(of('ann')).toMatchObject({ status: 'malformed' })
    expect(of('ann').answer).toBeUndefined()
    expect(of('bob')).toMatchObject({ status: 'ok' })
  })

  test('fills more than it may, as tooLarge; others have as much room as ever', async () => {
    const play = async (round: Round<null>) => {
      await round.askAll(say, 'x'.repeat(600))
      return await round.askAll(say, ({ hotkey }) => 'x'.repeat(hotkey === ann ? 400 : 390))
    }
    const { of, standing } = await once(
      play,
      { ann: honest, bob: honest },
      { limits: { bytesPerMiner: 1_000 } },
    )
    // 603 of the first, and 403 or 393 of the second.
    expect(of('ann')).toMatchObject({ status: 'tooLarge' })
    expect(of('bob')).toMatchObject({ status: 'ok' })
    expect(standing('ann')).toMatchObject({ mean: 0, failuresInRow: 0 })
  })

  test('fills it with what the schema leaves away, as tooLarge too, recorded or not', async () => {
    const [lean, whole] = [z.object({ n: z.number() }), z.unknown()].map((part) => ({
      one: defineSynapse({ name: 'one', request: z.number(), answer: part }),
      many: defineStream({ name: 'many', request: z.number(), chunk: part }),
    })) as [Both, Both]
    const answers = (part: unknown): Cast[string] => {
      return () => [
        answerTo(whole.one, () => part),
        answerTo(whole.many, async function* () {
          for (let at = 0; at < 100; at++) yield part
        }),
      ]
    }
    const play = (round: Round<null>) =>
      round.each(async (miner) => {
        const { status, parts } = await round.stream(miner, lean.many, 1)
        return [status, parts.length, (await round.ask(miner, lean.one, 1)).status]
      })
    const miners = { ann: answers({ n: 1 }), bob: answers({ n: 1, more: new Uint8Array(600) }) }
    for (const onRound of [undefined, () => {}]) {
      const { of, events } = await once(play, miners, {
        limits: { bytesPerMiner: 2_500 },
        score: () => [],
        ...(onRound && { validator: { onRound } as never }),
      })
      // 18 bytes each, and 630.
      expect(of('ann').result).toEqual(['ok', 100, 'ok'])
      expect(of('bob').result).toEqual(['tooLarge', 3, 'tooLarge'])
      expect(events.filter(({ type }) => type === 'roundNotRecorded')).toEqual([])
    }
  })

  test('sends a part too many, as tooLarge with the parts before', async () => {
    const { of } = await once(
      streamAll as (round: Round<null>) => Promise<Streams>,
      { ann: honest },
      {
        limits: { partsPerStream: 2 },
      },
    )
    expect(of('ann')).toMatchObject({ status: 'ok', result: { status: 'tooLarge' } })
    expect(of('ann').result?.parts.map(({ chunk }) => chunk)).toEqual([0, 1])
  })
})

describe('the fault of one miner', () => {
  const isAnn = (hotkey: string) => hotkey === ann
  const faulty = (): never => {
    throw new RangeError('odd')
  }

  test.each<[string, (round: Round<null>) => Promise<unknown>, string]>([
    [
      'whose script throws',
      (round) => round.each(async ({ hotkey }) => (isAnn(hotkey) ? faulty() : round.ask(hotkey, echo, 7))),
      "The mechanism's play threw RangeError: odd.",
    ],
    [
      'whose request does not fit, by a function of the miner',
      (round) => round.askAll(echo, ({ hotkey }) => (isAnn(hotkey) ? ('seven' as never) : 7)),
      'made a request that cannot be sent, "seven": The request does not fit synapse echo',
    ],
    [
      'whose request cannot be made',
      (round) => round.askAll(echo, ({ hotkey }) => (isAnn(hotkey) ? faulty() : 7)),
      "The mechanism's play threw RangeError: odd.",
    ],
    [
      'whose request does not fit, of one ask',
      (round) =>
        Promise.all(
          round.miners.map(({ hotkey }) => round.ask(hotkey, echo, isAnn(hotkey) ? ('seven' as never) : 7)),
        ),
      'made a request that cannot be sent, "seven"',
    ],
    [
      'whose request is larger than a message',
      (round) => round.askAll(say, ({ hotkey }) => (isAnn(hotkey) ? 'x'.repeat(2_000_000) : 7)),
      'it is larger than a message may be',
    ],
    [
      'whose request of a stream does not fit',
      (round) =>
        Promise.all(
          round.miners.map(({ hotkey }) =>
            round.stream(hotkey, count, isAnn(hotkey) ? ('seven' as never) : 2),
          ),
        ),
      'made a request that cannot be sent, "seven"',
    ],
    [
      'whose answer makes keep throw',
      (round) =>
        round.askAll(say, ({ hotkey }) => isAnn(hotkey), {
          keep: (answer) => (answer === true ? faulty() : 1),
        }),
      "The mechanism's play threw RangeError: odd.",
    ],
    [
      'of whose answer keep gives what is not plain',
      (round) =>
        round.askAll(say, ({ hotkey }) => isAnn(hotkey), {
          keep: (answer) => (answer === true ? Number.NaN : 1),
        }),
      'got from keep of say a value that cannot be recorded',
    ],
    [
      'whose part makes until throw',
      (round) =>
        Promise.all(
          round.miners.map(({ hotkey }) =>
            round.stream(hotkey, count, 2, { until: () => (isAnn(hotkey) ? faulty() : false) }),
          ),
        ),
      "The mechanism's play threw RangeError: odd.",
    ],
    [
      'that is asked once too often',
      (round) => Promise.all([ann, ann, ann, bob].map((one) => round.ask(one, echo, 7))),
      'asked one miner more than 2 times in a round, the last time echo',
    ],
    [
      'for whom is read once too often',
      (round) =>
        round.each(async ({ hotkey }) => {
          for (let at = 0; at < (isAnn(hotkey) ? 4 : 3); at++) await round.record('one', () => at)
          return await round.ask(hotkey, echo, 7)
        }),
      'read more than 3 times for one miner in a round, the last time one',
    ],
    [
      'whose script asks somebody who is not registered',
      (round) =>
        round.each(async ({ hotkey }) => round.ask(isAnn(hotkey) ? hotkeyNamed('nobody') : hotkey, echo, 7)),
      'Invalid miner',
    ],
  ])('%s is a failed answer of that miner, and told', async (_, play, words) => {
    const options = { limits: { asksPerMiner: 2, readsPerMiner: 3 }, score: () => [[bob, 1]] as const }
    const { eventsOf, standing, events } = await once(play as never, { ann: honest, bob: honest }, options)
    expect(failureOf(events)).toBe('none')
    const faults = eventsOf('minerFault')
    expect(faults.map(({ hotkey }) => hotkey)).toEqual([ann])
    expect(faults[0]?.error.message).toContain(words)
    expect(standing('ann')).toMatchObject({ failuresInRow: 1, count: 0 })
    expect(standing('bob')).toMatchObject({ failuresInRow: 0, mean: 1 })
  })

  test('has the stack of the author', async () => {
    const { eventsOf } = await once(
      (round) => round.each(async () => faulty()) as Promise<Scripts>,
      { ann: honest },
      { score: () => [] },
    )
    expect((eventsOf('minerFault')[0]!.error.cause as Error).stack).toContain('steps.test')
  })

  test('says why where play looks', async () => {
    const { of } = await once(
      (round) => round.each(async () => faulty()) as Promise<Scripts>,
      { ann: honest },
      { score: () => [] },
    )
    expect(of('ann')).toEqual({
      hotkey: ann,
      uid: 2,
      status: 'fault',
      why: "The mechanism's play threw RangeError: odd.",
    })
  })
})

describe('an outage', () => {
  const broken = (round: Round<null>) =>
    round.each(async ({ hotkey }) => {
      await round.ask(hotkey, echo, 7)
      if (hotkey === ann) throw new NotScoredError('the model is not loaded')
    })

  test('in the script of a miner leaves its standing as it was', async () => {
    const score = ({ given }: { readonly [key: string]: unknown }) => scoresOf(given as Scripts, () => 0.5)
    const { of, standing, eventsOf } = await once(broken as never, { ann: honest, bob: honest }, { score })
    expect(of('ann')).toMatchObject({
      status: 'notScored',
      why: 'Nobody can be scored: the model is not loaded.',
    })
    expect(standing('ann')).toBeUndefined()
    expect(standing('bob')).toMatchObject({ mean: 0.5 })
    expect(eventsOf('minerFault')).toEqual([])
  })

  test('elsewhere fails the round', async () => {
    const { events, standing } = await once(
      async () => {
        throw new NotScoredError('the model is not loaded')
      },
      { ann: honest },
    )
    expect(failureOf(events)).toContain('Nobody can be scored: the model is not loaded.')
    expect(standing('ann')).toBeUndefined()
  })
})
