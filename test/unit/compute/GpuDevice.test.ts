import { describe, expect } from 'vitest'
import { GpuDevice, type GpuLike } from '../../../src/compute/index.js'
import { findGpu } from '../../../src/compute/webgpu/findGpu.js'
import { nodeWebGpu } from '../../support/gpu.js'
import { testNeeding } from '../../support/requirement.js'

const DOUBLE = `
@group(0) @binding(0) var<storage, read_write> numbers: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < arrayLength(&numbers)) { numbers[id.x] *= 2u; }
}`
const webGpu = await nodeWebGpu()

/** The machine's WebGPU, whose adapter says that it has no features. */
async function withoutFeatures(): Promise<GpuLike> {
  const gpu = await findGpu()
  return {
    requestAdapter: async (options) => {
      const adapter = await gpu.requestAdapter(options)
      if (adapter === null) return null
      const { info, limits } = adapter
      return { info, limits, features: [], requestDevice: (descriptor) => adapter.requestDevice(descriptor) }
    },
  }
}

describe('GpuDevice.runTimed', () => {
  testNeeding(webGpu, 'gives the results of run, and how long the device worked', async () => {
    const device = await GpuDevice.open()
    const buffer = device.upload(Uint32Array.of(1, 2, 3))
    const step = { shader: DOUBLE, buffers: [buffer], workgroups: 1 }
    const { results, deviceUs } = await device.runTimed([step, step, step], [buffer])
    expect(results.map((bytes) => [...new Uint32Array(bytes)])).toEqual([[8, 16, 24]])
    if (device.info.features.includes('timestamp-query')) expect(deviceUs).toBeGreaterThanOrEqual(0)
    else expect(deviceUs).toBeNull()
    device.close()
  })

  testNeeding(webGpu, 'says that there is no time where the device has no clock', async () => {
    const device = await GpuDevice.open({ gpu: await withoutFeatures() })
    const buffer = device.upload(Uint32Array.of(5))
    const step = { shader: DOUBLE, buffers: [buffer], workgroups: 1 }
    const { results, deviceUs } = await device.runTimed([step], [buffer])
    expect([...new Uint32Array(results[0]!)]).toEqual([10])
    expect(deviceUs).toBeNull()
    device.close()
  })
})
