// The part of WebGPU that is used here, by structure: browsers, Node's Dawn package and test doubles all fit, and no
// user needs its type package.

/** `navigator.gpu`, or what stands in for it. */
export interface GpuLike {
  requestAdapter(options?: {
    powerPreference?: 'low-power' | 'high-performance'
  }): Promise<GpuAdapterLike | null>
}

/** One way to compute on this machine. */
export interface GpuAdapterLike {
  readonly info: {
    readonly vendor: string
    readonly architecture: string
    readonly device: string
    readonly description: string
    readonly isFallbackAdapter?: boolean
  }
  readonly limits: GpuLimits
  readonly features: Iterable<string>
  requestDevice(descriptor?: {
    requiredLimits?: Record<string, number>
    requiredFeatures?: readonly string[]
  }): Promise<GpuDeviceLike>
}

/** Limits that decide whether work fits. */
export interface GpuLimits {
  readonly maxBufferSize: number
  readonly maxStorageBufferBindingSize: number
  readonly maxComputeWorkgroupsPerDimension: number
  readonly maxStorageBuffersPerShaderStage: number
}

export interface GpuDeviceLike {
  readonly limits: GpuLimits
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  readonly queue: {
    writeBuffer(buffer: GpuBufferLike, offset: number, data: ArrayBufferView): void
    submit(commands: readonly unknown[]): void
  }
  createBuffer(descriptor: { size: number; usage: number }): GpuBufferLike
  createShaderModule(descriptor: { code: string }): unknown
  createComputePipelineAsync(descriptor: {
    layout: 'auto'
    compute: { module: unknown; entryPoint: string }
  }): Promise<GpuPipelineLike>
  createBindGroup(descriptor: {
    layout: unknown
    entries: readonly { binding: number; resource: { buffer: GpuBufferLike } }[]
  }): unknown
  createCommandEncoder(): GpuEncoderLike
  createQuerySet(descriptor: { type: 'timestamp'; count: number }): GpuQuerySetLike
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void
  popErrorScope(): Promise<{ readonly message: string } | null>
  destroy(): void
}

export interface GpuPipelineLike {
  getBindGroupLayout(index: number): unknown
}

export interface GpuBufferLike {
  readonly size: number
  mapAsync(mode: number): Promise<unknown>
  getMappedRange(): ArrayBuffer
  unmap(): void
  destroy(): void
}

/** Times that the device writes down, one place each. */
export interface GpuQuerySetLike {
  destroy(): void
}

/** Where a pass writes the times at which it begins and ends. */
export interface GpuTimestampWrites {
  readonly querySet: GpuQuerySetLike
  readonly beginningOfPassWriteIndex?: number
  readonly endOfPassWriteIndex?: number
}

export interface GpuEncoderLike {
  beginComputePass(descriptor?: { timestampWrites?: GpuTimestampWrites }): {
    setPipeline(pipeline: GpuPipelineLike): void
    setBindGroup(index: number, group: unknown): void
    dispatchWorkgroups(x: number, y?: number, z?: number): void
    end(): void
  }
  copyBufferToBuffer(
    source: GpuBufferLike,
    sourceOffset: number,
    target: GpuBufferLike,
    targetOffset: number,
    size: number,
  ): void
  resolveQuerySet(
    querySet: GpuQuerySetLike,
    first: number,
    count: number,
    target: GpuBufferLike,
    targetOffset: number,
  ): void
  finish(): unknown
}
