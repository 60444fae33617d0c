import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock, VirtualClock } from '../../../src/clock/index.js'
import { fileValidatorStore, memoryValidatorStore } from '../../../src/neuron/index.js'
import { MemoryKeeper } from '../../../src/neuron/MemoryKeeper.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, unheld, World } from './World.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-saving-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function worldWithMiner(): Promise<World> {
  const world = await World.start()
  for (const name of ['judge', 'second']) await world.join(name, 10_000n)
  await world.join('right')
  await world.miner('right', new Guess() as never, ((task: number) => task) as never)
  return world
}

/** A store in memory whose `save` goes wrong as told. */
function storeThat(save: (times: number) => Promise<void>) {
  const store = memoryValidatorStore()
  let times = 0
  return {
    load: () => store.load(),
    save: async (bytes: Uint8Array) => {
      await save(++times)
      await store.save(bytes)
    },
    get times() {
      return times
    },
  }
}

describe('a validator that cannot save', () => {
  test('from the beginning does not start, and says why', async () => {
    const world = await worldWithMiner()
    const store = storeThat(async () => {
      throw new TypeError('ENOSPC: no space left on device, write')
    })
    const { validator } = world.makeValidator('judge', new Guess(), { store })
    await expect(world.run(validator.start())).rejects.toMatchObject({
      code: 'ValidatorStore',
      fault: 'unwritable',
      docsPath: 'errors#validator-store',
      message:
        "The validator's memory cannot be saved: ENOSPC: no space left on device, write. " +
        'See to the folder of the store, its permissions, and the room on its disk.',
    })
    await world.run(validator.stop())
  })

  test('later goes on scoring and setting weights, tells each failure, and saves again when it can', async () => {
    const world = await worldWithMiner()
    const store = storeThat(async (times) => {
      if (times > 1 && times <= 21) throw new TypeError('ENOSPC')
    })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { store })
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 25)
    await world.run(validator.stop())
    expect(eventsOf('roundScored').map(({ block }) => block - number)).toEqual(
      Array.from({ length: 25 }, (_, at) => at + 1),
    )
    expect(eventsOf('weightsSet').length).toBeGreaterThanOrEqual(1)
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ count: 25 })
    expect(eventsOf('saveFailed')).toHaveLength(20)
    expect(eventsOf('saveFailed')[0]).toMatchObject({
      error: { fault: 'unwritable', cause: { message: 'ENOSPC' } },
    })
    const again = world.makeValidator('judge', new Guess(), { store })
    await world.run(again.validator.start())
    expect(again.validator.standings.get(hotkeyNamed('right'))).toMatchObject({ count: 25 })
    await world.run(again.validator.stop())
  })

  test('whose memory cannot be read does not start', async () => {
    const world = await worldWithMiner()
    const { validator } = world.makeValidator('judge', new Guess(), { store: fileValidatorStore(folder) })
    await expect(world.run(validator.start())).rejects.toMatchObject({
      code: 'ValidatorStore',
      fault: 'unreadable',
    })
  })

  test('because its folder cannot be made does not start', async () => {
    await writeFile(join(folder, 'file'), 'x')
    const world = await worldWithMiner()
    const store = fileValidatorStore(join(folder, 'file', 'judge.state'))
    const { validator } = world.makeValidator('judge', new Guess(), { store })
    await expect(world.run(validator.start())).rejects.toMatchObject({
      code: 'ValidatorStore',
      fault: 'unwritable',
    })
  })
})

describe('a file for the memory', () => {
  test('is made with its folder by the start, and left without a lock by the stop', async () => {
    const world = await worldWithMiner()
    const path = join(folder, 'not', 'there', 'judge.state')
    const { validator } = world.makeValidator('judge', new Guess(), { store: fileValidatorStore(path) })
    await world.run(validator.start())
    expect((await readdir(join(folder, 'not', 'there'))).sort()).toEqual(['judge.state', 'judge.state.lock'])
    await world.untilBlock((await world.chain.head()).number + 3)
    await world.run(validator.stop())
    expect(await readdir(join(folder, 'not', 'there'))).toEqual(['judge.state'])
  })

  test('is had by one validator at a time: the second does not start, and the first goes on', async () => {
    const world = await worldWithMiner()
    const path = join(folder, 'judge.state')
    const first = world.makeValidator('judge', new Guess(), { store: fileValidatorStore(path) })
    await world.run(first.validator.start())
    for (const name of ['judge', 'second']) {
      const other = world.makeValidator(name, new Guess(), { store: fileValidatorStore(path) })
      await expect(world.run(other.validator.start())).rejects.toMatchObject({ fault: 'inUse' })
      await world.run(other.validator.stop())
    }
    await world.untilBlock((await world.chain.head()).number + 5)
    expect(first.eventsOf('saveFailed')).toEqual([])
    await world.run(first.validator.stop())
    const next = world.makeValidator('judge', new Guess(), { store: fileValidatorStore(path) })
    await world.run(next.validator.start())
    expect(next.events[0]).toMatchObject({ type: 'resumed' })
    await world.run(next.validator.stop())
  })

  test('is let go of when the start fails for another reason', async () => {
    const world = await worldWithMiner()
    const path = join(folder, 'judge.state')
    await writeFile(path, 'damaged')
    const { validator } = world.makeValidator('judge', new Guess(), { store: fileValidatorStore(path) })
    await expect(world.run(validator.start())).rejects.toMatchObject({ code: 'ValidatorState' })
    expect(await readdir(folder)).toEqual(['judge.state'])
  })
})

describe('a slow disk', () => {
  test('holds up no round, and of what waits for it the newest alone is saved', async () => {
    const saved: number[] = []
    const gates: (() => void)[] = []
    const store = {
      load: async () => null,
      save: async (bytes: Uint8Array) => {
        await new Promise<void>((resolve) => gates.push(resolve))
        saved.push(bytes[0]!)
      },
    }
    const keeper = new MemoryKeeper(store, { clock: systemClock, signal: new AbortController().signal })
    for (let value = 1; value <= 100; value++) keeper.save(Uint8Array.of(value), () => {})
    const closed = keeper.close()
    while (saved.length < 2) {
      gates.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect(saved).toEqual([1, 100])
  })

  test('that hangs holds up nobody for more than a minute, and takes what is newest when it goes on', async () => {
    const saved: number[] = []
    let goOn = (): void => {}
    const store = {
      load: async () => null,
      save: async (bytes: Uint8Array) => {
        if (saved.length === 0) await new Promise<void>((resolve) => (goOn = resolve))
        saved.push(bytes[0]!)
      },
    }
    const clock = new VirtualClock()
    const keeper = new MemoryKeeper(store, { clock: unheld(clock), signal: new AbortController().signal })
    const told: string[] = []
    keeper.save(Uint8Array.of(1), (error) => told.push(`1 ${(error as Error).message}`))
    const waits = [2, 3].map((value) =>
      keeper.saveNow(Uint8Array.of(value)).catch((error: Error) => told.push(`${value} ${error.message}`)),
    )
    let isOver = false
    void Promise.all(waits).then(() => {
      isOver = true
    })
    const startedAt = clock.now()
    await clock.run({ until: () => isOver })
    expect(clock.now() - startedAt).toBe(60_000)
    const overdue = "The validator's memory cannot be saved: a save has not ended for 60 s."
    expect(told.map((line) => line.slice(0, 2 + overdue.length))).toEqual(
      [1, 2, 3].map((who) => `${who} ${overdue}`),
    )
    goOn()
    await keeper.saveNow(Uint8Array.of(4))
    expect(saved.at(-1)).toBe(4)
    await keeper.close()
  })

  test('has whoever waits for a save wait until these bytes, or newer ones, lie in the store', async () => {
    const saved: number[] = []
    const gates: (() => void)[] = []
    const store = {
      load: async () => null,
      save: async (bytes: Uint8Array) => {
        await new Promise<void>((resolve) => gates.push(resolve))
        if (bytes[0] === 9) throw new TypeError('ENOSPC')
        saved.push(bytes[0]!)
      },
    }
    const told: string[] = []
    const keeper = new MemoryKeeper(store, { clock: systemClock, signal: new AbortController().signal })
    const next = async (): Promise<void> => {
      while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
      gates.shift()?.()
    }
    const note = (name: string, save: Promise<void>) =>
      save.then(
        () => told.push(`${name} ${saved.at(-1)}`),
        () => told.push(`${name} failed`),
      )
    keeper.save(Uint8Array.of(1), () => {})
    const waits = [note('a', keeper.saveNow(Uint8Array.of(2))), note('b', keeper.saveNow(Uint8Array.of(3)))]
    keeper.save(Uint8Array.of(4), () => told.push('lazy failed'))
    await next()
    expect(told).toEqual([])
    await next()
    await Promise.all(waits)
    expect([saved, told]).toEqual([
      [1, 4],
      ['a 4', 'b 4'],
    ])
    const failing = note('c', keeper.saveNow(Uint8Array.of(9)))
    await next()
    await failing
    expect(told.at(-1)).toBe('c failed')
    await keeper.close()
  })
})
