import { createBackend, type GpuJsMode } from '../../src/compute/index.js'
import { nodeWebGpu } from '../support/gpu.js'
import { computeContract } from './computeContract.js'

const here = { missing: undefined }

computeContract('cpu', here, () => createBackend({ kind: 'cpu' }))
computeContract('wasm', here, () => createBackend({ kind: 'wasm' }))
computeContract('webgpu', await nodeWebGpu(), () => createBackend({ kind: 'webgpu' }))
for (const mode of ['webasm', 'cpu'] satisfies GpuJsMode[]) {
  computeContract(`gpujs in mode ${mode}`, here, () => createBackend({ kind: 'gpujs', gpujs: { mode } }))
}
