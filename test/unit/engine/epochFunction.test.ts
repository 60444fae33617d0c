import { describe, expect, it } from 'vitest'
import { type EpochParams, runEpoch } from '../../../src/consensus/index.js'
import { epochFunction } from '../../../src/engine/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { randomNetwork } from '../../property/randomNetworks.js'
import { difference } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const sketch = { weights: [[[1, 9]], []] as [number, number][][], stakeRao: [5, 0] }

describe.each([{}, { engine: 'plain' }, { engine: 'wasm' }] as const)('epochFunction of %j', (options) => {
  it('gives the integers of the reference, also where it has seen more parameters than it keeps engines for', () => {
    const seed = `epoch function ${process.hrtime.bigint()}`
    const random = new SeededRandom(seed)
    const networks = Array.from({ length: 40 }, () => randomNetwork(random, 'ordered'))
    const epoch = epochFunction(options)
    for (const index of [...networks.keys(), ...networks.keys(), 0, 0, 39, 1]) {
      const { input, params } = networks[index]!
      const found = difference(runEpoch(input, params), epoch(input, params))
      expect(found, `seed ${seed}, network ${index}`).toBeNull()
    }
  })

  it('hands out results that no later call writes to, raw bonds that are read late among them', () => {
    const random = new SeededRandom('kept results')
    const networks = Array.from({ length: 20 }, () => randomNetwork(random, 'ordered'))
    const epoch = epochFunction(options)
    const outputs = networks.map(({ input, params }) => epoch(input, params))
    networks.forEach(({ input, params }, k) => {
      expect(difference(runEpoch(input, params), outputs[k]!), `network ${k}`).toBeNull()
    })
  })

  it('refuses wrong parameters and inputs, also after parameters that look the same', () => {
    const epoch = epochFunction(options)
    const input = epochInput(sketch)
    epoch(input, epochParams())
    const wrong: [EpochParams, string][] = [
      [{ ...epochParams(), kappaU16: '32767' as never }, 'params.kappaU16'],
      [{ ...epochParams(), kapaU16: 5 } as never, 'params.kapaU16'],
      [null as never, 'params'],
    ]
    for (const [params, field] of wrong) {
      expect(() => epoch(input, params)).toThrow(expect.objectContaining({ field }))
    }
    expect(() => epoch({ ...input, n: 3 }, epochParams())).toThrow(
      expect.objectContaining({ field: 'input.lastUpdate' }),
    )
  })

  it('is not moved by a caller who changes parameters that were handed in', () => {
    const epoch = epochFunction(options)
    const params = { ...epochParams({ bondsMovingAveragePpm: 0 }) }
    const input = epochInput({ ...sketch, bonds: [[[1, 65_535]], []] })
    epoch(input, params)
    const changed = { ...params, yuma3Enabled: true, bondsMovingAveragePpm: 900_000 }
    Object.assign(params, changed)
    expect(difference(runEpoch(input, changed), epoch(input, params))).toBeNull()
  })
})
