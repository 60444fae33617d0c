import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { parseEpochFile } from '../../src/cli/epochFile.js'
import { GpuYumaConsensus } from '../../src/engine/index.js'
import { InvalidArgumentError } from '../../src/errors/index.js'
import { nodeWebGpu } from '../support/gpu.js'
import { GPU_TOLERANCE, hasOrderedRows, worstErrors } from '../support/gpuEpochs.js'
import { testNeeding } from '../support/requirement.js'
import { vectorFiles, vectorsDir } from './vectorsDir.js'

const webGpu = await nodeWebGpu()

describe(`the epoch vectors on ${webGpu.device}`, () => {
  let gpu: GpuYumaConsensus
  const files = vectorFiles('epoch').map(({ name }) => ({
    name,
    steps: parseEpochFile(readFileSync(join(vectorsDir(), 'epoch', name), 'utf8')),
  }))

  beforeAll(async () => {
    if (webGpu.missing === undefined) gpu = await GpuYumaConsensus.create(files[0]!.steps[0]!.params)
  })
  afterAll(() => gpu?.close())

  for (const { name, steps } of files) {
    testNeeding(
      webGpu,
      `${name}: every step within the error promised, in the exact order`,
      async () => {
        const kept = steps.filter(({ input }) => hasOrderedRows(input.weights) && hasOrderedRows(input.bonds))
        for (const step of steps.filter((one) => !kept.includes(one))) {
          await expect(gpu.runBatch([step])).rejects.toThrow(InvalidArgumentError)
        }
        if (kept.length === 0) return
        const errors = worstErrors(kept, await gpu.runBatch(kept))
        expect(errors).toMatchObject({ cutoffFlips: 0, incentiveFlips: 0, dividendFlips: 0 })
        expect(errors.incentive).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.dividends).toBeLessThanOrEqual(GPU_TOLERANCE)
        expect(errors.bondUnits).toBeLessThanOrEqual(1)
      },
      // A driver on the processor takes seconds for each new shader.
      120_000,
    )
  }
})
