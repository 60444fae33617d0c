import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../src/math/index.js'
import { type Miner, memoryValidatorStore, type Validator } from '../../src/neuron/index.js'
import { Guess } from '../unit/neuron/Guess.js'
import { hotkeyNamed, World } from '../unit/neuron/World.js'

const EPOCHS = 30
const SLOTS = 7
const MAX_STANDINGS = 2 * SLOTS

type State = { readonly [hotkey: string]: number }

/** A network in which, epoch after epoch, miners come into used slots, die, and validators restart. */
async function runChurn(seed: string) {
  const random = new SeededRandom(seed)
  const world = await World.start({
    hyperparameters: {
      maxAllowedUids: SLOTS,
      minNonImmuneUids: 0,
      immunityPeriodBlocks: 15,
      maxAllowedValidators: 2,
    },
  })
  const mechanism = new Guess()
  const stores = new Map(['left', 'right'].map((name) => [name, memoryValidatorStore()]))
  const validators = new Map<string, Validator<number, number, State>>()
  const miners = new Map<string, Miner<number, number>>()
  const troubles: string[] = []
  let resumes = 0
  let largestBook = 0

  const validate = async (name: string): Promise<void> => {
    const { validator } = world.makeValidator(name, mechanism, {
      store: stores.get(name)!,
      forgetAfterBlocks: 20,
      onEvent: (event) => {
        if (event.type === 'resumed') resumes++
        if (event.type === 'roundFailed' || event.type === 'weightsFailed') troubles.push(String(event.error))
      },
    })
    await world.run(validator.start())
    validators.set(name, validator)
  }
  const mine = async (name: string, skill: number): Promise<void> => {
    await world.join(name)
    const own = random.fork(name)
    const answer = (task: number): number => (own.float() < skill ? task : -1)
    miners.set(name, (await world.miner<number, number>(name, mechanism as never, answer)).miner)
  }

  for (const name of stores.keys()) {
    await world.join(name, 10_000n)
    await validate(name)
  }
  await mine('steady', 1)
  await mine('half', 0.5)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const target = (await world.chain.head()).number + 10
    const event = random.int(3)
    if (event === 0) await mine(`guest-${epoch}`, 0.1)
    else if (event === 1) {
      const guests = [...miners.keys()].filter((name) => name.startsWith('guest'))
      if (guests.length > 0) await world.run(miners.get(random.pick(guests))!.stop())
    } else {
      const name = random.pick([...validators.keys()])
      await world.run(validators.get(name)!.stop())
      await validate(name)
    }
    await world.untilBlock(target)
    expect((await world.chain.query('invariants', {})).broken).toEqual([])
    for (const validator of validators.values()) largestBook = Math.max(largestBook, validator.standings.size)
  }
  const metagraph = await world.chain.metagraph(world.netuid)
  const [left] = [...validators.values()]
  const standing = left!.standings.get(hotkeyNamed('steady'))
  for (const neuron of [...validators.values(), ...miners.values()]) await world.run(neuron.stop())
  const { stateHash } = await world.chain.head()
  return { stateHash, metagraph, troubles, resumes, largestBook, standing }
}

describe('a network with comings and goings', () => {
  test('pays by skill, keeps its books, and ends the same for one seed', async () => {
    const { stateHash, metagraph, troubles, resumes, largestBook, standing } = await runChurn('churn')
    const incentiveOf = (name: string): number => metagraph.row(metagraph.uidOf(hotkeyNamed(name))!).incentive
    expect(troubles).toEqual([])
    expect(incentiveOf('steady')).toBeGreaterThan(incentiveOf('half'))
    const guests = metagraph.rows().filter(({ uid }) => uid > 4)
    expect(guests.length).toBeGreaterThan(0)
    for (const { incentive } of guests) expect(incentive).toBeLessThan(incentiveOf('half'))
    expect(resumes).toBeGreaterThan(3)
    expect(standing).toMatchObject({ mean: 1, failuresInRow: 0 })
    // Restarts cost the rounds under way, not the memory of those before.
    expect(standing!.count).toBeGreaterThan(0.7 * metagraph.block)
    expect(largestBook).toBeLessThanOrEqual(MAX_STANDINGS)
    expect((await runChurn('churn')).stateHash).toBe(stateHash)
  }, 120_000)
})
