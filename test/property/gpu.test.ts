import { describe, expect } from 'vitest'
import { type BatchSubnet, GpuYumaConsensus } from '../../src/engine/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { epochParams, rulesOf } from '../support/epochs.js'
import { nodeWebGpu } from '../support/gpu.js'
import { GPU_TOLERANCE, worstErrors } from '../support/gpuEpochs.js'
import { testNeeding } from '../support/requirement.js'
import { largeNetwork } from './largeNetworks.js'
import { randomNetwork } from './randomNetworks.js'

/** `SUBNETKIT_SEED` repeats a run; `SUBNETKIT_GPU_SUBNETS` makes it longer. */
const seed = process.env.SUBNETKIT_SEED ?? `gpu ${process.hrtime.bigint()}`
const count = Number(process.env.SUBNETKIT_GPU_SUBNETS ?? 360)
const webGpu = await nodeWebGpu()

const rules = [
  { title: 'Yuma 2', changes: rulesOf(false, false) },
  { title: 'Yuma 3', changes: rulesOf(true, false) },
  { title: 'Yuma 3 with liquid alpha', changes: rulesOf(true, true) },
]

describe(`${count} random subnets on ${webGpu.device}, seed "${seed}"`, () => {
  for (const { title, changes } of rules) {
    testNeeding(
      webGpu,
      `${title}: the shares of the exact engine, rounded to f32, and nobody out of place`,
      async () => {
        const random = new SeededRandom(`${seed} ${title}`)
        const subnets: BatchSubnet[] = Array.from({ length: Math.ceil(count / rules.length) }, (_, k) => {
          const { input, params } = k % 8 === 0 ? largeNetwork(random) : randomNetwork(random, 'ordered')
          return { input, params: { ...params, ...changes } }
        })
        await using gpu = await GpuYumaConsensus.create(epochParams())
        const errors = worstErrors(subnets, await gpu.runBatch(subnets))
        process.stdout.write(`${title}: ${JSON.stringify({ ...errors, ...gpu.info.lastRun })}\n`)
        // Shares are whole numbers on the device: what is left is their rounding to f32.
        expect(errors.cutoffFlips).toBe(0)
        expect(errors.incentiveFlips).toBe(0)
        expect(errors.consensus).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.incentive).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.validatorTrust).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.dividends).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.dividendFlips).toBe(0)
        // The last rounding of what the original Yuma stores is f32.
        expect(errors.bondUnits).toBeLessThanOrEqual(title === 'Yuma 2' ? 1 : 0)
      },
      600_000,
    )
  }
})
