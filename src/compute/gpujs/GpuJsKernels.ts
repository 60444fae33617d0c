import { func, oneOf, optional, shape } from '../../checks/index.js'
import { DeviceLostError, DeviceTooSmallError, DeviceUnavailableError } from '../deviceErrors.js'
import { isSoftwareDriver } from '../softwareDrivers.js'
import type { ComputeKernels, Matrix, ScoreMatrixU16, TopK } from '../types.js'
import { driverOf, type GpuJs, type GpuJsDevice, type GpuJsKernel, gpuJsPackage } from './gpuJsPackage.js'
import * as sources from './sources.js'

const KIND = 'gpujs'
const STAKE_PARTS = 8
const MAX_ROWS_OF_STAKE = 65_536

/** How gpu.js runs its kernels; `gpu` takes the best it finds. */
export type GpuJsMode = 'gpu' | 'webasm' | 'cpu' | 'headlessgl' | 'webgl2' | 'webgl'

/** How the gpu.js backend is opened. */
export interface GpuJsOptions {
  /** Default `gpu`. */
  readonly mode?: GpuJsMode
  /** For tests: how the package is imported. */
  readonly importPackage?: () => Promise<unknown>
}

export const gpuJsOptions = shape<GpuJsOptions>({
  mode: optional(oneOf(['gpu', 'webasm', 'cpu', 'headlessgl', 'webgl2', 'webgl'])),
  importPackage: optional(func),
})

/**
 * The matrix work as kernels of gpu.js.
 *
 * Its indices are floats, which count to 2^24; and it has no 64-bit integers, so stakes are summed in parts of 8 bits.
 */
export class GpuJsKernels implements ComputeKernels {
  readonly device: string
  readonly isSoftware: boolean
  readonly features: readonly string[]
  readonly maxEntries = 2 ** 24
  readonly #gpu: GpuJsDevice
  readonly #kernels = new Map<string, GpuJsKernel>()

  private constructor(gpu: GpuJsDevice, mode: string, probe: GpuJsKernel) {
    this.#gpu = gpu
    const driver = driverOf(probe)
    const reason = probe.kernel.fallbackReason
    this.device = `gpu.js ${mode}${driver === undefined ? '' : ` on ${driver}`}`
    this.isSoftware =
      mode === 'cpu' || mode === 'webasm' || (driver !== undefined && isSoftwareDriver(driver))
    this.features = [`mode:${mode}`, ...(reason ? [`fallback:${reason}`] : [])]
  }

  /**
   * Opens gpu.js and runs a probe, which tells the mode that really runs.
   *
   * @throws MissingPackageError without the package.
   * @throws DeviceUnavailableError when the mode is not supported here, another one ran in its place, or the probe's
   * result is wrong.
   */
  static async open({ mode = 'gpu', importPackage }: GpuJsOptions = {}): Promise<GpuJsKernels> {
    const { GPU } = await gpuJsPackage(importPackage)
    const gpu = openMode(GPU, mode)
    const probe = gpu.createKernel(sources.MAT_VEC, { precision: 'single', output: [2] })
    let result: ArrayLike<unknown>
    try {
      result = probe(Float32Array.of(1, 2, 3, 4), Float32Array.of(0.5, 8), 2)
    } catch (cause) {
      throw new DeviceUnavailableError({ kind: KIND, why: `mode ${mode} fails on this machine`, cause })
    }
    const { constructor: kernelClass } = probe.kernel
    const ran = kernelClass.mode ?? kernelClass.name
    // Kernels on a graphics context, headless or not, all call themselves `gpu`.
    const isAsAsked = mode === 'gpu' || ran === mode || (ran === 'gpu' && mode !== 'cpu' && mode !== 'webasm')
    if (!isAsAsked || result[0] !== 16.5 || result[1] !== 33.5) {
      await gpu.destroy()
      const why = isAsAsked ? `mode ${mode} computes wrong results` : `mode ${mode} was asked and ${ran} ran`
      throw new DeviceUnavailableError({ kind: KIND, why })
    }
    return new GpuJsKernels(gpu, ran === 'gpu' ? kernelClass.name : ran, probe)
  }

  async matVec({ rows, columns, data }: Matrix, vector: Float32Array): Promise<Float32Array> {
    return this.#run(sources.MAT_VEC, [rows], [data, vector, columns])
  }

  async vecMat(vector: Float32Array, { rows, columns, data }: Matrix): Promise<Float32Array> {
    return this.#run(sources.VEC_MAT, [columns], [vector, data, rows, columns])
  }

  async normaliseRows(matrix: Matrix): Promise<Float32Array> {
    const sums = await this.matVec(matrix, new Float32Array(matrix.columns).fill(1))
    return this.#shaped(sources.DIVIDE_ROWS, matrix, sums)
  }

  async normaliseColumns(matrix: Matrix): Promise<Float32Array> {
    const sums = await this.vecMat(new Float32Array(matrix.rows).fill(1), matrix)
    return this.#shaped(sources.DIVIDE_COLUMNS, matrix, sums)
  }

  async clipColumns(matrix: Matrix, bounds: Float32Array): Promise<Float32Array> {
    return this.#shaped(sources.CLIP_COLUMNS, matrix, bounds)
  }

  async weightedMedianColumns(
    { rows, columns, data }: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    if (rows > MAX_ROWS_OF_STAKE) {
      const what = 'rows in a weighted median'
      throw new DeviceTooSmallError({ kind: KIND, what, needed: rows, limit: MAX_ROWS_OF_STAKE })
    }
    const scores = Float32Array.from(data)
    const bytes = new Uint8Array(stakes.slice().buffer)
    // Part p of stake i: its p-th byte, lowest first.
    const parts = Float32Array.from({ length: STAKE_PARTS * rows }, (_, at) => {
      return bytes[(at % rows) * STAKE_PARTS + Math.floor(at / rows)] ?? 0
    })
    const low = new Float32Array(columns)
    const high = new Float32Array(columns).fill(65_535)
    for (let bit = 0; bit < 16; bit++) {
      const middle = low.map((value, j) => Math.floor((value + (high[j] ?? value)) / 2))
      const inputs = [scores, middle, parts, rows, columns]
      const sums = this.#run(sources.STAKE_UP_TO, [columns, STAKE_PARTS], inputs)
      for (const [j, value] of middle.entries()) {
        if (low[j] === high[j]) continue
        if (stakeOf(sums, j, columns) > minority) high[j] = value
        else low[j] = value + 1
      }
    }
    return Uint16Array.from(low)
  }

  async ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    return this.#run(sources.EMA, [next.length], [previous, next, rate, 1 - rate])
  }

  async topKRows(matrix: Matrix, k: number): Promise<TopK> {
    const places = this.#shaped(sources.PLACE_IN_ROW, matrix)
    const indices = new Uint32Array(matrix.rows * k)
    const values = new Float32Array(matrix.rows * k)
    places.forEach((place, at) => {
      if (place >= k) return
      const to = Math.floor(at / matrix.columns) * k + place
      indices[to] = at % matrix.columns
      values[to] = matrix.data[at] ?? 0
    })
    return { k, indices, values }
  }

  async rankRows(matrix: Matrix): Promise<Float32Array> {
    return this.#shaped(sources.RANK_ROWS, matrix)
  }

  async cosineRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const dots = this.#run(sources.DOT_ROWS, [rows, rows], [data, columns])
    const lengthOf = (i: number): number => Math.sqrt(dots[i * rows + i] ?? 0)
    const lengths = Float64Array.from({ length: rows }, (_, i) => lengthOf(i))
    return dots.map((dot, at) => {
      const both = (lengths[Math.floor(at / rows)] ?? 0) * (lengths[at % rows] ?? 0)
      return both === 0 ? 0 : Math.max(-1, Math.min(1, dot / both))
    })
  }

  async dispose(): Promise<void> {
    this.#kernels.clear()
    await this.#gpu.destroy()
  }

  #shaped(source: string, { rows, columns, data }: Matrix, other?: Float32Array): Float32Array {
    return this.#run(source, [columns, rows], [data, ...(other === undefined ? [] : [other]), columns])
  }

  #run(source: string, sizes: readonly number[], inputs: readonly (Float32Array | number)[]): Float32Array {
    try {
      const kernel = this.#kernel(source)
      kernel.setOutput(sizes)
      const result = kernel(...inputs)
      return flat(result, sizes)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new DeviceLostError({ kind: KIND, reason, cause })
    }
  }

  #kernel(source: string): GpuJsKernel {
    let kernel = this.#kernels.get(source)
    if (kernel === undefined) {
      kernel = this.#gpu.createKernel(source, {
        precision: 'single',
        dynamicOutput: true,
        dynamicArguments: true,
        loopMaxIterations: this.maxEntries,
      })
      this.#kernels.set(source, kernel)
    }
    return kernel
  }
}

function openMode(GPU: GpuJs['GPU'], mode: GpuJsMode): GpuJsDevice {
  try {
    return new GPU({ mode })
  } catch (cause) {
    throw new DeviceUnavailableError({
      kind: KIND,
      why: `mode ${mode} is not supported on this machine`,
      cause,
    })
  }
}

function stakeOf(sums: Float32Array, j: number, columns: number): bigint {
  let stake = 0n
  for (let part = STAKE_PARTS - 1; part >= 0; part--) {
    stake = (stake << 8n) + BigInt(sums[part * columns + j] ?? 0)
  }
  return stake
}

/** A result of one or two dimensions, copied: the package uses its buffers again. */
function flat(result: Float32Array | Float32Array[], sizes: readonly number[]): Float32Array {
  if (sizes.length === 1) return Float32Array.from(result as Float32Array)
  const [columns = 0, rows = 0] = sizes
  const out = new Float32Array(columns * rows)
  for (const [i, row] of (result as Float32Array[]).entries()) out.set(row, i * columns)
  return out
}
