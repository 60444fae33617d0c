import { describe, expect, test } from 'vitest'
import { LocalNetwork } from '../../../src/network/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

/** A miner whose work is loaded outside the clock's sight, for so many turns of the event loop. */
const loading = (name: string, turns: number) => ({
  name,
  prepare: async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    return rightSum
  },
})

describe('LocalNetwork with miners that load something', () => {
  test('ends in the same state however long each of them takes to load', async () => {
    const endOf = async (turns: readonly [number, number]): Promise<string> => {
      await using network = await LocalNetwork.start({
        mechanism: new Sums(),
        miners: [loading('first', turns[0]), loading('second', turns[1])],
        validators: 1,
      })
      for await (const _ of network.epochs({ count: 1 })) break
      return (await network.chain.head()).stateHash
    }
    expect(await endOf([200, 0])).toBe(await endOf([0, 200]))
  })

  test('fails, and leaves nothing running, when one cannot be loaded', async () => {
    const broken = {
      name: 'broken',
      prepare: async () => {
        throw new RangeError('no such model')
      },
    }
    const miners = [loading('first', 1), broken]
    await expect(LocalNetwork.start({ mechanism: new Sums(), miners, validators: 1 })).rejects.toThrow(
      'no such model',
    )
  })
})
