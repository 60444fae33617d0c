import { DeviceUnavailableError } from '../deviceErrors.js'
import { type DriverAnswer, probeDrivers } from './probeDrivers.js'
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

/** What the drivers answered, once for the process. */
let answer: Promise<DriverAnswer | undefined> | undefined

// A variable, so that bundlers for browsers, which have WebGPU of their own, do not look for Node's package.
const DAWN_PACKAGE: string = 'webgpu'

/**
 * WebGPU of this place: the browser's, or else Dawn through the optional package `webgpu`.
 *
 * @throws DeviceUnavailableError when there is neither, or no driver offers an adapter; what the package or the drivers said is
 *   in `why` and `cause`.
 */
export async function findGpu(
  importPackage: () => Promise<unknown> = () => import(/* @vite-ignore */ DAWN_PACKAGE),
  probe: () => Promise<DriverAnswer | undefined> = probePackage,
): Promise<GpuLike> {
  const { navigator } = globalThis as { navigator?: { gpu?: GpuLike } }
  if (navigator?.gpu !== undefined) return navigator.gpu
  if (dawn !== undefined) return dawn
  const { create } = await loaded(importPackage)
  const drivers = await probe()
  if (drivers?.hasAdapter === false) throw withoutAdapter(drivers.said)
  dawn ??= create([])
  return dawn
}

/** No driver can give an adapter. @param said - what they wrote about it. */
export function withoutAdapter(said = ''): DeviceUnavailableError {
  const why = 'no driver on this machine offers an adapter'
  return new DeviceUnavailableError({
    kind: 'webgpu',
    why: said === '' ? why : `${why} (${said})`,
  })
}

async function loaded(importPackage: () => Promise<unknown>): Promise<DawnPackage> {
  try {
    return (await importPackage()) as DawnPackage
  } catch (cause) {
    const why = 'this place has no WebGPU, and the package webgpu could not be loaded'
    throw new DeviceUnavailableError({ kind: 'webgpu', why, cause })
  }
}

function probePackage(): Promise<DriverAnswer | undefined> {
  const { resolve } = import.meta as { resolve?: (specifier: string) => string }
  answer ??= resolve === undefined ? Promise.resolve(undefined) : probeDrivers(resolve(DAWN_PACKAGE))
  return answer
}
