import { describe, expect, test } from 'vitest'
import { sleep } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { memoryValidatorStore, type ValidatorEvent } from '../../../src/neuron/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, World } from './World.js'

/** As good as for ever. */
const AGES_MS = 10 ** 12

async function worldWithMiner(): Promise<World> {
  const world = await World.start()
  await world.join('judge', 10_000n)
  await world.join('right')
  await world.miner('right', new Guess() as never, ((task: number) => task) as never)
  return world
}

function linesOf(): { lines: string[]; logger: typeof silentLogger } {
  const lines: string[] = []
  const say = (_fields: object, message: string): void => void lines.push(message)
  return { lines, logger: { ...silentLogger, warn: say, error: say } }
}

/** Whether the work ends within so many milliseconds of the world's time. */
async function endsWithin(world: World, ms: number, work: Promise<unknown>): Promise<boolean> {
  const startMs = world.clock.now()
  await world.run(Promise.race([work, sleep(world.clock, ms)]))
  return world.clock.now() - startMs < ms
}

describe('a method that does not end', () => {
  test.each(['score', 'createTask'] as const)(
    '(%s) is told once, by name, and holds up neither weights nor a stop',
    async (method) => {
      const world = await worldWithMiner()
      const { lines, logger } = linesOf()
      let calls = 0
      const mechanism = new Guess()
      const usual = mechanism[method].bind(mechanism) as (argument: never) => unknown
      Object.assign(mechanism, {
        [method]: async (argument: never) => {
          if (++calls > 3) await sleep(world.clock, AGES_MS)
          return usual(argument)
        },
      })
      const { validator, eventsOf } = world.makeValidator('judge', mechanism as Guess, { logger })
      await world.run(validator.start())
      await world.run(sleep(world.clock, 65_000))
      expect(eventsOf('roundScored')).toHaveLength(3)
      expect(eventsOf('roundOverdue')).toHaveLength(1)
      expect(eventsOf('roundOverdue')[0]!.error).toMatchObject({
        code: 'Mechanism',
        method,
        fault: 'overdue',
      })
      const said = `A round does not end. The mechanism's ${method} has not ended for 60 s. Let it end, or fail, by itself`
      expect(lines.filter((line) => line.startsWith(said))).toHaveLength(1)
      expect(eventsOf('weightsSet').length).toBeGreaterThan(0)
      expect(await endsWithin(world, 10_000, validator.stop())).toBe(true)
    },
  )
})

describe('a store that does not answer', () => {
  test('is told once a save is overdue, and holds up neither rounds nor a stop', async () => {
    const world = await worldWithMiner()
    let saves = 0
    const store = {
      ...memoryValidatorStore(),
      save: async () => {
        if (++saves > 1) await sleep(world.clock, AGES_MS)
      },
      close: () => sleep(world.clock, AGES_MS),
    }
    const { validator, events, eventsOf } = world.makeValidator('judge', new Guess(), { store })
    await world.run(validator.start())
    await world.run(sleep(world.clock, 65_000))
    const { length } = eventsOf('roundScored')
    expect(length).toBeGreaterThan(20)
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ count: length })
    expect(saves).toBe(2)
    const failures = (): readonly ValidatorEvent[] => eventsOf('saveFailed')
    expect(failures()).toMatchObject([{ error: { fault: 'unwritable' } }])
    expect((failures()[0] as { error: Error }).error.message).toContain('a save has not ended for 60 s')
    expect(events.filter(({ type }) => type === 'roundFailed')).toEqual([])
    expect(await endsWithin(world, 20_000, validator.stop())).toBe(true)
  })

  test('when it is opened does not hold up a stop of the start', async () => {
    const world = await worldWithMiner()
    const store = { ...memoryValidatorStore(), load: () => sleep(world.clock, AGES_MS).then(() => null) }
    const { validator } = world.makeValidator('judge', new Guess(), { store })
    const starting = validator.start()
    starting.catch(() => {})
    await world.run(sleep(world.clock, 100))
    expect(await endsWithin(world, 10_000, validator.stop())).toBe(true)
    await expect(starting).rejects.toMatchObject({ code: 'Aborted' })
  })

  test.each([
    ['undefined', undefined, 'undefined'],
    ['text', 'abc', '"abc"'],
    ['a plain array', [1], 'array of 1'],
  ])('with bytes, but with %s, is refused by that name', async (_, given, described) => {
    const world = await worldWithMiner()
    const store = { ...memoryValidatorStore(), load: (async () => given) as never }
    const { validator } = world.makeValidator('judge', new Guess(), { store })
    await expect(world.run(validator.start())).rejects.toMatchObject({
      code: 'ValidatorStore',
      fault: 'unreadable',
      message: expect.stringContaining(
        `its load gave ${described} instead of bytes, or null when there are none`,
      ),
    })
  })
})
