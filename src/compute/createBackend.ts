import { check, func, oneOf, optional, shape } from '../checks/index.js'
import { BaseError } from '../errors/index.js'
import { CheckedBackend } from './CheckedBackend.js'
import { CpuKernels } from './CpuKernels.js'
import { DeviceUnavailableError } from './deviceErrors.js'
import { GpuJsKernels, type GpuJsOptions, gpuJsOptions } from './gpujs/GpuJsKernels.js'
import type { BackendFallback, BackendKind, ComputeBackend, ComputeKernels } from './types.js'
import type { WasmOptions } from './wasm/startModule.js'
import { WasmKernels } from './wasm/WasmKernels.js'
import { type GpuDeviceOptions, gpuDeviceOptions } from './webgpu/GpuDevice.js'
import { WebGpuKernels } from './webgpu/WebGpuKernels.js'

/** Which backend to create, and what to do without it. */
export interface BackendOptions {
  /**
   * `auto` (the default) takes WebGPU on a real graphics device, or else WebAssembly, or else the cpu: a processor that
   * plays a graphics device is slower than the same processor without the play.
   */
  readonly kind?: BackendKind | 'auto'
  /** With `cpu`, a device that is absent, lost or too small is replaced, and `info.fallbacks` says so. Default: an error. */
  readonly fallback?: 'cpu'
  readonly webgpu?: GpuDeviceOptions
  readonly gpujs?: GpuJsOptions
  readonly wasm?: WasmOptions
}

const optionsShape = shape<BackendOptions>({
  kind: optional(oneOf(['auto', 'cpu', 'gpujs', 'wasm', 'webgpu'])),
  fallback: optional(oneOf(['cpu'])),
  webgpu: optional(gpuDeviceOptions),
  gpujs: optional(gpuJsOptions),
  wasm: optional(shape<WasmOptions>({ loadCode: optional(func) })),
})

/**
 * Creates a backend.
 *
 * @throws DeviceUnavailableError when the kind asked for cannot be used and no fallback is allowed.
 * @throws MissingPackageError when `gpu.js` is asked for and not installed.
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { createBackend } from 'subnetkit/compute'
 *
 * const backend = await createBackend({ kind: 'auto' })
 * backend.info.why // which device computes, and why
 * const scores = { rows: 2, columns: 3, data: Float32Array.of(1, 0, 3, 1, 2, 1) }
 * await backend.scoresToWeights(scores) // 0.25, 0.25, 0.5
 * await backend.dispose()
 * ```
 */
export async function createBackend(options: BackendOptions = {}): Promise<ComputeBackend> {
  check('options', optionsShape, options)
  const requested = options.kind ?? 'auto'
  if (requested === 'auto') return autoBackend(options)
  const fallsBack = options.fallback === 'cpu'
  try {
    const kernels = await OPEN[requested](options)
    const why = 'It was asked for.'
    return new CheckedBackend({
      kernels,
      info: { kind: requested, requested, why, fallbacks: [] },
      fallsBack,
    })
  } catch (error) {
    if (!fallsBack || !(error instanceof BaseError)) throw error
    return cpuInstead(requested, { from: requested, why: error.shortMessage })
  }
}

const OPEN = {
  cpu: async () => new CpuKernels(),
  gpujs: (options) => GpuJsKernels.open(options.gpujs),
  wasm: (options) => WasmKernels.open(options.wasm),
  webgpu: (options) => WebGpuKernels.open(options.webgpu ?? {}),
} as const satisfies Record<BackendKind, (options: BackendOptions) => Promise<ComputeKernels>>

async function autoBackend(options: BackendOptions): Promise<ComputeBackend> {
  const fallbacks: BackendFallback[] = []
  for (const kind of ['webgpu', 'wasm'] as const) {
    const kernels = await openForAuto(kind, options, fallbacks)
    if (kernels === undefined) continue
    const info = { kind, requested: 'auto', why: WHY_AUTO[kind], fallbacks } as const
    return new CheckedBackend({ kernels, info, fallsBack: true })
  }
  const info = { kind: 'cpu', requested: 'auto', why: WHY_AUTO.cpu, fallbacks } as const
  return new CheckedBackend({ kernels: new CpuKernels(), info, fallsBack: false })
}

const WHY_AUTO = {
  webgpu: 'A graphics device was found.',
  wasm: 'No graphics device was found, and WebAssembly works here.',
  cpu: 'Neither a graphics device nor WebAssembly can be used here.',
} as const

/** `undefined`, with the reason in `fallbacks`, where `auto` does not take this kind. */
async function openForAuto(
  kind: 'webgpu' | 'wasm',
  options: BackendOptions,
  fallbacks: BackendFallback[],
): Promise<ComputeKernels | undefined> {
  try {
    const kernels = await OPEN[kind](options)
    if (kind === 'wasm' || !kernels.isSoftware) return kernels
    await kernels.dispose()
    fallbacks.push({ from: kind, why: `${kernels.device} is a software driver, slower than WebAssembly` })
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError)) throw error
    fallbacks.push({ from: kind, why: error.why })
  }
  return undefined
}

function cpuInstead(requested: BackendKind, fallback: BackendFallback): ComputeBackend {
  const why = `The ${fallback.from} backend was passed over.`
  const info = { kind: 'cpu', requested, why, fallbacks: [fallback] } as const
  return new CheckedBackend({ kernels: new CpuKernels(), info, fallsBack: false })
}
