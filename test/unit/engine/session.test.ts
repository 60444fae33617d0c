import { describe, expect, it } from 'vitest'
import { type EpochInput, emptySparseRows, runEpoch } from '../../../src/consensus/index.js'
import { YumaConsensus } from '../../../src/engine/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { largeNetwork } from '../../property/largeNetworks.js'
import { randomNetwork } from '../../property/randomNetworks.js'
import { difference, engineOptions } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const row = (w: number): [number, number][] => [
  [1, w],
  [2, 400],
]

describe.each(engineOptions)('YumaConsensus.session on engine $title', ({ title: _, ...options }) => {
  it('gives what epochs give whose bonds are handed on', () => {
    const params = epochParams({ yuma3Enabled: true })
    const session = new YumaConsensus(params, options).session()
    let bonds = emptySparseRows(3)
    for (const weight of [100, 5000, 1, 65_535]) {
      const input = epochInput({ weights: [row(weight), [[2, 7]], []], stakeRao: [5, 3, 0] })
      const expected = runEpoch({ ...input, bonds }, params)
      expect(difference(expected, session.run(input))).toBeNull()
      bonds = expected.bonds
      expect(session.bonds()).toEqual(bonds)
    }
  })

  it('starts from given bonds, and lets neurons join', () => {
    const params = epochParams()
    const two: EpochInput = epochInput({ weights: [[[1, 9]], []], bonds: [[[1, 77]], []], stakeRao: [5, 0] })
    const session = new YumaConsensus(params, options).session(two.bonds)
    const first = runEpoch(two, params)
    expect(difference(first, session.run(two))).toBeNull()
    const three = epochInput({ weights: [row(3), [], []], stakeRao: [5, 0, 0] })
    const rowStart = Uint32Array.of(...first.bonds.rowStart, first.bonds.column.length)
    const second = runEpoch({ ...three, bonds: { ...first.bonds, rowStart } }, params)
    expect(difference(second, session.run(three))).toBeNull()
  })
})

describe('reuseOutput', () => {
  it('gives the same results in the memory of the one before', () => {
    const random = new SeededRandom('reuse')
    const { input, params } = largeNetwork(random)
    const yuma = new YumaConsensus(params, { engine: 'wasm', reuseOutput: true })
    const first = yuma.run(input)
    expect(difference(runEpoch(input, params), first)).toBeNull()
    const second = yuma.run(input)
    expect(second.stakeRao.buffer).toBe(first.stakeRao.buffer)
    expect(second.bonds.value.buffer).toBe(first.bonds.value.buffer)
    expect(difference(runEpoch(input, params), second)).toBeNull()
  })

  it.each(['plain', 'wasm'] as const)('takes bonds and permits of the result before: %s', (engine) => {
    const random = new SeededRandom('reuse')
    for (let t = 0; t < 60; t++) {
      const { input, params } = randomNetwork(random, t % 3 === 0 ? 'anyhow' : 'ordered')
      const yuma = new YumaConsensus(params, { engine, reuseOutput: true })
      let reused = yuma.run(input)
      let fresh = runEpoch(input, params)
      for (let epoch = 0; epoch < 3; epoch++) {
        const { bonds, validatorPermit } = fresh
        fresh = runEpoch({ ...input, bonds, validatorPermit }, params)
        reused = yuma.run({ ...input, bonds: reused.bonds, validatorPermit: reused.validatorPermit })
        expect(difference(fresh, reused), `network ${t}, epoch ${epoch}`).toBeNull()
      }
    }
  })
})
