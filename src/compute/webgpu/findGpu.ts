import { DeviceUnavailableError } from '../deviceErrors.js'
import type { GpuLike } from './webgpuTypes.js'

/** The optional package with Dawn for Node, as it is imported. */
interface DawnPackage {
  create(options: string[]): GpuLike
}

/**
 * Dawn's instance, one for the process: its native threads do not survive that it is collected while a device of it,
 * even a closed one, still has work to finish.
 */
let dawn: GpuLike | undefined

// A variable, so that bundlers for browsers, which have WebGPU of their own, do not look for Node's package.
const DAWN_PACKAGE: string = 'webgpu'

/**
 * WebGPU of this place: the browser's, or else Dawn through the optional package `webgpu`.
 *
 * @throws DeviceUnavailableError when there is neither; `cause` says why the package did not load.
 */
export async function findGpu(
  importPackage: () => Promise<unknown> = () => import(/* @vite-ignore */ DAWN_PACKAGE),
): Promise<GpuLike> {
  const { navigator } = globalThis as { navigator?: { gpu?: GpuLike } }
  if (navigator?.gpu !== undefined) return navigator.gpu
  try {
    const { create } = (await importPackage()) as DawnPackage
    dawn ??= create([])
    return dawn
  } catch (cause) {
    const why = 'this place has no WebGPU, and the package webgpu could not be loaded'
    throw new DeviceUnavailableError({ kind: 'webgpu', why, cause })
  }
}
