import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseEpochFile } from '../../src/cli/epochFile.js'
import { pageWith, startChromium } from '../support/browserPage.js'
import { GPU_TOLERANCE, hasOrderedRows } from '../support/gpuEpochs.js'
import type * as gpuSide from '../support/remote/gpuSide.js'
import { chromium, testNeeding } from '../support/requirement.js'
import { vectorFiles, vectorsDir } from '../vectors/vectorsDir.js'

declare const gpu: typeof gpuSide

testNeeding(
  chromium(),
  'Chromium computes the epoch vectors on its WebGPU device, within the error promised and in the exact order',
  async () => {
    const texts = vectorFiles('epoch')
      .map(({ name }) => readFileSync(join(vectorsDir(), 'epoch', name), 'utf8'))
      .filter((text) =>
        parseEpochFile(text).every(
          ({ input }) => hasOrderedRows(input.weights) && hasOrderedRows(input.bonds),
        ),
      )
    const browser = await startChromium()
    try {
      const page = await pageWith(browser, "export * from './test/support/remote/gpuSide.ts'", 'gpu')
      const { errors, info, epochs } = await page.evaluate((files) => gpu.runFiles(files), texts)
      expect(epochs).toBeGreaterThanOrEqual(texts.length)
      expect(info).toMatchObject({ engine: 'gpu', fallback: null, lastRun: { subnets: epochs } })
      expect(errors).toMatchObject({ cutoffFlips: 0, incentiveFlips: 0, dividendFlips: 0 })
      expect(errors.incentive).toBeLessThanOrEqual(GPU_TOLERANCE)
      expect(errors.dividends).toBeLessThanOrEqual(GPU_TOLERANCE)
      expect(errors.bondUnits).toBeLessThanOrEqual(1)
    } finally {
      await browser.close()
    }
  },
  300_000,
)
