import { describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import {
  furtherMechanism,
  LocalNetwork,
  type LocalNetworkOptions,
  type NetworkEvent,
} from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { Products, rightProduct } from '../../integration/network/products.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

const products = new Products()
const multiplies = answerTo(products.synapse, rightProduct)
const wrongly = answerTo(products.synapse, (task) => rightProduct(task) + 1)

const start = (options: Partial<LocalNetworkOptions<number[], number, null>> = {}) =>
  LocalNetwork.start({
    mechanism: new Sums(),
    furtherMechanisms: [furtherMechanism({ mechanism: products })],
    miners: [
      { name: 'adder', answer: rightSum, answers: [wrongly] },
      { name: 'multiplier', answer: () => -1_000_000, answers: [multiplies] },
    ],
    validators: 2,
    ...options,
  })

describe('a network of two mechanisms', () => {
  test('pays each miner for what it is good at, by the share of its mechanism', async () => {
    const events: NetworkEvent[] = []
    await using network = await start({ onEvent: (event) => void events.push(event) })
    const { chain, netuid } = network
    const subnet = await chain.query('subnet', { netuid })
    expect(subnet?.hyperparameters).toMatchObject({ mechanismCount: 2, maxAllowedUids: 128 })
    let last: BigUint64Array = new BigUint64Array()
    for await (const { earnedAlpha } of network.epochs({ count: 4 })) last = earnedAlpha
    const [byOrder = [], byProduct = []] = await Promise.all(
      [0, 1].map(async (mechanism) => [...(await network.metagraph(mechanism)).columns.incentiveU16]),
    )
    // Uids: owner, adder, multiplier, two validators. The adder is wrong by one in every product.
    expect(byOrder.slice(1, 3).map((u16) => u16 > 65_000)).toEqual([true, false])
    expect(byProduct).toEqual([0, 0, 65_535, 0, 0])
    const [, adder = 0n, multiplier = 0n] = last
    // The halves are even.
    expect(Number(adder) / Number(multiplier)).toBeCloseTo(1, 2)
    const set = events.filter(({ type }) => type === 'weightsSet')
    expect(set.filter(({ mechanismId }) => mechanismId === 1).length).toBeGreaterThanOrEqual(6)
    expect(set.filter(({ mechanismId }) => mechanismId === undefined).length).toBeGreaterThanOrEqual(6)

    const { coldkey } = network.signersOf('owner')
    const splitU16 = [16_384, 49_151]
    const { refusal } = await chain.call(coldkey, 'setMechanismEmissionSplit', { netuid, splitU16 })
    expect(refusal).toBe(null)
    for await (const { earnedAlpha } of network.epochs({ count: 1 })) last = earnedAlpha
    const [, second = 0n, third = 0n] = last
    expect(Number(third) / Number(second)).toBeCloseTo(3, 1)
    expect((await chain.query('invariants', {})).broken).toEqual([])
  })

  test('goes on when a neuron stops, takes newcomers in, and ends as it began', async () => {
    const network = await start({ validators: 3 })
    const late = { name: 'late', answer: rightSum, answers: [multiplies] }
    await network.addMiner(late)
    await network.stopNeuron('validator-1')
    await network.stopNeuron('multiplier')
    for await (const _ of network.epochs({ count: 4 })) {
      // Only to get there.
    }
    const { columns } = await network.metagraph(1)
    expect(columns.hotkey[6]).toBe(network.neurons.find(({ name }) => name === 'late')?.hotkey)
    expect(columns.incentiveU16[6]).toBeGreaterThan(60_000)
    await network.stop()
  })

  test('is refused where the preset, a mechanism or an answer does not fit', async () => {
    const preset = localnetPreset({ hyperparameters: { mechanismCount: 1 } })
    await expect(start({ preset })).rejects.toThrow('preset.config.hyperparameters.mechanismCount')
    const three = {
      config: { maxMechanismCount: 3 },
      hyperparameters: { mechanismCount: 2, maxAllowedUids: 20 },
    }
    await (await start({ preset: localnetPreset(three) })).stop()
    await expect(start({ furtherMechanisms: [products as never] })).rejects.toThrow(/furtherMechanisms\[0\]/)
    expect(() => furtherMechanism({ mechanism: {} as never })).toThrow(/mechanism\.synapse/)
    expect(() => furtherMechanism({ mechanism: products, weights: 1 as never })).toThrow('Invalid weights')
    expect(() => answerTo(products.synapse, 1 as never)).toThrow('Invalid answer')
    expect(() => answerTo({} as never, rightProduct as never)).toThrow(/synapse/)
    const twice = { name: 'twice', answer: rightSum, answers: [multiplies, wrongly] }
    await expect(start({ miners: [twice] })).rejects.toThrow('Give each synapse of an axon its own name')
    await expect(
      start({ miners: [{ name: 'odd', answer: rightSum, answers: [rightProduct as never] }] }),
    ).rejects.toThrow(/answers\[0\]/)
    await using network = await start()
    await expect(network.metagraph(2)).rejects.toThrow('or has no mechanism 2')
  })
})
