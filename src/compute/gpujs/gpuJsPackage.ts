import { MissingPackageError } from '../../errors/index.js'

/** What is used of the optional package `gpu.js`, by structure: its own types stay out of this library's. */
export interface GpuJs {
  readonly GPU: new (options: { mode: string }) => GpuJsDevice
}

export interface GpuJsDevice {
  createKernel(source: string, settings: Record<string, unknown>): GpuJsKernel
  destroy(): Promise<unknown> | unknown
}

/** A compiled kernel. Rows of a two-dimensional result come as separate arrays. */
export interface GpuJsKernel {
  (...inputs: readonly (Float32Array | number)[]): Float32Array | Float32Array[]
  setOutput(sizes: readonly number[]): unknown
  /** The kernel that really runs, which tells its mode. */
  readonly kernel: {
    readonly constructor: { readonly mode?: string; readonly name: string }
    readonly fallbackReason?: string | null
    /** Of the modes that draw: where they draw. */
    readonly context?: Partial<GraphicsContext> | null
  }
}

/** The part of a WebGL context that tells the driver. */
interface GraphicsContext {
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL?: number } | null
  getParameter(name: number): unknown
}

/** The driver behind a kernel that draws, as it calls itself; `undefined` for one that computes in another way. */
export function driverOf({ kernel }: GpuJsKernel): string | undefined {
  const { context } = kernel
  const renderer = context?.getExtension?.('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL
  const name = context?.getParameter?.(renderer ?? RENDERER)
  return typeof name === 'string' ? name : undefined
}

/** `gl.RENDERER`. */
const RENDERER = 0x1f01

/**
 * Imports `gpu.js` on first use.
 *
 * @throws MissingPackageError when it is not installed or does not load.
 */
export async function gpuJsPackage(
  importPackage: () => Promise<unknown> = () => import('gpu.js'),
): Promise<GpuJs> {
  try {
    return (await importPackage()) as GpuJs
  } catch (cause) {
    throw new MissingPackageError({ packageName: 'gpu.js', neededFor: 'the gpujs backend', cause })
  }
}
