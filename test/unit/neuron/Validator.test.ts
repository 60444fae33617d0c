import { describe, expect, test } from 'vitest'
import { signCall } from '../../../src/ledger/index.js'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from '../../../src/mechanism/index.js'
import {
  faultOfEvent,
  memoryValidatorStore,
  NeuronStateError,
  NotRegisteredError,
  ValidatorStateError,
} from '../../../src/neuron/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, keyNamed, World } from './World.js'

const truthful = (task: number): number => task
const wrong = (): number => -1

/** A world with one validator's slot and the named miners, serving. */
async function worldWith(miners: { [name: string]: (task: number) => number | Promise<number> }) {
  const world = await World.start()
  await world.join('judge', 10_000n)
  for (const [name, answer] of Object.entries(miners)) {
    await world.join(name)
    await world.miner(name, new Guess() as never, answer as never)
  }
  return world
}

describe('rounds', () => {
  test('score every serving miner with each block and remember the mean by hotkey', async () => {
    const world = await worldWith({ right: truthful, wrong })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 5)
    const rounds = eventsOf('roundScored')
    expect(rounds.map(({ block }) => block - number)).toEqual([1, 2, 3, 4, 5])
    expect(
      rounds.every(({ asked, answered, round, block }) => asked === 2 && answered === 2 && round === block),
    ).toBe(true)
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({
      mean: 1,
      count: 5,
      failuresInRow: 0,
    })
    expect(validator.standings.get(hotkeyNamed('wrong'))).toMatchObject({ mean: 0, count: 5 })
    expect(validator.state).toEqual({ [hotkeyNamed('right')]: 5 })
    await world.run(validator.stop())
  })

  test('leave the standing of a miner that was not drawn as it was', async () => {
    const world = await worldWith({ a: truthful, b: truthful, c: truthful })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { sampleSize: 1 })
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 30)
    expect(eventsOf('roundScored').every(({ asked }) => asked === 1)).toBe(true)
    const standings = ['a', 'b', 'c'].map((name) => validator.standings.get(hotkeyNamed(name))!)
    expect(standings.map(({ mean }) => mean)).toEqual([1, 1, 1])
    expect(standings.reduce((sum, { count }) => sum + count, 0)).toBe(30)
    await world.run(validator.stop())
  })

  test('are skipped, never queued, while one takes longer than a block; weights are set all the same', async () => {
    class Slow extends Guess {
      override readonly answerTimeoutMs = 900
    }
    const stalls = (): Promise<number> => new Promise(() => {})
    const world = await worldWith({ right: truthful, stalls })
    const { validator, eventsOf } = world.makeValidator('judge', new Slow())
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 40)
    const blocks = eventsOf('roundScored').map(({ block }) => block - number)
    // 900 ms are between three and four blocks of 250 ms, and each round takes the newest block there is.
    const gaps = blocks.slice(1).map((block, at) => block - blocks[at]!)
    expect(gaps.every((gap) => gap === 3 || gap === 4)).toBe(true)
    expect(blocks.length).toBeGreaterThanOrEqual(10)
    expect(eventsOf('weightsSet').length).toBeGreaterThanOrEqual(3)
    expect(validator.standings.get(hotkeyNamed('stalls'))).toMatchObject({
      mean: 0,
      failuresInRow: blocks.length,
    })
    await world.run(validator.stop())
  })

  test('happen at every multiple of roundBlocks only, seeded by that block', async () => {
    const world = await worldWith({ right: truthful })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { roundBlocks: 4 })
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 12)
    const rounds = eventsOf('roundScored')
    expect(rounds).toHaveLength(3)
    expect(rounds.every(({ block, round }) => block === 4 * round)).toBe(true)
    await world.run(validator.stop())
  })

  test('wait for scores that are promised, and virtual time stands still meanwhile', async () => {
    type State = { readonly [hotkey: string]: number }
    class Patient extends IncentiveMechanism<number, number, State> {
      readonly #guess = new Guess()
      readonly synapse = this.#guess.synapse
      override readonly answerTimeoutMs = 100
      initialState = () => ({})
      createTask = (seed: TaskSeed) => this.#guess.createTask(seed)
      async score(round: ScoreRound<number, number, State>) {
        // Work that the clock cannot see, such as that of a device.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
        return this.#guess.score(round)
      }
    }
    const world = await worldWith({ right: truthful, wrong })
    const { validator, eventsOf } = world.makeValidator('judge', new Patient())
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 5)
    expect(eventsOf('roundScored').map(({ block }) => block - number)).toEqual([1, 2, 3, 4, 5])
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ mean: 1, count: 5 })
    expect(validator.state).toEqual({ [hotkeyNamed('right')]: 5 })
    await world.run(validator.stop())
  })

  test('that fail are told, change nothing, and do not stop the next', async () => {
    class Fragile extends Guess {
      rounds = 0
      override score(round: ScoreRound<number, number, { readonly [hotkey: string]: number }>) {
        if (++this.rounds % 2 === 0) throw new RangeError('an even round')
        return super.score(round)
      }
    }
    const world = await worldWith({ right: truthful })
    const { validator, eventsOf } = world.makeValidator('judge', new Fragile())
    await world.run(validator.start())
    const { number } = await world.chain.head()
    await world.untilBlock(number + 6)
    expect(eventsOf('roundFailed').map(({ block }) => block - number)).toEqual([2, 4, 6])
    expect(eventsOf('roundFailed')[0]!.error).toMatchObject({
      code: 'Mechanism',
      method: 'score',
      cause: new RangeError('an even round'),
    })
    expect(validator.standings.get(hotkeyNamed('right'))).toMatchObject({ mean: 1, count: 3 })
    expect(validator.state).toEqual({ [hotkeyNamed('right')]: 3 })
    await world.run(validator.stop())
  })
})

describe('memory', () => {
  test('survives a restart, and the same round is not booked twice', async () => {
    const world = await worldWith({ right: truthful, wrong })
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await world.untilBlock((await world.chain.head()).number + 7)
    await world.run(first.validator.stop())
    const second = world.makeValidator('judge', new Guess(), { store })
    await world.run(second.validator.start())
    expect(second.events[0]).toMatchObject({ type: 'resumed', standings: 2 })
    expect([...second.validator.standings]).toEqual([...first.validator.standings])
    expect(second.validator.state).toEqual(first.validator.state)
    await world.run(second.validator.stop())
  })

  test('of another state version is left behind', async () => {
    class Changed extends Guess {
      override readonly stateVersion = 2
    }
    const world = await worldWith({ right: truthful })
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await world.untilBlock((await world.chain.head()).number + 2)
    await world.run(first.validator.stop())
    const second = world.makeValidator('judge', new Changed(), { store })
    await world.run(second.validator.start())
    expect(second.events).toEqual([{ type: 'stateDiscarded', storedVersion: 1, version: 2 }])
    expect(second.validator.standings.size).toBe(0)
    await world.run(second.validator.stop())
  })

  test('of another chain is left behind with a warning, and replaced by what is learnt on this one', async () => {
    const store = memoryValidatorStore()
    const learn = async (world: World) => {
      const { validator, events } = world.makeValidator('judge', new Guess(), { store })
      await world.run(validator.start())
      const standings = validator.standings.size
      await world.untilBlock((await world.chain.head()).number + 2)
      await world.run(validator.stop())
      return { standings, told: events.find(({ type }) => type !== 'roundScored')! }
    }
    const before = await worldWith({ right: truthful })
    await learn(before)
    const after = await worldWith({ right: truthful })
    const { standings, told } = await learn(after)
    expect(standings).toBe(0)
    expect(told).toEqual({
      type: 'otherChainDiscarded',
      storedGenesisHash: before.chain.genesisHash,
      genesisHash: after.chain.genesisHash,
    })
    expect(faultOfEvent(told)).toMatchObject({ level: 'warn' })
    expect(faultOfEvent(told)!.message).toContain('The stored memory is of another chain')
    expect((await learn(after)).told).toMatchObject({ type: 'resumed' })
  })

  test('of another validator, or damaged, is refused', async () => {
    const world = await worldWith({ right: truthful })
    await world.join('other', 10_000n)
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await world.untilBlock((await world.chain.head()).number + 1)
    await world.run(first.validator.stop())
    const other = world.makeValidator('other', new Guess(), { store })
    await expect(world.run(other.validator.start())).rejects.toThrow(ValidatorStateError)
    await store.save(Uint8Array.of(1, 2, 3))
    const damaged = world.makeValidator('judge', new Guess(), { store })
    await expect(world.run(damaged.validator.start())).rejects.toMatchObject({
      code: 'ValidatorState',
      docsPath: 'errors#validator-state',
    })
  })

  test('belongs to the hotkey: a newcomer in a used slot starts fresh, and the old one is forgotten in time', async () => {
    const world = await World.start({
      hyperparameters: { maxAllowedUids: 4, minNonImmuneUids: 0, immunityPeriodBlocks: 30 },
    })
    await world.join('judge', 10_000n)
    const slot = await world.join('old')
    const old = await world.miner('old', new Guess() as never, truthful as never)
    await world.join('other')
    await world.miner('other', new Guess() as never, truthful as never)
    const forgotten: string[] = []
    class Watching extends Guess {
      override forget(state: { readonly [hotkey: string]: number }, hotkey: string) {
        forgotten.push(hotkey)
        return Object.fromEntries(Object.entries(state).filter(([key]) => key !== hotkey))
      }
    }
    const { validator } = world.makeValidator('judge', new Watching(), { forgetAfterBlocks: 20 })
    await world.run(validator.start())
    await world.untilBlock(45)
    const standing = validator.standings.get(hotkeyNamed('old'))!
    expect(standing.mean).toBe(1)
    await world.run(old.miner.stop())
    // The two miners share what the judge has alone; of two that earn the same the elder goes.
    expect(await world.join('new')).toBe(slot)
    await world.miner('new', new Guess() as never, wrong as never)
    await world.untilBlock((await world.chain.head()).number + 3)
    expect(validator.standings.get(hotkeyNamed('new'))).toMatchObject({ mean: 0 })
    expect(validator.standings.get(hotkeyNamed('new'))!.count).toBeLessThan(10)
    expect(validator.standings.get(hotkeyNamed('old'))).toMatchObject({ mean: 1 })
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(validator.standings.has(hotkeyNamed('old'))).toBe(false)
    expect(forgotten).toEqual([hotkeyNamed('old')])
    expect(validator.state).not.toHaveProperty(hotkeyNamed('old'))
    await world.run(validator.stop())
  })
})

describe('weights', () => {
  test('are set once per epoch, in the last blocks before it', async () => {
    const world = await worldWith({ right: truthful, wrong })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock(75)
    const { lastEpochBlock, tempoBlocks } = (await world.chain.metagraph(world.netuid)).columns
    const sets = eventsOf('weightsSet')
    const beforeEpoch = sets.map(
      ({ block }) => (((lastEpochBlock - block) % tempoBlocks) + tempoBlocks) % tempoBlocks,
    )
    expect(beforeEpoch.every((blocks) => blocks >= 1 && blocks <= 3)).toBe(true)
    const epochs = sets.map(({ block }) => Math.ceil((block - lastEpochBlock) / tempoBlocks))
    expect(new Set(epochs).size).toBe(sets.length)
    expect(sets.length).toBeGreaterThanOrEqual(5)
    const metagraph = await world.chain.metagraph(world.netuid)
    expect(metagraph.weightsOf(metagraph.uidOf(validator.hotkey)!)).toEqual([
      [metagraph.uidOf(hotkeyNamed('right')), 65_535],
    ])
    expect(metagraph.row(metagraph.uidOf(hotkeyNamed('right'))!).incentive).toBe(1)
    await world.run(validator.stop())
  })

  test('that are refused are tried again with each block, with the reason', async () => {
    const world = await worldWith({ right: truthful })
    await world.setHyperparameter('weightsVersionKey', 7)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { weightsVersionKey: 3 })
    await world.run(validator.start())
    await world.untilBlock(35)
    const refused = eventsOf('weightsRefused')
    expect(refused.map(({ attempt }) => attempt).slice(0, 3)).toEqual([1, 2, 3])
    expect(refused[1]!.block).toBe(refused[0]!.block + 1)
    expect(new Set(refused.map(({ refusal }) => refusal.error))).toEqual(
      new Set(['IncorrectWeightVersionKey']),
    )
    expect(eventsOf('weightsSet')).toEqual([])
    await world.run(validator.stop())
    // By default the key is the one that the subnet asks for.
    const obedient = world.makeValidator('judge', new Guess())
    await world.run(obedient.validator.start())
    await world.untilBlock((await world.chain.head()).number + 12)
    expect(obedient.eventsOf('weightsSet')).not.toEqual([])
    await world.run(obedient.validator.stop())
  })

  test('come through though calls behind a gap of nonces fill the pool', async () => {
    const world = await World.start({}, { maxCalls: 2 })
    await world.join('judge', 10_000n)
    await world.join('right')
    await world.miner('right', new Guess() as never, truthful as never)
    const payer = keyNamed('payer')
    const nonce = await world.chain.nextNonce(payer.address)
    const { genesisHash } = world.chain
    const { hash: recentBlockHash } = await world.chain.head()
    const args = { to: payer.address, amountRao: 1n }
    const crowd = [7, 8].map((ahead) => {
      const place = { genesisHash, recentBlockHash, nonce: nonce + ahead, expiryBlock: 32 }
      const call = signCall(payer, { ...place, name: 'transfer', args })
      return world.chain.submit(call).catch((error: unknown) => error)
    })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock(45)
    const codes = (await Promise.all(crowd)).map((error) => (error as { code: string }).code)
    expect(codes).toContain('MempoolFull')
    expect(eventsOf('weightsRefused')).toEqual([])
    expect(eventsOf('weightsSet')).not.toEqual([])
    await world.run(validator.stop())
  })

  test('of one hotkey that cannot be used count as 0, are told, and do not stop the others', async () => {
    const world = await worldWith({ right: truthful, wrong })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), {
      weights: () =>
        new Map([
          [hotkeyNamed('right'), 3],
          [hotkeyNamed('wrong'), -1],
        ]),
    })
    await world.run(validator.start())
    await world.untilBlock(25)
    const { uids, values } = eventsOf('weightsSet')[0]!
    const { hotkey } = (await world.chain.metagraph(world.netuid)).columns
    expect(uids.map((uid) => hotkey[uid])).toEqual([hotkeyNamed('right')])
    expect(values).toEqual([65_535])
    const refused = eventsOf('weightValuesRefused')[0]!
    expect(refused.values).toEqual(new Map([[hotkeyNamed('wrong'), '-1']]))
    expect(refused.error).toMatchObject({ code: 'Mechanism', method: 'weights', fault: 'invalid values' })
    await world.run(validator.stop())
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('a bug')
      },
      'threw',
      'weights threw TypeError: a bug. Mend it',
    ],
    ['gives a list', () => [1, 2], 'wrong form', 'weights gave weights as array of 2. Give weights as a Map'],
    ['gives nothing', () => undefined, 'wrong form', 'gave weights as undefined'],
    ['keys by uid', () => new Map([[1, 1]]), 'wrong form', 'keyed its weights by 1'],
  ])('are not sent while a policy %s; that is told, and tried again', async (_, weights, fault, message) => {
    const world = await worldWith({ right: truthful })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { weights: weights as never })
    await world.run(validator.start())
    await world.untilBlock(25)
    expect(eventsOf('weightsFailed').length).toBeGreaterThanOrEqual(3)
    const { error } = eventsOf('weightsFailed')[0]!
    expect(error).toMatchObject({ code: 'Mechanism', method: 'weights', fault })
    expect(error.message).toContain(message)
    expect(eventsOf('weightsSet')).toEqual([])
    await world.run(validator.stop())
  })

  test('wait for a permit, and say so once per epoch', async () => {
    const world = await worldWith({ right: truthful })
    await world.join('poor')
    const { validator, eventsOf } = world.makeValidator('poor', new Guess())
    await world.run(validator.start())
    const started = (await world.chain.metagraph(world.netuid)).columns.epochIndex
    await world.untilBlock((await world.chain.head()).number + 30)
    const ended = (await world.chain.metagraph(world.netuid)).columns.epochIndex
    const reasons = eventsOf('weightsSkipped').map(({ reason }) => reason)
    expect(new Set(reasons)).toEqual(new Set(['NoPermit']))
    expect(Math.abs(reasons.length - (ended - started))).toBeLessThanOrEqual(1)
    expect(eventsOf('weightsSkipped').map(({ epochsInRow }) => epochsInRow)).toEqual(
      reasons.map((_, at) => at + 1),
    )
    const faults = eventsOf('weightsSkipped').map((event) => faultOfEvent(event)?.cause)
    expect(faults).toEqual(reasons.map((_, at) => (at === 0 ? undefined : 'validator without permit')))
    expect(faultOfEvent(eventsOf('roundScored')[0]!)?.cause).toBe('answers forbidden without permit')
    expect(eventsOf('weightsRefused')).toEqual([])
    await world.run(validator.stop())
  })

  test('of a subnet without a miner are skipped, with a warning from the second epoch on', async () => {
    const world = await worldWith({})
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 30)
    const skips = eventsOf('weightsSkipped').filter(({ reason }) => reason === 'NoWeights')
    expect(skips.length).toBeGreaterThanOrEqual(2)
    const faults = skips.map((event) => faultOfEvent(event)?.cause)
    expect(faults).toEqual(skips.map((_, at) => (at === 0 ? undefined : 'no miners')))
    await world.run(validator.stop())
  })

  test('can follow another policy, which sees the metagraph', async () => {
    const world = await worldWith({ a: truthful, b: truthful })
    const { validator } = world.makeValidator('judge', new Guess(), {
      sampleSize: 0,
      weights: ({ metagraph }) => new Map(metagraph.miners().map((uid) => [metagraph.row(uid).hotkey, uid])),
    })
    await world.run(validator.start())
    await world.untilBlock(25)
    const metagraph = await world.chain.metagraph(world.netuid)
    const [a, b] = [metagraph.uidOf(hotkeyNamed('a'))!, metagraph.uidOf(hotkeyNamed('b'))!]
    expect(metagraph.weightsOf(metagraph.uidOf(validator.hotkey)!)).toEqual([
      [a, Math.round((a / b) * 65_535)],
      [b, 65_535],
    ])
    expect(validator.standings.size).toBe(0)
    await world.run(validator.stop())
  })
})

describe('life', () => {
  test('starts once, for a registered hotkey', async () => {
    const world = await worldWith({ right: truthful })
    const stranger = world.makeValidator('stranger', new Guess())
    await expect(world.run(stranger.validator.start())).rejects.toThrow(NotRegisteredError)
    const { validator } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await expect(world.run(validator.start())).rejects.toThrow(NeuronStateError)
    await world.run(validator.stop())
    await expect(world.run(validator.start())).rejects.toMatchObject({
      code: 'NeuronState',
      state: 'stopped',
    })
    await validator.done
  })

  test('stop drops the round under way and leaves nothing running', async () => {
    const world = await worldWith({ stalls: () => new Promise(() => {}) })
    const { validator, events } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.run(
      (async () => {
        for await (const _ of world.chain.blocks()) return
      })(),
    )
    await world.run(validator.stop())
    const told = events.length
    expect(events.filter(({ type }) => type === 'roundScored')).toEqual([])
    await world.untilBlock((await world.chain.head()).number + 20)
    expect(events).toHaveLength(told)
    await world.run(validator.stop())
  })

  test('ends with its chain', async () => {
    const world = await worldWith({ right: truthful })
    const { validator } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.chain.close()
    await world.run(validator.done)
  })

  test.each([
    { sampleSize: -1 },
    { roundBlocks: 0 },
    { concurrency: 0.5 },
    { weightsLeadBlocks: Number.NaN },
  ])('refuses %j', async (options) => {
    const world = await World.start()
    expect(() => world.makeValidator('judge', new Guess(), options)).toThrow(
      `Invalid ${Object.keys(options)[0]}`,
    )
    expect(keyNamed('judge').scheme).toBe('ed25519')
  })
})
