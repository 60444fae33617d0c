import {
  assertMade,
  check,
  having,
  listOf,
  made,
  oneOf,
  optional,
  shape,
  text,
  wholeNumber,
} from '../../checks/index.js'
import { checkInteger, refuse } from '../checks.js'
import { DeviceLostError, DeviceTooSmallError, DeviceUnavailableError } from '../deviceErrors.js'
import { isSoftwareDriver } from '../softwareDrivers.js'
import { findGpu, withoutAdapter } from './findGpu.js'
import { PassTimer } from './PassTimer.js'
import type {
  GpuBufferLike,
  GpuDeviceLike,
  GpuEncoderLike,
  GpuLike,
  GpuLimits,
  GpuPipelineLike,
} from './webgpuTypes.js'

const KIND = 'webgpu'
const TIMESTAMPS = 'timestamp-query'
const UPLOADED = [Uint8Array, Uint16Array, Uint32Array, Float32Array]
// Flags of the WebGPU standard, which are not globals in Node.
const MAP_READ = 1
const COPY_SRC = 4
const COPY_DST = 8
const STORAGE = 128
const MAP_MODE_READ = 1

/** One shader over some buffers; binding k is `buffers[k]`. */
export interface GpuStep {
  /** WGSL with one entry point, `main`. */
  readonly shader: string
  readonly buffers: readonly GpuBufferLike[]
  /** Workgroups; counts above the device's limit per dimension are folded into y. */
  readonly workgroups: number
}

/** How a device is looked for. */
export interface GpuDeviceOptions {
  /** Default: `navigator.gpu`, or Dawn through the optional package `webgpu`. */
  readonly gpu?: GpuLike
  /** Default `high-performance`. */
  readonly powerPreference?: 'low-power' | 'high-performance'
}

export const gpuDeviceOptions = shape<GpuDeviceOptions>({
  gpu: optional(having('navigator.gpu or what stands in for it', ['requestAdapter'])),
  powerPreference: optional(oneOf(['low-power', 'high-performance'])),
})

const buffersCheck = listOf(having('a buffer of this device', ['destroy']))
const stepsCheck = listOf(
  shape<GpuStep>({ shader: text({ min: 1 }), buffers: buffersCheck, workgroups: wholeNumber() }),
)

function checkWork(steps: readonly GpuStep[], outputs: readonly GpuBufferLike[]): void {
  check('steps', stepsCheck, steps)
  check('outputs', buffersCheck, outputs)
}

/** What a timed run gives. */
export interface GpuTimedRun {
  /** The bytes of each output buffer. */
  readonly results: ArrayBuffer[]
  /** From the start of the first step to the end of the last on the device's own clock; `null` where it has none. */
  readonly deviceUs: number | null
}

/** What a device is. */
export interface GpuDeviceInfo {
  readonly device: string
  readonly isSoftware: boolean
  readonly features: readonly string[]
}

/**
 * A WebGPU device with buffers in, compute steps, buffers out. Whoever opens it closes it.
 *
 * Limits are the adapter's, not the low defaults of the standard. All faults are typed: `DeviceLostError`,
 * `DeviceTooSmallError`.
 *
 * @example
 * ```ts
 * import { GpuDevice } from 'subnetkit/compute'
 *
 * const device = await GpuDevice.open()
 * device.info.device // 'google swiftshader ...'
 * device.close()
 * ```
 */
export class GpuDevice {
  readonly info: GpuDeviceInfo
  readonly limits: GpuLimits
  readonly #device: GpuDeviceLike
  readonly #pipelines = new Map<string, Promise<GpuPipelineLike>>()
  #gone: DeviceLostError | undefined

  private constructor(mark: typeof made, device: GpuDeviceLike, info: GpuDeviceInfo) {
    assertMade(mark, 'GpuDevice', 'await GpuDevice.open()')
    this.#device = device
    this.limits = device.limits
    this.info = Object.freeze(info)
    void device.lost.then(({ reason, message }) => {
      this.#gone ??= new DeviceLostError({ kind: KIND, reason: message || reason })
    })
  }

  /**
   * Opens the device this place prefers.
   *
   * @throws DeviceUnavailableError when there is no WebGPU, no adapter, or the adapter gives no device.
   * @throws InvalidArgumentError naming the option that is wrong.
   */
  static async open(options: GpuDeviceOptions = {}): Promise<GpuDevice> {
    check('options', gpuDeviceOptions, options)
    const gpu = options.gpu ?? (await findGpu())
    const { powerPreference = 'high-performance' } = options
    try {
      const adapter = await gpu.requestAdapter({ powerPreference })
      if (adapter === null) throw withoutAdapter()
      const { limits, info } = adapter
      const device = await adapter.requestDevice({
        requiredLimits: {
          maxBufferSize: limits.maxBufferSize,
          maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        },
        requiredFeatures: [...adapter.features].filter((feature) => feature === TIMESTAMPS),
      })
      const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ')
      return new GpuDevice(made, device, {
        device: name || 'unnamed',
        isSoftware: info.isFallbackAdapter === true || isSoftwareDriver(name),
        features: [...adapter.features].sort(),
      })
    } catch (cause) {
      if (cause instanceof DeviceUnavailableError) throw cause
      throw new DeviceUnavailableError({ kind: KIND, why: 'the adapter gave no device', cause })
    }
  }

  /** Most bytes that one buffer can have. */
  get maxBytes(): number {
    return Math.min(this.limits.maxBufferSize, this.limits.maxStorageBufferBindingSize)
  }

  /** A buffer of zeros. @throws InvalidArgumentError, DeviceTooSmallError, DeviceLostError */
  empty(bytes: number): GpuBufferLike {
    checkInteger(bytes, 'bytes', 0, Number.MAX_SAFE_INTEGER)
    this.#assertHere()
    const size = Math.max(4, Math.ceil(bytes / 4) * 4)
    if (size > this.maxBytes) {
      throw new DeviceTooSmallError({
        kind: KIND,
        what: 'bytes in one buffer',
        needed: size,
        limit: this.maxBytes,
      })
    }
    return this.#device.createBuffer({ size, usage: STORAGE | COPY_SRC | COPY_DST })
  }

  /** A buffer with a copy of the data. @throws InvalidArgumentError, DeviceTooSmallError, DeviceLostError */
  upload(data: Uint8Array | Uint16Array | Uint32Array | Float32Array): GpuBufferLike {
    if (!UPLOADED.some((type) => data instanceof type))
      refuse('data', data, 'Pass a Uint8Array, Uint16Array, Uint32Array or Float32Array.')
    const buffer = this.empty(data.byteLength)
    if (data.byteLength % 4 === 0) this.#device.queue.writeBuffer(buffer, 0, data)
    else {
      // Writes come in words; the rest of the last one stays 0.
      const padded = new Uint8Array(buffer.size)
      padded.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      this.#device.queue.writeBuffer(buffer, 0, padded)
    }
    return buffer
  }

  /**
   * Runs the steps one after the other and copies results back.
   *
   * @returns the bytes of each buffer in `outputs`.
   * @throws InvalidArgumentError naming what is wrong (`steps[0].shader`).
   * @throws DeviceLostError when the device goes away, or runs out of memory, in the middle.
   */
  async run(steps: readonly GpuStep[], outputs: readonly GpuBufferLike[]): Promise<ArrayBuffer[]> {
    checkWork(steps, outputs)
    return this.#submit(steps, outputs, null)
  }

  /**
   * The same, with the time that the steps took on the device, copies not included.
   *
   * Browsers and drivers round this clock, Dawn to 100 microseconds: repeat short steps in one run.
   *
   * @throws as `run`.
   */
  async runTimed(steps: readonly GpuStep[], outputs: readonly GpuBufferLike[]): Promise<GpuTimedRun> {
    checkWork(steps, outputs)
    const hasClock = this.info.features.includes(TIMESTAMPS) && steps.length > 0
    const timer = hasClock ? new PassTimer(this.#device, steps.length) : null
    try {
      const results = await this.#submit(steps, outputs, timer)
      const times = timer === null ? undefined : results.pop()
      const deviceUs = timer === null || times === undefined ? null : timer.microseconds(times)
      return { results, deviceUs }
    } finally {
      timer?.destroy()
    }
  }

  /** Lets the device go; calls that are under way fail with DeviceLostError. */
  close(): void {
    this.#gone ??= new DeviceLostError({ kind: KIND, reason: 'disposed' })
    this.#pipelines.clear()
    this.#device.destroy()
  }

  async #submit(
    steps: readonly GpuStep[],
    outputs: readonly GpuBufferLike[],
    timer: PassTimer | null,
  ): Promise<ArrayBuffer[]> {
    this.#assertHere()
    const device = this.#device
    const copies: GpuBufferLike[] = []
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    try {
      const prepared = await Promise.all(
        steps.map(async (step) => ({ step, pipeline: await this.#pipeline(step.shader) })),
      )
      const encoder = device.createCommandEncoder()
      for (const [index, { step, pipeline }] of prepared.entries())
        this.#encode(encoder, step, pipeline, timer?.passDescriptor(index))
      timer?.resolve(encoder)
      for (const output of timer === null ? outputs : [...outputs, timer.times]) {
        const copy = device.createBuffer({ size: output.size, usage: MAP_READ | COPY_DST })
        copies.push(copy)
        encoder.copyBufferToBuffer(output, 0, copy, 0, output.size)
      }
      device.queue.submit([encoder.finish()])
    } catch (cause) {
      await this.#popScopes()
      throw this.#lossOf(cause)
    }
    return this.#readBack(copies)
  }

  #encode(
    encoder: GpuEncoderLike,
    { buffers, workgroups }: GpuStep,
    pipeline: GpuPipelineLike,
    descriptor: Parameters<GpuEncoderLike['beginComputePass']>[0],
  ): void {
    const pass = encoder.beginComputePass(descriptor)
    pass.setPipeline(pipeline)
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
    pass.setBindGroup(0, this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(...this.#grid(workgroups))
    pass.end()
  }

  async #readBack(copies: readonly GpuBufferLike[]): Promise<ArrayBuffer[]> {
    try {
      const fault = await this.#popScopes()
      if (fault !== undefined) throw new DeviceLostError({ kind: KIND, reason: fault })
      await Promise.all(copies.map((copy) => copy.mapAsync(MAP_MODE_READ)))
      return copies.map((copy) => copy.getMappedRange().slice(0))
    } catch (cause) {
      throw this.#lossOf(cause)
    } finally {
      for (const copy of copies) copy.destroy()
    }
  }

  async #popScopes(): Promise<string | undefined> {
    const scopes = [this.#device.popErrorScope(), this.#device.popErrorScope()]
    const faults = await Promise.all(scopes.map((scope) => scope.catch(() => null)))
    return faults.find((fault) => fault !== null)?.message
  }

  #pipeline(code: string): Promise<GpuPipelineLike> {
    let pipeline = this.#pipelines.get(code)
    if (pipeline === undefined) {
      const module = this.#device.createShaderModule({ code })
      pipeline = this.#device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module, entryPoint: 'main' },
      })
      // One per shader of this library: a fixed number.
      this.#pipelines.set(code, pipeline)
    }
    return pipeline
  }

  #grid(count: number): [number, number] {
    const limit = this.limits.maxComputeWorkgroupsPerDimension
    const y = Math.ceil(count / limit)
    if (y > limit) {
      throw new DeviceTooSmallError({ kind: KIND, what: 'workgroups', needed: count, limit: limit * limit })
    }
    return [Math.min(count, limit), y]
  }

  #assertHere(): void {
    if (this.#gone !== undefined) throw this.#gone
  }

  #lossOf(cause: unknown): unknown {
    if (this.#gone !== undefined) return this.#gone
    if (cause instanceof DeviceLostError || cause instanceof DeviceTooSmallError) return cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new DeviceLostError({ kind: KIND, reason, cause })
  }
}
