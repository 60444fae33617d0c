import { describe, expect, it } from 'vitest'
import { comparable, parseEconomicsFile } from './economicsFile.js'
import { shareFloat, sharePool } from './economicsShares.js'
import { vectorFiles } from './vectorsDir.js'

/** Computes `expected` from `input` with the library. */
const computations: Readonly<Record<string, (input: never) => unknown>> = {
  'share_float.json': shareFloat,
  'share_pool.json': sharePool,
}

describe('economics vectors', () => {
  for (const { name, content } of vectorFiles('economics')) {
    it(`${name}: every case gives the reference integers`, () => {
      const compute = computations[name]
      if (compute === undefined) throw new TypeError(`${name} is not understood by this suite.`)
      parseEconomicsFile(name, content).cases.forEach(({ input, expected }, index) => {
        expect(comparable(compute(input)), `${name} case ${index}`).toEqual(comparable(expected))
      })
    })
  }
})
