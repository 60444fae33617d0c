import { describe, expect, test } from 'vitest'
import { type Round, scoresOf } from '../../../../src/mechanism/index.js'
import { memoryValidatorStore } from '../../../../src/neuron/index.js'
import { hotkeyNamed } from '../World.js'
import { count, echo, failureOf, honest, late, Played, played, say } from './Rehearsal.js'

const ann = hotkeyNamed('ann')
const bob = hotkeyNamed('bob')

/** What a validator tells of the first round of a `play`. */
async function failure(
  play: (round: Round<null>) => Promise<unknown>,
  options: Parameters<typeof played>[2] & ConstructorParameters<typeof Played>[1] = {},
): Promise<string> {
  const { events } = await played(new Played(play, options), { ann: late(500), bob: honest }, options)
  return failureOf(events)
}

describe('a mistake of the author fails the round, and is named:', () => {
  test.each<[string, (round: Round<null>) => Promise<unknown>, string]>([
    [
      'an ask that is not awaited',
      async (round) => {
        void round.ask(ann, echo, 7)
        return {}
      },
      "The mechanism's play returned while 1 of its questions had no answer: ask of echo.",
    ],
    [
      'a promise in what is returned',
      async (round) => ({ bids: round.askAll(echo, 7) }),
      "The mechanism's play returned a promise as bids. Await it.",
    ],
    ['nothing returned', async () => undefined, "The mechanism's play returned undefined."],
    ['no object returned', async () => 7, "The mechanism's play returned 7."],
    [
      'a key that score is given',
      async () => ({ state: 1 }),
      "The mechanism's play returned a key state. Call it otherwise",
    ],
    [
      'a request for all that does not fit',
      async (round) => ({ given: await round.askAll(echo, 'seven' as never) }),
      'The mechanism\'s play made a request that cannot be sent, "seven": The request does not fit synapse echo',
    ],
    [
      'a request for all that is larger than a message',
      async (round) => ({ given: await round.askAll(say, 'x'.repeat(2_000_000)) }),
      'it is larger than a message may be',
    ],
    [
      'an ask of nobody',
      async (round) => ({ given: await round.ask(hotkeyNamed('nobody'), echo, 7) }),
      'Pass one of round.miners, or the hotkey of a registered miner.',
    ],
    [
      'a synapse of the other kind',
      async (round) => ({ given: await round.ask(ann, count as never, 7 as never) }),
      'Invalid synapse.chunk',
    ],
    [
      'an unknown option',
      async (round) => ({ given: await round.askAll(echo, 7, { timeout: 5 } as never) }),
      'did you mean timeoutMs?',
    ],
    [
      'spread asks that are together',
      async (round) => ({ given: await round.askAll(echo, 7, { together: true, withinMs: 5 }) }),
      'Invalid options.withinMs',
    ],
    [
      'more asks together than can be',
      async (round) => ({ given: await round.askAll(echo, 7, { together: true }) }),
      'wants 2 asks of echo together, and 1 can be under way at once',
    ],
    ['a script that is none', async (round) => ({ given: await round.each(7 as never) }), 'Invalid script'],
    [
      'asks without end',
      async (round) => {
        for (;;) await round.ask(bob, echo, 7)
      },
      'asked one miner more than 64 times in a round, the last time echo',
    ],
    [
      'asks of all without end',
      async (round) => {
        for (;;) await round.askAll(echo, 7, { timeoutMs: 1 })
      },
      'asked one miner more than 64 times in a round, the last time echo',
    ],
    [
      'reads without end',
      async (round) => {
        for (;;) await round.record('one', () => 1)
      },
      'read more than 256 times in a round, the last time one',
    ],
    [
      'a result that cannot be recorded',
      async (round) => ({ given: await round.record('gain', () => [1, Number.NaN]) }),
      'got from record gain a value that cannot be recorded: Invalid value[1]: NaN',
    ],
    [
      'a result that is too large',
      async (round) => ({ given: await round.record('gain', () => 'x'.repeat(1_100_000)) }),
      'got from record gain a value of 1100005 bytes, more than 1048576',
    ],
    [
      'work that throws',
      async (round) => ({
        given: await round.record('gain', () => {
          throw new RangeError('odd')
        }),
      }),
      "The mechanism's play threw RangeError: odd.",
    ],
    [
      'a secret of a block to come',
      async (round) => ({ given: round.secret('x', { block: round.block + 1 }) }),
      'Invalid options.block',
    ],
    [
      'a miner that is written to',
      async (round) => ({ given: Object.assign(round.miners[0]!, { uid: 3 }) }),
      'TypeError',
    ],
  ])('%s', async (_, play, words) => {
    expect(await failure(play, { validator: { concurrency: 1 } as never })).toContain(words)
  })

  test('more time than a round has', async () => {
    const play = async (round: Round<null>) => ({ given: await round.ask(ann, echo, 7, { timeoutMs: 400 }) })
    const words = await failure(play, { limits: { roundMs: 50 } })
    expect(words).toContain("The mechanism's play has not ended for 0.05 s, and its round was ended.")
  })

  test('a round used after its end', async () => {
    let kept: Round<null> | undefined
    await failure(async (round) => {
      kept = round
      return {}
    })
    expect(kept?.signal.aborted).toBe(true)
    await expect(kept?.ask(bob, echo, 7)).rejects.toThrow(
      "The mechanism's play used round.ask after its round was over.",
    )
    await expect(kept?.each(async () => 1)).rejects.toThrow('used round.each after')
    await expect(kept?.record('one', () => 1)).rejects.toThrow('used round.record after')
  })
})

describe('score', () => {
  test('that throws on one answer refuses that score, with its stack, and pays the others', async () => {
    const mechanism = new Played(async (round) => ({ given: await round.askAll(echo, 7) }), {
      score: ({ given }) =>
        scoresOf(given as { hotkey: typeof ann }[], ({ hotkey }) => {
          if (hotkey === ann) throw new RangeError('odd')
          return 1
        }),
    })
    const { eventsOf, standing } = await played(mechanism, { ann: honest, bob: honest })
    expect(eventsOf('minerFault').map(({ hotkey }) => hotkey)).toEqual([ann])
    expect(eventsOf('minerFault')[0]?.error.message).toContain("The mechanism's score threw RangeError: odd.")
    expect(eventsOf('scoresRefused')[0]?.values).toEqual(new Map([[ann, 'NaN']]))
    expect(standing('ann')).toMatchObject({ count: 0, failuresInRow: 1 })
    expect(standing('bob')).toMatchObject({ mean: 1, failuresInRow: 0 })
  })

  test('may judge whoever is registered, asked or not, and nobody else', async () => {
    const mechanism = new Played(async () => ({}), {
      score: () => [
        [ann, 0.5],
        ['nobody' as never, 1],
      ],
    })
    const { eventsOf, standing } = await played(mechanism, { ann: honest })
    expect(standing('ann')).toMatchObject({ mean: 0.5, failuresInRow: 0 })
    expect(eventsOf('scoresRefused')[0]?.values).toEqual(new Map([['nobody', 'no hotkey of the subnet']]))
    expect(eventsOf('roundScored')[0]).toMatchObject({ asked: 0, answered: 0, statuses: {} })
  })

  test('is given block, seed and state besides', async () => {
    const mechanism = new Played(async (round) => ({ from: round.block, draw: round.random('x').int(100) }))
    const { eventsOf } = await played(mechanism, { ann: honest })
    const [first] = mechanism.judged
    expect(first).toMatchObject({ block: eventsOf('roundScored')[0]?.block, state: null })
    expect(first?.from).toBe(first?.block)
    expect(
      (first!.seed as { random: { fork(label: string): { int(n: number): number } } }).random
        .fork('x')
        .int(100),
    ).toBe(first?.draw)
  })
})

describe('chance', () => {
  const bytes = (first: number) => (length: number) => new Uint8Array(length).fill(first)

  test('that is secret differs by label, round and task, and is the same when it is drawn again', async () => {
    const mechanism = new Played(
      async (round) => ({
        drawn: [round.secret('x'), round.secret('x'), round.secret('y')].map((one) => one.nextU32()),
      }),
      { tasks: 2 },
    )
    await played(mechanism, { ann: honest }, { rounds: 2 })
    const drawn = mechanism.judged.slice(0, 4).map((judged) => judged.drawn as number[])
    for (const [x, again] of drawn) expect(again).toBe(x)
    expect(new Set(drawn.flat()).size).toBe(8)
  })

  test('comes from a key that the memory keeps: that of an earlier block can be had, and another key draws otherwise', async () => {
    const first = new Played(async (round) => ({ from: round.block, x: round.secret('x').nextU32() }))
    const store = memoryValidatorStore()
    const { world } = await played(
      first,
      { ann: honest },
      { validator: { store, randomBytes: bytes(1) } as never },
    )
    const { from, x } = first.judged[0] as unknown as { from: number; x: number }
    /** What a later validator of the same hotkey draws for that block. */
    const later = async (options: object): Promise<unknown> => {
      const mechanism = new Played(async (round) => ({ x: round.secret('x', { block: from }).nextU32() }))
      const { validator } = world.makeValidator('judge', mechanism as never, options)
      await world.run(validator.start())
      await world.untilBlock((await world.chain.head()).number + 2)
      await world.run(validator.stop())
      return mechanism.judged[0]?.x
    }
    expect(await later({ store, randomBytes: bytes(2) })).toBe(x)
    expect(await later({ randomBytes: bytes(2) })).not.toBe(x)
    expect(await later({ randomBytes: bytes(1) })).toBe(x)
  })
})

describe('asks', () => {
  test('wait while as many as may be are under way, and their time begins when they are sent', async () => {
    const mechanism = new Played(async (round) => ({ given: await round.askAll(echo, 7) }))
    await played(mechanism, { ann: late(40), bob: late(50) }, { validator: { concurrency: 1 } as never })
    const given = mechanism.judged[0]!.given as { sentAtMs: number; elapsedMs: number }[]
    expect(given.map(({ sentAtMs, elapsedMs }) => [sentAtMs, elapsedMs])).toEqual([
      [0, 40],
      [40, 50],
    ])
  })

  test('together wait until all can be sent at one moment', async () => {
    const mechanism = new Played(async (round) => {
      const lone = round.ask(ann, echo, 1)
      await round.ask(bob, echo, 1)
      const given = await round.askAll(echo, 7, { together: true })
      await lone
      return { given }
    })
    await played(mechanism, { ann: late(40), bob: honest }, { validator: { concurrency: 2 } as never })
    const given = mechanism.judged[0]!.given as { sentAtMs: number }[]
    expect(given.map(({ sentAtMs }) => sentAtMs)).toEqual([40, 40])
  })

  test('of one miner at one moment are sent at one moment, though its friends free places one by one', async () => {
    const delaysMs = [40, 60, 80, 100, 120, 140, 160, 180]
    const friends = Object.fromEntries(delaysMs.map((ms) => [`friend${ms}`, late(ms)]))
    const mechanism = new Played(async (round) => {
      const held = Object.keys(friends).map((name) => round.ask(hotkeyNamed(name), echo, 7))
      const streams = await Promise.all([1, 1].map((one) => round.stream(ann, count, one)))
      await Promise.all(held)
      return { given: streams.map(({ sentAtMs }) => sentAtMs) }
    })
    const validator = { concurrency: delaysMs.length } as never
    await played(mechanism, { ann: late(15), ...friends }, { validator })
    expect(mechanism.judged[0]?.given).toEqual([60, 60])
  })

  test('that are spread are sent within their time, at other moments for each', async () => {
    const mechanism = new Played(async (round) => ({
      given: await round.askAll(echo, 7, { withinMs: 1_000 }),
    }))
    await played(mechanism, { ann: honest, bob: honest })
    const sent = (mechanism.judged[0]!.given as { sentAtMs: number }[]).map(({ sentAtMs }) => sentAtMs)
    expect(sent.every((ms) => ms > 0 && ms < 1_000)).toBe(true)
    expect(new Set(sent).size).toBe(2)
  })

  test('of no request leave the miner out', async () => {
    const mechanism = new Played(async (round) => ({
      given: await round.askAll(echo, ({ hotkey }) => (hotkey === ann ? undefined : 7)),
    }))
    const { standing } = await played(mechanism, { ann: honest, bob: honest })
    expect((mechanism.judged[0]!.given as { hotkey: string }[]).map(({ hotkey }) => hotkey)).toEqual([bob])
    expect(standing('ann')).toBeUndefined()
  })

  test('of several tasks are played beside each other, each by its own seed', async () => {
    const mechanism = new Played(
      async (round) => ({
        index: round.seed.index,
        draw: round.random('x').nextU32(),
        given: await round.askAll(echo, 7),
      }),
      { tasks: 3 },
    )
    const { eventsOf } = await played(mechanism, { ann: late(200) }, { rounds: 2 })
    expect(mechanism.judged.slice(0, 3).map(({ index }) => index)).toEqual([0, 1, 2])
    expect(new Set(mechanism.judged.slice(0, 3).map(({ draw }) => draw)).size).toBe(3)
    expect(eventsOf('roundScored')[0]).toMatchObject({ asked: 3, answered: 3, elapsedMs: 200 })
  })

  test('are reduced by keep to plain values', async () => {
    const mechanism = new Played(async (round) => ({
      given: await round.askAll(say, [1, 2, 3], {
        keep: (answer) => ({ length: (answer as number[]).length }),
      }),
    }))
    await played(mechanism, { ann: honest })
    expect(mechanism.judged[0]?.given).toMatchObject([{ status: 'ok', answer: { length: 3 } }])
  })

  test('that read a stream until something end as ok', async () => {
    const mechanism = new Played(async (round) => ({
      given: await round.stream(ann, count, 1_000, { until: (chunk) => chunk === 4 }),
    }))
    await played(mechanism, { ann: honest })
    const given = mechanism.judged[0]!.given as { status: string; parts: unknown[] }
    expect([given.status, given.parts.length]).toEqual(['ok', 5])
  })
})

describe('the script of one miner', () => {
  test('that takes too long ends as its fault, and its asks are cancelled; the others go on', async () => {
    let cancelled: unknown
    const mechanism = new Played(
      async (round) => ({
        given: await round.each(async (miner) => {
          const reply = await round.ask(miner, echo, 7, { timeoutMs: 10_000 })
          if (miner.hotkey === ann) cancelled = reply.status
          return reply
        }),
      }),
      { limits: { scriptMs: 100 }, score: () => [[bob, 1]] },
    )
    const { eventsOf, standing } = await played(mechanism, { ann: late(5_000), bob: late(90) })
    expect(mechanism.judged[0]?.given).toMatchObject([
      { hotkey: ann, status: 'fault' },
      { hotkey: bob, status: 'ok' },
    ])
    expect(cancelled).toBe('cancelled')
    expect(eventsOf('minerFault')[0]?.error.message).toContain("did not end a miner's script within 0.1 s")
    expect(standing('bob')).toMatchObject({ mean: 1 })
  })

  test('does not lose the time in which others have all places', async () => {
    const mechanism = new Played(
      async (round) => ({
        given: await round.each(async (miner) => {
          // One place in all: the second begins when the first is done.
          const reply = await round.ask(miner, echo, 7, { timeoutMs: 10_000 })
          return [reply.status, reply.sentAtMs]
        }),
      }),
      { limits: { scriptMs: 100 } },
    )
    await played(mechanism, { ann: late(80), bob: late(80) }, { validator: { concurrency: 1 } as never })
    expect(mechanism.judged[0]?.given).toMatchObject([
      { hotkey: ann, status: 'ok', result: ['ok', 0] },
      { hotkey: bob, status: 'ok', result: ['ok', 80] },
    ])
  })

  test('holds no more than a quarter of what may be under way', async () => {
    const mechanism = new Played(async (round) => {
      const many = Array.from({ length: 8 }, () => round.ask(ann, echo, 7))
      const other = await round.ask(bob, echo, 7)
      return { given: [...(await Promise.all(many)), other].map(({ sentAtMs }) => sentAtMs) }
    })
    await played(mechanism, { ann: late(40), bob: honest }, { validator: { concurrency: 8 } as never })
    expect(mechanism.judged[0]?.given).toEqual([0, 0, 40, 40, 80, 80, 120, 120, 0])
  })
})
