import { describe, expect, test } from 'vitest'
import type { ScoreRound } from '../../../src/mechanism/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, World } from './World.js'

type Counts = { readonly [hotkey: string]: number }

const truthful = ((task: number): number => task) as never
const guess = new Guess()

/** A full subnet of four in which `old` is the first to be replaced. */
async function crowdedWorld() {
  const world = await World.start({
    hyperparameters: { maxAllowedUids: 4, minNonImmuneUids: 0, immunityPeriodBlocks: 1 },
  })
  await world.join('judge', 10_000n)
  await world.join('old')
  const old = await world.miner('old', guess as never, truthful)
  await world.join('other')
  await world.miner('other', guess as never, truthful)
  return { world, old }
}

/** Lets `old` lose its slot and register again, without serving. */
async function comeBackSilent({ world, old }: Awaited<ReturnType<typeof crowdedWorld>>) {
  await world.run(old.miner.stop())
  let at = 0
  while ((await world.chain.metagraph(world.netuid)).uidOf(old.miner.hotkey) !== undefined) {
    await world.join(`newcomer ${at++}`)
  }
  await world.join('old')
}

const incentiveOf = async (world: World, name: string): Promise<number> => {
  const metagraph = await world.chain.metagraph(world.netuid)
  return metagraph.row(metagraph.uidOf(hotkeyNamed(name))!).incentive
}

describe('a standing', () => {
  test('starts fresh with a new registration, and who then serves nothing is never paid again', async () => {
    class Counting extends Guess {
      readonly forgotten: string[] = []
      override forget(state: Counts, hotkey: string): Counts {
        this.forgotten.push(hotkey)
        const { [hotkey]: _gone, ...kept } = state
        return kept
      }
    }
    const crowd = await crowdedWorld()
    const { world } = crowd
    const mechanism = new Counting()
    const { validator } = world.makeValidator('judge', mechanism)
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(await incentiveOf(world, 'old')).toBeGreaterThan(0.4)
    await comeBackSilent(crowd)
    const { number } = await world.chain.head()
    await world.untilBlock(number + 8)
    expect(mechanism.forgotten).toContain(hotkeyNamed('old'))
    expect((validator.state as Counts)[hotkeyNamed('old')]).toBeUndefined()
    const standing = validator.standings.get(hotkeyNamed('old'))!
    expect(standing).toMatchObject({ mean: 0 })
    expect(standing.failuresInRow).toBeGreaterThanOrEqual(6)
    for (let epoch = 1; epoch <= 6; epoch++) {
      await world.untilBlock(number + 12 + 10 * epoch)
      expect(await incentiveOf(world, 'old')).toBe(0)
    }
    await world.run(validator.stop())
  })

  test('of who serves nothing reaches the mechanism as a failed answer, also when it keeps its own memory', async () => {
    /** Weighs by a memory of its own that no registration resets. */
    class OwnMemory extends Guess {
      readonly seen: string[] = []
      override score(round: ScoreRound<number, number, Counts>) {
        for (const { hotkey, status } of round.responses) this.seen.push(`${hotkey} ${status}`)
        const next = Object.fromEntries(
          round.responses.map(({ hotkey, status }) => [hotkey, status === 'ok' ? 1 : 0]),
        )
        return { ...super.score(round), state: { ...round.state, ...next } }
      }
      override weights({ state }: { state: Counts }) {
        return new Map(Object.entries(state).map(([hotkey, weight]) => [hotkey as never, weight]))
      }
    }
    const crowd = await crowdedWorld()
    const { world } = crowd
    const mechanism = new OwnMemory()
    const { validator, eventsOf } = world.makeValidator('judge', mechanism)
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    await comeBackSilent(crowd)
    await world.untilBlock((await world.chain.head()).number + 30)
    expect(mechanism.seen.at(-1)).toMatch(/ (ok|unreachable)$/)
    expect(mechanism.seen).toContain(`${hotkeyNamed('old')} unreachable`)
    expect(await incentiveOf(world, 'old')).toBe(0)
    const { asked, statuses } = eventsOf('roundScored').at(-1)!
    expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(asked)
    await world.run(validator.stop())
  })

  test('costs nothing while a miner is not drawn, and everyone is drawn within ceil(n / sampleSize) rounds', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) {
      await world.join(name)
      await world.miner(name, guess as never, truthful)
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { sampleSize: 2 })
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 31)
    const rounds = eventsOf('roundScored').map(({ scores }) => [...scores.keys()])
    for (let at = 0; at + 3 <= rounds.length; at++) {
      const reached = new Set(rounds.slice(at, at + 3).flat())
      expect(names.filter((name) => !reached.has(hotkeyNamed(name)))).toEqual([])
    }
    const standings = names.map((name) => validator.standings.get(hotkeyNamed(name))!)
    expect(standings.map(({ mean, failuresInRow }) => [mean, failuresInRow])).toEqual(names.map(() => [1, 0]))
    await world.run(validator.stop())
  })

  test('moves on although a round with one of the miners always fails', async () => {
    class Allergic extends Guess {
      override score(round: ScoreRound<number, number, Counts>) {
        if (round.responses.some(({ hotkey }) => hotkey === hotkeyNamed('a'))) throw new TypeError('not a!')
        return super.score(round)
      }
    }
    const world = await World.start()
    await world.join('judge', 10_000n)
    for (const name of ['a', 'b', 'c']) {
      await world.join(name)
      await world.miner(name, guess as never, truthful)
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Allergic(), { sampleSize: 1 })
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 9)
    expect(eventsOf('roundFailed')).toHaveLength(3)
    expect(['b', 'c'].map((name) => validator.standings.get(hotkeyNamed(name))!.count)).toEqual([3, 3])
    await world.run(validator.stop())
  })

  test('goes on after a restart: the turn of each is remembered', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) {
      await world.join(name)
      await world.miner(name, guess as never, truthful)
    }
    const bytes: Uint8Array[] = []
    const store = {
      load: async () => bytes.at(-1) ?? null,
      save: async (next: Uint8Array) => void bytes.push(next),
    }
    const drawn = new Set<string>()
    for (let run = 0; run < names.length; run++) {
      const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { sampleSize: 1, store })
      await world.run(validator.start())
      await world.untilBlock((await world.chain.head()).number + 1)
      await world.run(validator.stop())
      for (const { scores } of eventsOf('roundScored')) for (const hotkey of scores.keys()) drawn.add(hotkey)
    }
    expect(drawn.size).toBe(names.length)
  })
})

describe('when no miner answers any more', () => {
  test('the weights give everything to the owner, and nobody is paid', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    const miners = []
    for (const name of ['a', 'b']) {
      await world.join(name)
      miners.push(await world.miner(name, guess as never, truthful))
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(await incentiveOf(world, 'a')).toBeGreaterThan(0.4)
    for (const { miner } of miners) await world.run(miner.stop())
    const { number } = await world.chain.head()
    // One epoch to notice, one to pay by.
    await world.untilBlock(number + 22)
    const { columns } = await world.chain.metagraph(world.netuid)
    const before = ['a', 'b'].map((name) => columns.stakeAlpha[columns.hotkey.indexOf(hotkeyNamed(name))]!)
    expect(eventsOf('nobodyWeighs').length).toBeGreaterThanOrEqual(1)
    expect(eventsOf('weightsSet').at(-1)).toMatchObject({ uids: [columns.ownerUid], values: [65_535] })
    await world.untilBlock(number + 60)
    const after = (await world.chain.metagraph(world.netuid)).columns
    const stakes = ['a', 'b'].map((name) => after.stakeAlpha[after.hotkey.indexOf(hotkeyNamed(name))]!)
    expect(stakes).toEqual(before)
    expect(await incentiveOf(world, 'a')).toBe(0)
    // The miners' part is not paid to the owner either, who gets the cut of these 38 blocks, 18 percent of an alpha each, in at most four epochs.
    const subnet = (await world.chain.query('subnet', { netuid: world.netuid }))!
    expect(subnet.minerBurnedBits).toBe(1n << 32n)
    const grown = after.stakeAlpha[after.ownerUid!]! - columns.stakeAlpha[columns.ownerUid!]!
    expect(grown).toBeGreaterThan(0n)
    expect(grown).toBeLessThan(4n * 10n * 180_000_000n)
    await world.run(validator.stop())
  })

  test('miners that answer again are paid again', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    await world.join('a')
    const first = await world.miner('a', guess as never, truthful, { axon: { port: 8_101 } })
    const { validator } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.run(first.miner.stop())
    await world.untilBlock((await world.chain.head()).number + 30)
    expect(await incentiveOf(world, 'a')).toBe(0)
    await world.miner('a', guess as never, truthful, { axon: { port: 8_101 } })
    await world.untilBlock((await world.chain.head()).number + 30)
    expect(await incentiveOf(world, 'a')).toBeGreaterThan(0.9)
    await world.run(validator.stop())
  })

  test('a validator that knows of no miner leaves what it said before', async () => {
    const world = await World.start()
    await world.join('judge', 10_000n)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(eventsOf('weightsSet')).toEqual([])
    expect(eventsOf('weightsSkipped').at(-1)).toMatchObject({ reason: 'NoWeights' })
    await world.run(validator.stop())
  })
})

describe('minAllowedWeights', () => {
  test.each([1, 3, 4, 8, 60])('of %d is met on a subnet of four', async (minAllowedWeights) => {
    const world = await World.start({ hyperparameters: { minAllowedWeights } })
    await world.join('judge', 10_000n)
    for (const name of ['a', 'b']) {
      await world.join(name)
      await world.miner(name, guess as never, truthful)
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await world.untilBlock((await world.chain.head()).number + 25)
    expect(eventsOf('weightsRefused')).toEqual([])
    expect(eventsOf('weightsSet').length).toBeGreaterThanOrEqual(1)
    expect(await incentiveOf(world, 'a')).toBeCloseTo(0.5)
    await world.run(validator.stop())
  })
})
