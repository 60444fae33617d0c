import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RelayedError } from '../../../src/axon/index.js'
import type { Logger } from '../../../src/log/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { IncentiveMechanism, MechanismError, type ScoreRound } from '../../../src/mechanism/index.js'
import { faultOfEvent, type MinerEvent, type ValidatorEvent } from '../../../src/neuron/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { formatTao } from '../../../src/units/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, World } from './World.js'

type Counts = { readonly [hotkey: string]: number }
type Round = ScoreRound<number, number, Counts>

const truthful = (task: number): number => task

/** A mechanism in which one part is another, as plain JavaScript would hand it over. */
function guessWith(parts: { readonly [name: string]: unknown }): Guess {
  return Object.assign(new Guess(), parts)
}

/** A logger that keeps its lines. */
function linesOf(): { lines: string[]; logger: Logger } {
  const lines: string[] = []
  const say = (_fields: object, message: string): void => void lines.push(message)
  return { lines, logger: { ...silentLogger, warn: say, error: say } }
}

/** Lets a validator judge the miners for some blocks. */
async function judged(
  mechanism: Guess,
  options: { blocks?: number; miners?: { readonly [name: string]: (task: number) => unknown } } = {},
) {
  const { blocks = 25, miners = { right: truthful } } = options
  const world = await World.start()
  await world.join('judge', 10_000n)
  for (const [name, answer] of Object.entries(miners)) {
    await world.join(name)
    await world.miner(name, new Guess() as never, answer as never)
  }
  const { lines, logger } = linesOf()
  const { validator, events, eventsOf } = world.makeValidator('judge', mechanism, { logger })
  await world.run(validator.start())
  await world.untilBlock((await world.chain.head()).number + blocks)
  await world.run(validator.stop())
  return { world, validator, events, eventsOf, lines }
}

const outcome = (round: Round) => new Guess().score(round)

function errorWith(name: 'name' | 'message' | 'stack', property: PropertyDescriptor): Error {
  return Object.defineProperty(new TypeError('odd'), name, property)
}

function getterOf(what: string): PropertyDescriptor {
  return {
    get() {
      throw new RangeError(what)
    },
  }
}

function revoked<Value extends object>(value: Value): Value {
  const { proxy, revoke } = Proxy.revocable(value, {})
  revoke()
  return proxy
}

/** Errors as somebody's code may throw them, and what is said of each. */
const oddErrors: readonly (readonly [string, () => unknown, string])[] = [
  ['whose stack is no text', () => errorWith('stack', { value: 5 }), 'TypeError: odd'],
  ['whose stack throws', () => errorWith('stack', getterOf('stack')), 'TypeError: odd'],
  [
    'whose name is no text',
    () => errorWith('name', { value: Symbol('odd') }),
    'an error that cannot be shown',
  ],
  ['whose message throws', () => errorWith('message', getterOf('message')), 'an error that cannot be shown'],
  ['that is a revoked proxy', () => revoked(new TypeError('odd')), 'an error that cannot be shown'],
  ['with a cause that cannot be cloned', () => new TypeError('odd', { cause: () => 1 }), 'TypeError: odd'],
  ['that is undefined', () => undefined, 'undefined'],
]

describe('a round fails, and is told by method, value and remedy,', () => {
  test.each<[string, { readonly [name: string]: unknown }, string, string]>([
    [
      'when createTask throws',
      {
        createTask: () => {
          throw new RangeError('no task')
        },
      },
      'createTask',
      "The mechanism's createTask threw RangeError: no task. Mend it",
    ],
    [
      'when createTask rejects',
      { createTask: async () => Promise.reject(new RangeError('no task')) },
      'createTask',
      'threw RangeError: no task',
    ],
    [
      'when a task does not fit its schema',
      { createTask: () => 'seven' },
      'createTask',
      'made a task that cannot be sent, "seven": The request does not fit synapse guess',
    ],
    [
      'when a task is larger than a message',
      {
        createTask: () => 'x'.repeat(2_000_000),
        synapse: defineSynapse({ name: 'guess', request: z.string(), answer: z.number() }),
      },
      'createTask',
      'made a task that cannot be sent, "xxx',
    ],
    [
      'when score throws',
      {
        score: () => {
          throw new TypeError('a bug')
        },
      },
      'score',
      'score threw TypeError: a bug',
    ],
    [
      'when score throws what is no error',
      {
        score: () => {
          throw 'a text'
        },
      },
      'score',
      'score threw "a text"',
    ],
    [
      'when score returns nothing',
      { score: () => undefined },
      'score',
      'score returned undefined. Return { scores, state }',
    ],
    ['when score returns null', { score: async () => null }, 'score', 'score returned null'],
    ['when score returns the scores alone', { score: () => new Map() }, 'score', 'Return { scores, state }'],
    [
      'when scores are a plain object',
      { score: (round: Round) => ({ ...outcome(round), scores: { [hotkeyNamed('right')]: 1 } }) },
      'score',
      'gave scores as object {',
    ],
    [
      'when scores are a list',
      { score: (round: Round) => ({ ...outcome(round), scores: [1] }) },
      'score',
      'gave scores as array of 1',
    ],
    [
      'when scores are keyed by uid',
      { score: (round: Round) => ({ ...outcome(round), scores: new Map([[2, 1]]) }) },
      'score',
      'keyed its scores by 2. Give scores as a Map from hotkey to number',
    ],
    [
      'when a state cannot be stored',
      { score: (round: Round) => ({ ...outcome(round), state: { seen: new Map() } }) },
      'score',
      'gave a state that cannot be stored: state.seen is a Map. Keep plain values in it, and write a Map as a plain object',
    ],
    [
      'when a state is forgotten',
      { score: (round: Round) => ({ scores: outcome(round).scores, state: undefined }) },
      'score',
      'state is undefined',
    ],
    [
      'when scores are a proxy of a Map',
      { score: (round: Round) => ({ ...outcome(round), scores: new Proxy(outcome(round).scores, {}) }) },
      'score',
      'score threw TypeError: Method Map.prototype',
    ],
    [
      'when the outcome throws as it is read',
      {
        score: (round: Round) => ({
          ...outcome(round),
          get scores(): never {
            throw new RangeError('no scores')
          },
        }),
      },
      'score',
      'score threw RangeError: no scores',
    ],
    [
      'when scores are a promise that rejects',
      { score: (round: Round) => ({ ...outcome(round), scores: Promise.reject(new TypeError('late')) }) },
      'score',
      'gave scores as Promise {}',
    ],
    [
      'when a state is a promise that rejects',
      { score: (round: Round) => ({ ...outcome(round), state: Promise.reject(new TypeError('late')) }) },
      'score',
      'state is a Promise',
    ],
    ...oddErrors.map(
      ([what, error, words]): [string, { readonly [name: string]: unknown }, string, string] => [
        `when score throws an error ${what}`,
        {
          score: () => {
            throw error()
          },
        },
        'score',
        `score threw ${words}. Mend it`,
      ],
    ),
  ])('%s', async (_, parts, method, message) => {
    const { validator, eventsOf, lines } = await judged(guessWith(parts))
    const failures = eventsOf('roundFailed')
    expect(failures).toHaveLength(25)
    expect(eventsOf('roundScored')).toEqual([])
    const { error } = failures[0]!
    expect(error).toBeInstanceOf(MechanismError)
    expect(error).toMatchObject({ code: 'Mechanism', method, docsPath: 'errors#mechanism' })
    expect(error.message).toContain(message)
    expect(validator.standings.size).toBe(0)
    expect(validator.state).toEqual({})
    // Said once, again at ten times, and with the last count at the end.
    const said = lines.filter((line) => line.includes(message))
    expect(said).toHaveLength(3)
    expect(said[1]).toContain('(10 times by now)')
    expect(said[2]).toContain('(25 times by now)')
  })

  test('and a state that score wrote into is as before', async () => {
    class Writer extends Guess {
      rounds = 0
      override score(round: Round) {
        const state = round.state as { [hotkey: string]: number }
        state[hotkeyNamed('right')] = (state[hotkeyNamed('right')] ?? 0) + 1
        if (++this.rounds % 2 === 0) throw new TypeError('half done')
        return { scores: new Map([[hotkeyNamed('right'), 1]]), state }
      }
    }
    const { validator, eventsOf } = await judged(new Writer(), { blocks: 20 })
    expect(eventsOf('roundFailed')).toHaveLength(10)
    expect(validator.state).toEqual({ [hotkeyNamed('right')]: 10 })
  })
})

describe('what score does to its arguments', () => {
  test.each<[string, (round: Round) => void]>([
    [
      'claims an answer for who gave none',
      ({ responses }) => void Object.assign(responses[0]!, { status: 'ok' }),
    ],
    ['drops who was asked', ({ responses }) => void (responses as unknown[]).splice(0)],
    ['renames who was asked', ({ responses }) => void Object.assign(responses[0]!, { hotkey: 'other' })],
    [
      'adds who was not asked',
      ({ responses }) => void (responses as unknown[]).push({ hotkey: 'other', status: 'ok' }),
    ],
  ])('(%s) reaches no standing', async (_, meddle) => {
    const mechanism = guessWith({
      score: (round: Round) => {
        const before = outcome(round)
        meddle(round)
        return before
      },
    })
    const silent = () => new Promise(() => {})
    const { validator, eventsOf } = await judged(mechanism, { miners: { silent }, blocks: 4 })
    const { length } = eventsOf('roundScored')
    expect(length).toBeGreaterThan(0)
    expect(eventsOf('roundScored')[0]).toMatchObject({ asked: 1, answered: 0, statuses: { timeout: 1 } })
    expect([...validator.standings.keys()]).toEqual([hotkeyNamed('silent')])
    expect(validator.standings.get(hotkeyNamed('silent'))).toMatchObject({ failuresInRow: length })
  })
})

describe('one score that cannot be used', () => {
  test.each([
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['out of range', 1e13, '10000000000000'],
    ['text', '1', '"1"'],
    ['undefined', undefined, 'undefined'],
    ['a bigint', 1n, '1n'],
  ])('(%s) is a failed answer of its miner alone, and is told', async (_, bad, described) => {
    const mechanism = guessWith({
      score: (round: Round) => {
        const { scores, state } = outcome(round)
        return { scores: new Map([...scores, [hotkeyNamed('odd'), bad]]), state }
      },
    })
    const miners = { right: truthful, odd: truthful }
    const { world, validator, eventsOf, lines } = await judged(mechanism, { miners, blocks: 35 })
    expect(eventsOf('roundFailed')).toEqual([])
    expect(eventsOf('roundScored')).toHaveLength(35)
    expect(eventsOf('scoresRefused')).toHaveLength(35)
    expect(eventsOf('scoresRefused')[0]!.values).toEqual(new Map([[hotkeyNamed('odd'), described]]))
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ mean: 1, failuresInRow: 0 })
    expect(validator.standings.get(hotkeyNamed('odd'))).toMatchObject({ count: 0, failuresInRow: 35 })
    const metagraph = await world.chain.metagraph(world.netuid)
    const incentiveOf = (name: string) => metagraph.row(metagraph.uidOf(hotkeyNamed(name))!).incentive
    expect([incentiveOf('right'), incentiveOf('odd')]).toEqual([1, 0])
    const told = `the first for "${hotkeyNamed('odd')}": ${described}`
    expect(lines.filter((line) => line.includes(told))).toHaveLength(3)
  })

  test('given to who was not asked is told, and nothing else changes', async () => {
    const mechanism = guessWith({
      score: (round: Round) => {
        const { scores, state } = outcome(round)
        return { scores: new Map([...scores, ['2', 1]]), state }
      },
    })
    const { validator, eventsOf } = await judged(mechanism, { blocks: 5 })
    expect(eventsOf('scoresRefused')[0]!.values).toEqual(new Map([['2', 'no hotkey among the responses']]))
    expect([...validator.standings.keys()]).toEqual([hotkeyNamed('right')])
  })
})

describe('forget', () => {
  test.each([
    [
      'throws',
      () => {
        throw new TypeError('cannot')
      },
      'forget threw TypeError: cannot',
    ],
    ['returns nothing', () => undefined, 'forget gave a state that cannot be stored: state is undefined'],
  ])('that %s is told, and rounds go on', async (_, forget, message) => {
    const world = await World.start({
      hyperparameters: { maxAllowedUids: 4, minNonImmuneUids: 0, immunityPeriodBlocks: 1 },
    })
    await world.join('judge', 10_000n)
    for (const name of ['a', 'b']) {
      await world.join(name)
      await world.miner(name, new Guess() as never, truthful as never)
    }
    const mechanism = guessWith({ forget })
    const { validator, eventsOf } = world.makeValidator('judge', mechanism, { forgetAfterBlocks: 3 })
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 10)
    await world.join('c')
    const { number } = await world.chain.head()
    await world.untilBlock(number + 10)
    expect(eventsOf('forgetFailed')).toHaveLength(1)
    expect(eventsOf('forgetFailed')[0]!.error.message).toContain(message)
    expect(eventsOf('roundScored').at(-1)!.block).toBe(number + 10)
    await world.run(validator.stop())
  })
})

describe('roundScored', () => {
  test('counts how the wanted answers ended, by status', async () => {
    const miners = {
      right: truthful,
      slow: () => new Promise(() => {}),
      broken: () => {
        throw new TypeError('broken')
      },
      odd: () => 'seven',
    }
    const { eventsOf } = await judged(new Guess(), { miners, blocks: 3 })
    expect(eventsOf('roundScored')[0]).toMatchObject({
      asked: 4,
      answered: 1,
      statuses: { ok: 1, timeout: 1, failed: 2 },
    })
  })

  test('says once when nobody answered at all', async () => {
    const { lines } = await judged(new Guess(), { miners: { odd: () => 'seven' }, blocks: 5 })
    expect(lines.filter((line) => line.includes('None of the 1 answers'))).toHaveLength(2)
  })
})

test('says that miners do not know a synapse, as where its answer was forgotten', async () => {
  const another = defineSynapse({ name: 'another', request: z.number(), answer: z.number() })
  const { lines } = await judged(guessWith({ synapse: another }), { blocks: 5 })
  expect(
    lines.filter((line) =>
      line.includes('1 of the 1 asks of a round went to miners that do not know the synapse'),
    ),
  ).toHaveLength(2)
})

describe("a miner's failures", () => {
  const broken = new TypeError('broken')
  test.each<[string, (task: number) => unknown, object, string]>([
    [
      'an answer that throws',
      () => {
        throw broken
      },
      { status: 'failed', error: broken },
      "The miner's answer to guess failed. TypeError: broken. Mend the function that answers",
    ],
    [
      'an answer that does not fit',
      () => 'seven',
      { status: 'failed', error: { code: 'SchemaMismatch', value: '"seven"' } },
      'did not leave, because it does not fit. The answer does not fit synapse guess: answer Invalid input',
    ],
    ...oddErrors.map(([what, error, words]): [string, () => never, object, string] => [
      `an answer that throws an error ${what}`,
      () => {
        throw error()
      },
      { status: 'failed', error: { message: expect.stringContaining(words) } },
      `The miner's answer to guess failed. ${words}`,
    ]),
    [
      'an answer that is too late',
      () => new Promise(() => {}),
      { status: 'timeout', error: null },
      'The miner answered guess too late',
    ],
  ])('(%s) are events, and said once with a count', async (_, answer, event, line) => {
    const world = await World.start()
    for (const name of ['judge', 'second']) await world.join(name, 10_000n)
    await world.join('odd')
    const { lines, logger } = linesOf()
    const { miner, events } = await world.miner('odd', new Guess() as never, answer as never, {
      logger,
      axon: { limits: { maxCallMs: 50, overrunMs: 100_000 } },
    })
    const judges = ['judge', 'second'].map((name) => world.makeValidator(name, new Guess()).validator)
    for (const validator of judges) await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 6)
    await world.run(Promise.all([...judges.map((validator) => validator.stop()), miner.stop()]))
    // A validator that stops cancels what it waits for.
    const failures = events.filter((told) => told.type === 'answerFailed' && told.status !== 'cancelled')
    expect(failures.length).toBeGreaterThanOrEqual(10)
    expect(failures[0]).toMatchObject({ synapse: 'guess', caller: hotkeyNamed('judge'), ...event })
    const said = lines.filter((text) => text.includes(line))
    expect(said.length).toBeLessThanOrEqual(3)
    expect(said.at(-1)).toContain(`(${failures.length} times by now)`)
  })

  test('an answer that the caller waited for no longer is an event, and no fault', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    await world.join('slow')
    const { lines, logger } = linesOf()
    const answer = (() => new Promise(() => {})) as never
    const axon = { limits: { overrunMs: 100_000 } }
    const { miner, events } = await world.miner('slow', new Guess() as never, answer, { logger, axon })
    const { validator } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 2)
    await world.run(Promise.all([validator.stop(), miner.stop()]))
    expect(events.find(({ type }) => type === 'answerFailed')).toMatchObject({
      status: 'cancelled',
      error: null,
    })
    expect(lines).toEqual([])
  })

  test('a miner that says that it is busy is an event, and no fault', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    await world.join('busy')
    const { lines, logger } = linesOf()
    const answer = (() => {
      throw new RelayedError({ status: 'overloaded', unhandled: true })
    }) as never
    const { miner, events } = await world.miner('busy', new Guess() as never, answer, { logger })
    const { validator } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 2)
    await world.run(Promise.all([validator.stop(), miner.stop()]))
    expect(events.find(({ type }) => type === 'answerFailed')).toMatchObject({
      status: 'overloaded',
      error: { code: 'Relayed' },
    })
    expect(lines).toEqual([])
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('cannot tell')
      },
      'cannot tell',
    ],
    ['gives neither true nor false', () => undefined, 'Return false to let a call in, true to turn it away.'],
    ['rejects', async () => Promise.reject(new TypeError('cannot tell')), 'cannot tell'],
  ])('a blacklist that %s turns the caller away and is told', async (_, blacklist, message) => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    await world.join('m')
    const options = { blacklist: blacklist as never }
    const { miner, events } = await world.miner('m', new Guess() as never, truthful as never, options)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 2)
    expect(eventsOf('roundScored')[0]!.statuses).toEqual({ forbidden: 1 })
    const failure = events.find((event) => event.type === 'hookFailed')!
    expect(failure).toMatchObject({ hook: 'blacklist', synapse: 'guess', caller: hotkeyNamed('judge') })
    expect((failure as { error: Error }).error.message).toContain(message)
    await world.run(Promise.all([validator.stop(), miner.stop()]))
  })
})

describe('an owner’s onEvent that throws', () => {
  test('breaks nothing, and is told', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    await world.join('m')
    const miner = linesOf()
    const judge = linesOf()
    const onEvent = (): void => {
      throw new TypeError('my listener')
    }
    const served = await world.miner('m', new Guess() as never, truthful as never, {
      onEvent,
      logger: miner.logger,
    })
    const { validator } = world.makeValidator('judge', new Guess(), { onEvent, logger: judge.logger })
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(validator.standings.get(hotkeyNamed('m'))).toMatchObject({ mean: 1, count: 25 })
    expect(miner.lines).toEqual(['The function onEvent threw; the neuron goes on. TypeError: my listener.'])
    expect(judge.lines[0]).toBe('The function onEvent threw; the neuron goes on. TypeError: my listener.')
    await world.run(Promise.all([validator.stop(), served.miner.stop()]))
  })
})

describe('an owner’s onEvent that rejects', () => {
  test('is told, and does not end the process', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    const { lines, logger } = linesOf()
    const onEvent = async () => Promise.reject(new TypeError('my listener'))
    await world.join('m')
    const { miner } = await world.miner('m', new Guess() as never, truthful as never, { onEvent, logger })
    await world.run(miner.stop())
    expect(lines).toEqual(['The function onEvent threw; the neuron goes on. TypeError: my listener.'])
  })
})

describe('weights', () => {
  test.each<[string, () => unknown, string]>([
    ['that are promised', async () => Promise.reject(new TypeError('late')), 'gave weights as Promise {}'],
    [
      'that are a proxy of a Map',
      () => new Proxy(new Map(), {}),
      'weights threw TypeError: Method Map.prototype',
    ],
    [
      'by uid as text',
      () => new Map([['2', 1]]),
      'the first for "2": no hotkey. Give finite weights, 0 or more, to hotkeys',
    ],
  ])('%s are told, by method and remedy', async (_, weights, message) => {
    const { lines } = await judged(guessWith({ weights }))
    expect(lines.filter((line) => line.includes(message))).toHaveLength(2)
  })
})

describe('events', () => {
  test('of every kind can be cloned, errors with what cannot included', async () => {
    const unclonable = new TypeError('odd', { cause: () => 1 })
    const mechanism = guessWith({
      score: (round: Round) => {
        if (round.seed.round % 2 === 0) throw unclonable
        return { ...outcome(round), scores: new Map([[hotkeyNamed('right'), Symbol('odd')]]) }
      },
      weights: () => new Map([[hotkeyNamed('right'), () => 1]]),
    })
    const { events } = await judged(mechanism)
    const kinds = new Set(events.map(({ type }) => type))
    for (const kind of ['roundFailed', 'scoresRefused', 'roundScored', 'weightValuesRefused']) {
      expect(kinds).toContain(kind)
    }
    for (const event of events) {
      expect(structuredClone(event).type).toBe(event.type)
      const fault = faultOfEvent(event)
      if (fault !== undefined)
        expect(faultOfEvent(structuredClone(event))!.message).toContain(fault.message.slice(0, 20))
    }
    const failed = events.find((event) => event.type === 'roundFailed')!
    expect((failed as { error: Error }).error).toMatchObject({ name: 'MechanismError', method: 'score' })
    expect((failed as { error: Error }).error.message).toContain('TypeError: odd')
  })
})

describe('faultOfEvent', () => {
  const at = (line: number): Error => {
    const error = new TypeError(`bug of hotkey ${line}`)
    error.stack = `TypeError: bug of hotkey ${line}\n    at score (file:///subnet.ts:${line}:7)`
    return error
  }
  const failed = (error: Error): ValidatorEvent => ({ type: 'roundFailed', round: 7, block: 7, error })
  const skipped = (
    reason: Extract<ValidatorEvent, { type: 'weightsSkipped' }>['reason'],
    epochsInRow: number,
  ) =>
    ({
      type: 'weightsSkipped',
      block: 7,
      reason,
      epochsInRow,
      stakeAlpha: 7_000_000_000n,
      miners: 0,
    }) as const
  const causeOf = (event: MinerEvent | ValidatorEvent) => faultOfEvent(event)?.cause

  test('gives the same cause to the same fault whatever its values, and another to another place', () => {
    const threw = (error: Error) => failed(MechanismError.threw('score', error))
    const again = Object.assign(at(3), { message: 'bug of hotkey 9' })
    expect(causeOf(threw(at(3)))).toBe(causeOf(threw(again)))
    expect(causeOf(threw(at(3)))).not.toBe(causeOf(threw(at(4))))
  })

  test('is none for what goes as it should', () => {
    expect(causeOf({ type: 'resumed', round: 7, standings: 2 })).toBeUndefined()
    expect(causeOf({ type: 'weightsSet', block: 7, uids: [1], values: [65_535] })).toBeUndefined()
    expect(causeOf(skipped('NoPermit', 1))).toBeUndefined()
    expect(causeOf(skipped('NoWeights', 1))).toBeUndefined()
    expect(causeOf({ ...skipped('NoWeights', 5), miners: 1 })).toBeUndefined()
    expect(faultOfEvent({ type: 'constructor' } as never)).toBeUndefined()
  })

  test('warns of a lost slot, which is no error of the program', () => {
    expect(faultOfEvent({ type: 'deregistered', block: 7 })).toMatchObject({ level: 'warn' })
    expect(faultOfEvent(skipped('NotRegistered', 1))).toMatchObject({ level: 'warn' })
  })

  test('warns with what to do of a permit, or of miners, that are still missing after an epoch', () => {
    const permit = faultOfEvent(skipped('NoPermit', 2))!
    expect(permit.level).toBe('warn')
    expect(permit.message).toContain(
      `this one has ${formatTao(7_000_000_000n)} alpha staked to it. Stake more`,
    )
    expect(permit.message).toContain('wait for the next epoch')
    const miners = faultOfEvent(skipped('NoWeights', 2))!
    expect(miners).toMatchObject({ level: 'warn' })
    expect(miners.message).toContain('Start a miner')
  })

  test.each([
    [false, 'no permit. Stake more'],
    [true, 'a permit. It should be served'],
  ])(
    'says of mostly forbidden answers what miners ask for and what this validator has (permit: %s)',
    (hasPermit, says) => {
      const scored = (forbidden: number) =>
        faultOfEvent({
          type: 'roundScored',
          round: 7,
          block: 7,
          asked: 5,
          answered: 5 - forbidden,
          statuses: { forbidden, ok: 5 - forbidden },
          scores: new Map(),
          elapsedMs: 1,
          stakeAlpha: 7_000_000_000n,
          hasPermit,
        })
      for (const forbidden of [3, 5]) {
        const { level, message } = scored(forbidden)!
        expect(level).toBe('warn')
        expect(message).toContain(`${forbidden} of the 5 answers`)
        expect(message).toContain('serve validators that hold a permit or enough stake (1,000 alpha)')
        expect(message).toContain(`has ${formatTao(7_000_000_000n)} alpha staked to it and ${says}`)
      }
      expect(scored(2)).toBeUndefined()
    },
  )
})

describe('a mechanism that promises', () => {
  test('a task is waited for, and virtual time stands still meanwhile', async () => {
    class Patient extends IncentiveMechanism<number, number, Counts> {
      readonly synapse = defineSynapse({ name: 'guess', request: z.number(), answer: z.number() })
      override readonly answerTimeoutMs = 100
      initialState = () => ({})
      async createTask() {
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
        return 7
      }
      score = outcome
    }
    const { eventsOf, validator } = await judged(new Patient() as never, { blocks: 5 })
    expect(eventsOf('roundScored')).toHaveLength(5)
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ mean: 1, count: 5 })
  })
})
