import { describe, expect, it } from 'vitest'
import {
  createEpochBuffers,
  createEpochWorkspace,
  type EpochOutput,
  runEpoch,
} from '../../../src/consensus/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { randomNetwork } from '../../property/randomNetworks.js'
import { epochInput, epochParams } from '../../support/epochs.js'

/** Everything an output holds, copied out of the buffers. */
const copyOf = (output: EpochOutput): unknown => structuredClone(output)

describe('createEpochBuffers', () => {
  it('gives memory in which any run of epochs equals runs on their own', () => {
    const seed = 'buffers 1'
    const shared = new Map<number, ReturnType<typeof createEpochBuffers>>()
    for (let index = 0; index < 150; index++) {
      const random = new SeededRandom(seed).fork(String(index))
      const { input, params } = randomNetwork(random, index % 2 === 0 ? 'ordered' : 'anyhow')
      // Rows hold at most 2 n + 1 entries.
      const buffers = shared.get(input.n) ?? createEpochBuffers(input.n, input.n * (2 * input.n + 1))
      shared.set(input.n, buffers)
      const alone = copyOf(runEpoch(input, params))
      expect(copyOf(runEpoch(input, params, buffers)), `seed ${seed}, network ${index}`).toEqual(alone)
    }
  })

  it('lets an output be overwritten by the next run only when buffers are shared', () => {
    const params = epochParams({})
    const first = epochInput({ weights: [[[1, 1]], []], stakeRao: [1, 0] })
    const second = epochInput({ weights: [[], []], stakeRao: [1, 0] })
    const buffers = createEpochBuffers(2, 1)
    const output = runEpoch(first, params, buffers)
    expect([...output.incentiveU16]).toEqual([0, 65_535])
    runEpoch(second, params, buffers)
    expect([...output.incentiveU16]).toEqual([0, 0])
    const own = runEpoch(first, params)
    runEpoch(second, params)
    expect([...own.incentiveU16]).toEqual([0, 65_535])
  })

  it.each([
    { title: 'full', fill: 1 },
    { title: 'half full', fill: 0.5 },
  ])(
    'lets outputs of a workspace last, raw bonds of $title matrices that are read late among them',
    ({ fill }) => {
      const n = 8
      const workspace = createEpochWorkspace(n, n * n)
      const random = new SeededRandom(`workspace ${fill}`)
      const row = (i: number): [number, number][] =>
        Array.from({ length: n }, (_, j): [number, number] => [j, 1 + random.int(65_535)]).filter(
          ([j]) => j !== i && random.float() < fill,
        )
      const inputs = Array.from({ length: 20 }, () =>
        epochInput({
          weights: Array.from({ length: n }, (_, i) => row(i)),
          bonds: Array.from({ length: n }, (_, i) => row(i)),
          stakeRao: Array.from({ length: n }, () => 1 + random.int(1_000)),
        }),
      )
      for (const yuma3Enabled of [false, true]) {
        const params = epochParams({ yuma3Enabled })
        const outputs = inputs.map((input) => runEpoch(input, params, workspace))
        const alone = inputs.map((input) => copyOf(runEpoch(input, params)))
        expect(outputs.map(copyOf)).toEqual(alone)
      }
    },
  )

  it.each([
    [createEpochBuffers(3, 10), 'buffers', 2, 3],
    [createEpochBuffers(2, 0), 'buffers.entries', 1, 0],
  ])('are refused by an epoch that they do not fit', (buffers, field, expectedLength, actualLength) => {
    const input = epochInput({ weights: [[[1, 1]], []], stakeRao: [1, 0] })
    expect(() => runEpoch(input, epochParams({}), buffers)).toThrow(
      expect.objectContaining({ code: 'Shape', field, expectedLength, actualLength }),
    )
  })
})
