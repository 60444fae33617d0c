import type { EpochInput } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'
import { naiveEpoch } from '../naiveYuma.mjs'
import { fail } from './digest.js'
import { baselineNetwork, baselineParams, type NetworkSize } from './networks.js'

/** Holds the exact epoch to the independent one of the baseline: incentive, dividends and bonds of every network, all integers. */
export function checkAgainstBaseline(size: NetworkSize, inputs: readonly EpochInput[], count: number): void {
  const params = { ...baselineParams, maxAllowedValidators: size.validators }
  const yuma = new YumaConsensus(params)
  for (const [k, input] of inputs.slice(0, count).entries()) {
    const naive = baselineNetwork(k + 1, size)
    // The chain takes 1 - 0.9 with 0.9 rounded down: one part of 2^32 more than the 0.1 of the baseline.
    const expected = naiveEpoch({ ...naive, alpha: naive.alpha + 1 })
    const { raw } = yuma.run(input)
    const where = `n=${size.n} V=${size.validators} seed ${k + 1}`
    for (let j = 0; j < size.n; j++) {
      const actual = raw.incentive[size.validators + j]
      if (actual !== BigInt(expected.incentive[j]!)) fail(`${where}: incentive of server ${j} is ${actual}`)
    }
    for (let i = 0; i < size.validators; i++) {
      const actual = raw.dividends[i]
      if (actual !== BigInt(expected.dividends[i]!))
        fail(`${where}: dividends of validator ${i} are ${actual}, not ${expected.dividends[i]}`)
    }
  }
}
