import { describe, expect, it } from 'vitest'
import { createEpochBuffers, type EpochParams, runEpoch } from '../../../src/consensus/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { largeNetwork } from '../../property/largeNetworks.js'
import { randomNetwork } from '../../property/randomNetworks.js'
import { difference, plainWays, runPlain } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const [dense, sparse] = plainWays as [(typeof plainWays)[0], (typeof plainWays)[0]]

/** Both ways' results, which have to be the same; returns the dense one's. */
function compared(sketch: Parameters<typeof epochInput>[0], params: Partial<EpochParams>) {
  const input = epochInput(sketch)
  const output = runPlain(dense, input, epochParams(params))
  expect(difference(runPlain(sparse, input, epochParams(params)), output)).toBeNull()
  return output
}

describe('the dense way through an epoch', () => {
  it('gives the same bits as the sparse one on random networks', () => {
    const seed = `dense ${process.hrtime.bigint()}`
    const random = new SeededRandom(seed)
    for (let t = 0; t < 1_500; t++) {
      const { input, params } = randomNetwork(random, t % 5 === 0 ? 'anyhow' : 'ordered')
      const fixed = t % 2 === 0 ? params : { ...params, liquidAlphaEnabled: false }
      const found = difference(runPlain(sparse, input, fixed), runPlain(dense, input, fixed))
      expect(found, `seed ${seed}, network ${t}`).toBeNull()
    }
  })

  it('gives the same bits on large networks, with any majority', () => {
    const seed = `dense ${process.hrtime.bigint()}`
    const random = new SeededRandom(seed)
    for (let t = 0; t < 24; t++) {
      const { input, params } = largeNetwork(random)
      const kappaU16 = random.pick([0, 1, 20_000, 32_767, 50_000, 65_534, 65_535])
      const fixed = { ...params, liquidAlphaEnabled: false, kappaU16 }
      const found = difference(runPlain(sparse, input, fixed), runPlain(dense, input, fixed))
      expect(found, `seed ${seed}, network ${t}`).toBeNull()
    }
  })

  it.each([
    [0, [10_000, 20_000, 30_000], 30_000],
    [32_767, [10_000, 20_000, 30_000], 20_000],
    [65_535, [10_000, 20_000, 30_000], 10_000],
    [32_767, [7, 7, 65_535], 7],
    [0, [0, 0, 65_535], 65_535],
    [65_535, [0, 30_000, 65_535], 0],
  ])('finds the median at kappa %i of votes %j', (kappaU16, votes, expected) => {
    const weights = votes.map((vote): [number, number][] => [
      [3, vote],
      [4, 65_535 - vote],
    ])
    const output = compared({ weights: [...weights, [], []], stakeRao: [1, 1, 1, 0, 0] }, { kappaU16 })
    expect(Number(output.raw.consensus[3])).toBe(Math.floor((expected * 2 ** 32) / 65_535))
  })

  it('takes a network without any stake, and one with stake but no weights', () => {
    const rows: [number, number][][] = [[[1, 5]], [[0, 9]]]
    expect([...compared({ weights: rows, stakeRao: [0, 0], bonds: rows }, {}).incentiveU16]).toEqual([0, 0])
    expect([...compared({ weights: [[], []], stakeRao: [3, 1], bonds: rows }, {}).incentiveU16]).toEqual([
      0, 0,
    ])
  })

  it('leaves nothing in reused buffers that a later epoch could see', () => {
    const random = new SeededRandom('dense buffers')
    const held = new Map<number, ReturnType<typeof createEpochBuffers>>()
    for (let t = 0; t < 200; t++) {
      const { input, params } = randomNetwork(random, 'ordered')
      const fixed = { ...params, liquidAlphaEnabled: false }
      const buffers = held.get(input.n) ?? createEpochBuffers(input.n, input.n * (2 * input.n + 1))
      buffers.dense.leastFill = t % 3 === 0 ? 1 : 0
      held.set(input.n, buffers)
      const found = difference(runPlain(sparse, input, fixed), runEpoch(input, fixed, buffers))
      expect(found, `network ${t}`).toBeNull()
    }
  })
})
