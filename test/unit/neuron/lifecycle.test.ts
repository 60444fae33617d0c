import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { fileValidatorStore, Miner } from '../../../src/neuron/index.js'
import { Guess } from './Guess.js'
import { keyNamed, World } from './World.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-life-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Lets so many turns of the event loop pass. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a neuron that is stopped while it starts', () => {
  // The start is under way at another point in each.
  const points = [0, 1, 2, 3, 5, 8, 13]

  test.each(points)('is stopped, when it is a miner (after %d turns)', async (count) => {
    const world = await World.start()
    await world.join('miner')
    const miner = new Miner<number, number>({
      chain: world.chain,
      signer: keyNamed('miner'),
      netuid: world.netuid,
      mechanism: new Guess(),
      answer: (task) => task,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
    })
    const starting = miner.start()
    starting.catch(() => {})
    await turns(count)
    await world.run(miner.stop())
    expect(miner.axon.state).toBe('stopped')
    await expect(starting).rejects.toMatchObject({ code: 'Aborted' })
    await expect(miner.start()).rejects.toMatchObject({ code: 'NeuronState' })
  })

  test.each(points)(
    'is stopped, when it is a validator, and its store is free (after %d turns)',
    async (count) => {
      const world = await World.start()
      await world.join('judge', 10_000n)
      const store = fileValidatorStore(join(folder, 'judge.state'))
      const { validator } = world.makeValidator('judge', new Guess(), { store })
      const starting = validator.start()
      const outcome = starting.then(
        () => 'started',
        (error: { code: string }) => error.code,
      )
      await turns(count)
      await world.run(validator.stop())
      expect(['started', 'Aborted']).toContain(await outcome)
      expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toEqual([])
      const next = world.makeValidator('judge', new Guess(), {
        store: fileValidatorStore(join(folder, 'judge.state')),
      })
      await world.run(next.validator.start())
      await world.run(next.validator.stop())
    },
  )
})

describe('a join that the chain refuses', () => {
  test('leaves nothing running: its port is free, and its hotkey without a slot', async () => {
    const world = await World.start()
    const signer = keyPairFromUri('//never')
    const join = Miner.join({
      chain: world.chain,
      coldkey: keyNamed('nobody with money'),
      signer,
      netuid: world.netuid,
      mechanism: new Guess(),
      answer: (task: number) => task,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
      axon: { port: 8_123 },
    })
    await expect(world.run(join)).rejects.toMatchObject({ code: 'NotEnoughBalanceToStake' })
    expect(await world.chain.query('uid', { netuid: world.netuid, hotkey: signer.hotkey })).toBeNull()
    await world.join('miner')
    const axon = { port: 8_123 }
    const { miner } = await world.miner('miner', new Guess() as never, ((task: number) => task) as never, {
      axon,
    })
    await world.run(miner.stop())
  })
})
