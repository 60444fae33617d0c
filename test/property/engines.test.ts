import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../src/consensus/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { difference, engineOptions, runOn } from '../support/engines.js'
import { largeNetwork } from './largeNetworks.js'
import { randomNetwork } from './randomNetworks.js'

/** `SUBNETKIT_SEED` repeats a run; `SUBNETKIT_NETWORKS` makes it longer. */
const seed = process.env.SUBNETKIT_SEED ?? `engines ${process.hrtime.bigint()}`
const networks = Number(process.env.SUBNETKIT_NETWORKS ?? 10_000)
const engines = engineOptions.filter(({ engine }) => engine === 'wasm')

describe(`random networks, engine against engine, seed "${seed}"`, () => {
  const parts = 10
  it.each(Array.from({ length: parts }, (_, k) => ({ part: k + 1 })))(
    `part $part of ${networks} small networks gives the same bits on every path`,
    ({ part }) => {
      const random = new SeededRandom(`${seed} ${part}`)
      for (let t = 0; t < networks / parts; t++) {
        const { input, params } = randomNetwork(random, t % 8 === 0 ? 'anyhow' : 'ordered')
        const expected = runEpoch(input, params)
        for (const options of engines) {
          const found = difference(expected, runOn(options, input, params))
          expect(found, `network ${t}, ${options.title}`).toBeNull()
        }
      }
    },
    3_600_000,
  )

  it('large networks give the same bits on every path', () => {
    const random = new SeededRandom(`${seed} large`)
    for (let t = 0; t < networks / 250; t++) {
      const { input, params } = largeNetwork(random)
      const expected = runEpoch(input, params)
      for (const options of engines) {
        const found = difference(expected, runOn(options, input, params))
        expect(found, `network ${t}, ${options.title}`).toBeNull()
      }
    }
  }, 3_600_000)
})
