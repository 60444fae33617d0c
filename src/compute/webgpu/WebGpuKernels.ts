import { assert } from '../../errors/index.js'
import { stakeWords } from '../CpuKernels.js'
import type { ComputeKernels, Matrix, ScoreMatrixU16, TopK } from '../types.js'
import { GpuDevice, type GpuDeviceOptions } from './GpuDevice.js'
import * as shaders from './shaders.js'

const LANES = 64

type Data = Uint8Array | Uint16Array | Uint32Array | Float32Array

/** The matrix work as WGSL on a WebGPU device. */
export class WebGpuKernels implements ComputeKernels {
  readonly device: string
  readonly isSoftware: boolean
  readonly features: readonly string[]
  readonly maxEntries: number
  readonly #gpu: GpuDevice

  private constructor(gpu: GpuDevice) {
    this.#gpu = gpu
    this.device = gpu.info.device
    this.isSoftware = gpu.info.isSoftware
    this.features = gpu.info.features
    this.maxEntries = Math.floor(gpu.maxBytes / 4)
  }

  /** @throws DeviceUnavailableError when there is no device. */
  static async open(options: GpuDeviceOptions): Promise<WebGpuKernels> {
    return new WebGpuKernels(await GpuDevice.open(options))
  }

  matVec(matrix: Matrix, vector: Float32Array): Promise<Float32Array> {
    return this.#floats(shaders.MAT_VEC, sizes(matrix), [matrix.data, vector], matrix.rows, matrix.rows)
  }

  vecMat(vector: Float32Array, matrix: Matrix): Promise<Float32Array> {
    const { columns } = matrix
    return this.#floats(shaders.VEC_MAT, sizes(matrix), [vector, matrix.data], columns, lanes(columns))
  }

  normaliseRows(matrix: Matrix): Promise<Float32Array> {
    return this.#shaped(shaders.NORMALISE_ROWS, matrix, [matrix.data], matrix.rows)
  }

  normaliseColumns(matrix: Matrix): Promise<Float32Array> {
    return this.#shaped(shaders.NORMALISE_COLUMNS, matrix, [matrix.data], lanes(matrix.columns))
  }

  clipColumns(matrix: Matrix, bounds: Float32Array): Promise<Float32Array> {
    return this.#shaped(shaders.CLIP_COLUMNS, matrix, [matrix.data, bounds], lanes(matrix.data.length))
  }

  async weightedMedianColumns(
    scores: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    const { low, high } = stakeWords(BigUint64Array.of(minority))
    const params = Uint32Array.of(scores.rows, scores.columns, ...low, ...high)
    // A u64 lies in memory as its lower half, then its upper one, on every machine that runs this.
    const pairs = new Uint32Array(stakes.slice().buffer)
    const bytes = await this.#work(shaders.WEIGHTED_MEDIAN, params, [scores.data, pairs], {
      bytes: scores.columns * 4,
      workgroups: lanes(scores.columns),
    })
    return Uint16Array.from(new Uint32Array(bytes))
  }

  ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    const scalars = new Uint32Array(Float32Array.of(rate, 1 - rate).buffer)
    const params = Uint32Array.of(next.length, ...scalars)
    return this.#floats(shaders.EMA, params, [previous, next], next.length, lanes(next.length))
  }

  async topKRows(matrix: Matrix, k: number): Promise<TopK> {
    const params = Uint32Array.of(matrix.rows, matrix.columns, k)
    const bytes = await this.#work(shaders.TOP_K, params, [matrix.data], {
      bytes: matrix.rows * k * 8,
      workgroups: matrix.rows,
    })
    const pairs = new Uint32Array(bytes)
    const floats = new Float32Array(bytes)
    return {
      k,
      indices: pairs.filter((_, at) => at % 2 === 0),
      values: floats.filter((_, at) => at % 2 === 1),
    }
  }

  rankRows(matrix: Matrix): Promise<Float32Array> {
    return this.#shaped(shaders.RANK_ROWS, matrix, [matrix.data], lanes(matrix.data.length))
  }

  cosineRows(matrix: Matrix): Promise<Float32Array> {
    const entries = matrix.rows * matrix.rows
    return this.#floats(shaders.COSINE_ROWS, sizes(matrix), [matrix.data], entries, lanes(entries))
  }

  async dispose(): Promise<void> {
    this.#gpu.close()
  }

  #shaped(shader: string, matrix: Matrix, inputs: readonly Data[], workgroups: number) {
    return this.#floats(shader, sizes(matrix), inputs, matrix.data.length, workgroups)
  }

  async #floats(
    shader: string,
    params: Uint32Array,
    inputs: readonly Data[],
    length: number,
    workgroups: number,
  ): Promise<Float32Array> {
    return new Float32Array(await this.#work(shader, params, inputs, { bytes: length * 4, workgroups }))
  }

  async #work(
    shader: string,
    params: Uint32Array,
    inputs: readonly Data[],
    output: { bytes: number; workgroups: number },
  ): Promise<ArrayBuffer> {
    const buffers: ReturnType<GpuDevice['empty']>[] = []
    try {
      for (const input of [params, ...inputs]) buffers.push(this.#gpu.upload(input))
      const result = this.#gpu.empty(output.bytes)
      buffers.push(result)
      const steps = [{ shader, buffers, workgroups: output.workgroups }]
      const [bytes] = await this.#gpu.run(steps, [result])
      assert(bytes !== undefined, 'a run gave no output')
      return bytes
    } finally {
      for (const buffer of buffers) buffer.destroy()
    }
  }
}

function sizes({ rows, columns }: Matrix): Uint32Array {
  return Uint32Array.of(rows, columns)
}

function lanes(items: number): number {
  return Math.ceil(items / LANES)
}
