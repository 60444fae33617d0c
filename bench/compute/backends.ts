import { type BackendOptions, type ComputeBackend, createBackend } from 'subnetkit/compute'
import { nodeWebGpu } from '../../test/support/gpu.js'

/** Every backend that works here, the cpu first. What is left out is said on standard error. */
export async function availableBackends(): Promise<{ engine: string; backend: ComputeBackend }[]> {
  // Chooses the software driver where there is no graphics device; must come before any device is opened.
  await nodeWebGpu()
  const wanted: [string, BackendOptions][] = [
    ['cpu', { kind: 'cpu' }],
    ['wasm', { kind: 'wasm' }],
    ['webgpu', { kind: 'webgpu' }],
    ['gpujs webasm', { kind: 'gpujs', gpujs: { mode: 'webasm' } }],
    ['gpujs cpu', { kind: 'gpujs', gpujs: { mode: 'cpu' } }],
    ['gpujs headlessgl', { kind: 'gpujs', gpujs: { mode: 'headlessgl' } }],
  ]
  const found: { engine: string; backend: ComputeBackend }[] = []
  for (const [engine, options] of wanted) {
    try {
      found.push({ engine, backend: await createBackend(options) })
    } catch (error) {
      console.error(`  ${engine} is left out: ${error instanceof Error ? error.message : error}`)
    }
  }
  return found
}

/** The device by its name; one that a processor only plays is called so. */
export function deviceOf({ info }: ComputeBackend): string {
  const isPlayed = info.isSoftware && (info.kind === 'webgpu' || / on /.test(info.device))
  return isPlayed ? `${info.device} (software driver)` : info.device
}
