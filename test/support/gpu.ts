import { existsSync } from 'node:fs'
import { GpuDevice } from '../../src/compute/index.js'
import type { Requirement } from './requirement.js'

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'

/**
 * A WebGPU device in Node: the machine's own, or where it has none the software driver that Debian's Chromium brings.
 * The driver is chosen by an environment variable, which must be set before the first device is opened.
 */
export async function nodeWebGpu(): Promise<Requirement & { readonly device: string }> {
  const hasGraphicsDevice = existsSync('/dev/dri') || existsSync('/dev/nvidia0')
  if (!hasGraphicsDevice && existsSync(SWIFTSHADER)) process.env.VK_DRIVER_FILES ??= SWIFTSHADER
  process.env.XDG_RUNTIME_DIR ??= '/tmp'
  try {
    const device = await GpuDevice.open()
    const { device: name } = device.info
    device.close()
    return { missing: undefined, device: name }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { missing: `no WebGPU device (apt-get install chromium libvulkan1): ${why}`, device: '' }
  }
}
