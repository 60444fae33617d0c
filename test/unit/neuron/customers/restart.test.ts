import { expect, test } from 'vitest'
import { Dendrite } from '../../../../src/dendrite/index.js'
import { memoryValidatorStore } from '../../../../src/neuron/index.js'
import { keyNamed, World } from '../World.js'
import { SoldGuess } from './Shop.js'

test('a validator that is started again on its store counts what customers asked once, and lets them in where it did', async () => {
  const world = await World.start()
  await world.join('judge', 5_000n)
  await world.join('miner')
  const mechanism = new SoldGuess()
  const { miner } = await world.miner('miner', mechanism as never, ((task: number) => task) as never)
  const store = memoryValidatorStore()
  const options = { store, customers: { port: 7_070 } }
  const carl = new Dendrite({ signer: keyNamed('carl'), carrier: world.carrier, clock: world.clock })
  const countOf = (validator: { readonly state: { readonly [hotkey: string]: number } }) =>
    validator.state[miner.hotkey] ?? 0

  const first = world.makeValidator('judge', mechanism, options)
  await world.run(first.validator.start())
  const door = {
    hotkey: first.validator.hotkey,
    ...(first.validator.customers?.address ?? { host: '', port: 0 }),
  }
  expect(door.port).toBe(7_070)
  expect(await world.run(carl.call(mechanism.synapse, door, 1))).toMatchObject({ status: 'ok' })
  await world.untilBlock((await world.chain.head()).number + 2)
  const rounds = first.eventsOf('roundScored').length
  // Each round answers rightly once, and so did the customer's.
  expect(countOf(first.validator)).toBe(rounds + 1)
  // Nobody counts what no round has had.
  expect(await world.run(carl.call(mechanism.synapse, door, 2))).toMatchObject({ status: 'ok' })
  await world.run(first.validator.stop())
  expect(await world.run(carl.call(mechanism.synapse, door, 3, { timeoutMs: 200 }))).toMatchObject({
    status: 'unreachable',
  })

  const second = world.makeValidator('judge', mechanism, options)
  await world.run(second.validator.start())
  expect(countOf(second.validator)).toBe(rounds + 1)
  expect(await world.run(carl.call(mechanism.synapse, door, 4))).toMatchObject({ status: 'ok' })
  await world.untilBlock((await world.chain.head()).number + 2)
  expect(countOf(second.validator)).toBe(rounds + 1 + second.eventsOf('roundScored').length + 1)
  await world.run(Promise.all([second.validator.stop(), miner.stop(), carl.close()]))
  await world.chain.close()
})
