import { describe, expect, it } from 'vitest'
import { parseEpochFile } from '../../src/cli/epochFile.js'
import { runEpoch } from '../../src/consensus/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { vectorFiles } from '../vectors/vectorsDir.js'
import { asLists, naiveEpoch } from './naiveEpoch.js'
import { type RowStyle, randomNetwork } from './randomNetworks.js'

const NETWORKS = 400

describe('runEpoch and the naive epoch', () => {
  it.each<RowStyle>(['ordered', 'anyhow'])(`agree on ${NETWORKS} random networks with rows %s`, (style) => {
    const seed = `naive ${style} 1`
    for (let index = 0; index < NETWORKS; index++) {
      const { input, params } = randomNetwork(new SeededRandom(seed).fork(String(index)), style)
      expect(asLists(runEpoch(input, params)), `seed ${seed}, network ${index}`).toEqual(
        naiveEpoch(input, params),
      )
    }
  })
})

describe('the naive epoch', () => {
  it('gives the reference’s own results on the small vectors, so that agreeing with it means something', () => {
    let steps = 0
    for (const { name, content } of vectorFiles('epoch')) {
      const file = content as { steps: { input: { n: number }; expected: Record<string, unknown> }[] }
      if (file.steps[0]!.input.n > 24) continue
      parseEpochFile(JSON.stringify(file)).forEach(({ input, params }, index) => {
        const result = naiveEpoch(input, params)
        const { expected } = file.steps[index]!
        expect(result.incentiveU16, `${name}, step ${index}`).toEqual(expected.incentive_u16)
        expect(result.dividendsU16, `${name}, step ${index}`).toEqual(expected.dividends_u16)
        expect(result.bonds, `${name}, step ${index}`).toEqual(expected.bonds)
        steps++
      })
    }
    expect(steps).toBeGreaterThan(0)
  })
})
