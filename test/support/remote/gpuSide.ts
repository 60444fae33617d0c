// Runs in the page: every epoch of some vector files on its WebGPU device, compared there with the exact engine.
import { parseEpochFile } from '../../../src/cli/epochFile.js'
import { type GpuEpochError, GpuYumaConsensus, type GpuYumaInfo } from '../../../src/engine/index.js'
import { worstErrors } from '../gpuEpochs.js'

/** The largest errors over all epochs, and what computed them. */
export async function runFiles(
  texts: readonly string[],
): Promise<{ errors: GpuEpochError; info: GpuYumaInfo; epochs: number }> {
  const subnets = texts.flatMap((text) => parseEpochFile(text))
  const gpu = await GpuYumaConsensus.create(subnets[0]!.params)
  const errors = worstErrors(subnets, await gpu.runBatch(subnets))
  const { info } = gpu
  await gpu.close()
  return { errors, info, epochs: subnets.length }
}
