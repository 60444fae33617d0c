import { existsSync } from 'node:fs'
import { GpuDevice, type GpuLike } from 'subnetkit/compute'
import { rounded } from './measure.js'

/** The software driver that Debian's Chromium brings. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
/** Without it Dawn rounds the device's clock to 100 microseconds. */
const FINE_CLOCK = 'disable-dawn-features=timestamp_quantization'

/** The one Dawn of this process: its threads do not survive that it is collected. */
let dawn: GpuLike | undefined

/** This machine's device with a fine clock, or the software driver; or why there is none. */
export async function openGpu(): Promise<GpuDevice | string> {
  const hasGraphicsDevice = existsSync('/dev/dri') || existsSync('/dev/nvidia0')
  if (!hasGraphicsDevice && existsSync(SWIFTSHADER)) process.env.VK_DRIVER_FILES ??= SWIFTSHADER
  process.env.XDG_RUNTIME_DIR ??= '/tmp'
  try {
    const { create } = (await import('webgpu')) as unknown as { create(flags: string[]): GpuLike }
    dawn ??= create([FINE_CLOCK])
    return await GpuDevice.open({ gpu: dawn })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const COPY = `
@group(0) @binding(0) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<u32>>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) nwg: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let at = (wid.y * nwg.x + wid.x) * 256u + lane;
  if (at < arrayLength(&source)) { target_[at] = source[at]; }
}`

/** What a copy kernel moves, bytes read and bytes written together; the best of some runs. `null` without a clock. */
export async function copyBytesPerSecond(device: GpuDevice): Promise<number | null> {
  const bytes = Math.min(device.maxBytes, device.info.isSoftware ? 2 ** 24 : 2 ** 29)
  const buffers = [device.empty(bytes), device.empty(bytes)]
  const step = { shader: COPY, buffers, workgroups: Math.ceil(bytes / 4096) }
  const repeats = device.info.isSoftware ? 2 : 16
  let bestUs = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 5; turn++) {
    const { deviceUs } = await device.runTimed(Array(repeats).fill(step), [])
    if (deviceUs === null) return null
    bestUs = Math.min(bestUs, deviceUs / repeats)
  }
  for (const buffer of buffers) buffer.destroy()
  return rounded((2 * bytes * 1e6) / bestUs)
}
