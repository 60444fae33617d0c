import { CpuKernels } from './CpuKernels.js'
import {
  checkInteger,
  checkMatrix,
  checkNumber,
  checkScores,
  checkStakes,
  checkVector,
  refuse,
  scanValues,
} from './checks.js'
import { DeviceLostError, DeviceTooSmallError } from './deviceErrors.js'
import type {
  BackendInfo,
  BackendKind,
  ComputeBackend,
  ComputeKernels,
  Matrix,
  ScoreMatrixU16,
  TopK,
  ValueScan,
} from './types.js'

/** The door to every device: checks arguments, answers what needs no device, and keeps `info` true. */
export class CheckedBackend implements ComputeBackend {
  #kernels: ComputeKernels
  #info: BackendInfo
  readonly #fallsBack: boolean
  #isDisposed = false

  constructor(options: {
    kernels: ComputeKernels
    info: Pick<BackendInfo, 'kind' | 'requested' | 'why' | 'fallbacks'>
    /** Goes on with the cpu when the device is lost or too small. */
    fallsBack: boolean
  }) {
    this.#kernels = options.kernels
    this.#info = infoOf(options.kernels, options.info)
    this.#fallsBack = options.fallsBack
  }

  get info(): BackendInfo {
    return this.#info
  }

  async matVec(matrix: Matrix, vector: Float32Array): Promise<Float32Array> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    checkVector(vector, matrix.columns, 'vector', this.#scan)
    if (matrix.data.length === 0) return new Float32Array(matrix.rows)
    return this.#run(matrix.data.length, (kernels) => kernels.matVec(matrix, vector))
  }

  async vecMat(vector: Float32Array, matrix: Matrix): Promise<Float32Array> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    checkVector(vector, matrix.rows, 'vector', this.#scan)
    if (matrix.data.length === 0) return new Float32Array(matrix.columns)
    return this.#run(matrix.data.length, (kernels) => kernels.vecMat(vector, matrix))
  }

  async normaliseRows(matrix: Matrix): Promise<Matrix> {
    checkMatrix(matrix, 'matrix', 'positive', this.#scan)
    return this.#reshaped(matrix, (kernels) => kernels.normaliseRows(matrix))
  }

  async normaliseColumns(matrix: Matrix): Promise<Matrix> {
    checkMatrix(matrix, 'matrix', 'positive', this.#scan)
    return this.#reshaped(matrix, (kernels) => kernels.normaliseColumns(matrix))
  }

  async clipColumns(matrix: Matrix, bounds: Float32Array): Promise<Matrix> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    checkVector(bounds, matrix.columns, 'bounds', this.#scan)
    return this.#reshaped(matrix, (kernels) => kernels.clipColumns(matrix, bounds))
  }

  async weightedMedianColumns(
    scores: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    checkScores(scores, 'scores')
    const total = checkStakes(stakes, scores.rows)
    if (typeof minority !== 'bigint' || minority < 0n)
      refuse('minority', minority, 'Pass a bigint, 0n or more.')
    if (scores.data.length === 0 || total === 0n) {
      this.#assertAlive()
      return new Uint16Array(scores.columns)
    }
    // One unit below the total only the largest score exceeds it: the rule for "none does" needs no case of its own.
    const bounded = minority < total ? minority : total - 1n
    return this.#run(scores.data.length, (kernels) => kernels.weightedMedianColumns(scores, stakes, bounded))
  }

  async ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    checkVector(next, next?.length, 'next', this.#scan)
    checkVector(previous, next.length, 'previous', this.#scan)
    checkNumber(rate, 'rate', 0, 1)
    if (next.length === 0) return new Float32Array(0)
    return this.#run(next.length, (kernels) => kernels.ema(previous, next, rate))
  }

  async topKRows(matrix: Matrix, k: number): Promise<TopK> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    checkInteger(k, 'k', 0, matrix.columns)
    if (matrix.data.length === 0 || k === 0) {
      return { k, indices: new Uint32Array(0), values: new Float32Array(0) }
    }
    return this.#run(matrix.data.length, (kernels) => kernels.topKRows(matrix, k))
  }

  async rankRows(matrix: Matrix): Promise<Matrix> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    return this.#reshaped(matrix, (kernels) => kernels.rankRows(matrix))
  }

  async cosineRows(matrix: Matrix): Promise<Matrix> {
    checkMatrix(matrix, 'matrix', 'any', this.#scan)
    const { rows } = matrix
    if (matrix.data.length === 0) return { rows, columns: rows, data: new Float32Array(rows * rows) }
    const entries = Math.max(rows * rows, matrix.data.length)
    const data = await this.#run(entries, (kernels) => kernels.cosineRows(matrix))
    return { rows, columns: rows, data }
  }

  async scoresToWeights(scores: Matrix): Promise<Float32Array> {
    checkMatrix(scores, 'scores', 'any', this.#scan)
    if (scores.data.length === 0) return new Float32Array(scores.columns)
    const share = new Float32Array(scores.rows).fill(1 / scores.rows)
    const means = await this.#run(scores.data.length, (kernels) => kernels.vecMat(share, scores))
    // One row of means is too short to be worth a second journey to the device.
    const positive = means.map((mean) => Math.max(0, mean))
    const sum = positive.reduce((total, mean) => total + mean, 0)
    return sum === 0 ? positive : positive.map((mean) => mean / sum)
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    await this.#kernels.dispose()
  }

  get #scan(): ValueScan {
    return (this.#isDisposed ? undefined : this.#kernels.scan) ?? scanValues
  }

  async #reshaped(
    { rows, columns, data }: Matrix,
    work: (kernels: ComputeKernels) => Promise<Float32Array>,
  ): Promise<Matrix> {
    if (data.length === 0) return { rows, columns, data: new Float32Array(0) }
    return { rows, columns, data: await this.#run(data.length, work) }
  }

  async #run<Result>(entries: number, work: (kernels: ComputeKernels) => Promise<Result>): Promise<Result> {
    this.#assertAlive()
    const kernels = this.#kernels
    try {
      if (entries > kernels.maxEntries) {
        const { kind } = this.#info
        throw new DeviceTooSmallError({ kind, what: 'entries', needed: entries, limit: kernels.maxEntries })
      }
      return await work(kernels)
    } catch (error) {
      const isDeviceFault = error instanceof DeviceLostError || error instanceof DeviceTooSmallError
      if (!isDeviceFault || !this.#fallsBack || this.#isDisposed || this.#info.kind === 'cpu') throw error
      if (error instanceof DeviceTooSmallError) return this.#onceOnCpu(error, work)
      if (this.#kernels === kernels) await this.#leave(this.#info.kind, error.shortMessage)
      return work(this.#kernels)
    }
  }

  /** A device that is too small for one call may serve the next; the call is noted all the same. */
  #onceOnCpu<Result>(error: DeviceTooSmallError, work: (kernels: ComputeKernels) => Promise<Result>) {
    const note = { from: this.#info.kind, why: error.shortMessage }
    const isNoted = this.#info.fallbacks.some(({ why }) => why === note.why)
    // Bounded: a long run of calls too large for the device must not grow the list without end.
    if (!isNoted) this.#info = { ...this.#info, fallbacks: [...this.#info.fallbacks, note].slice(-16) }
    return work(new CpuKernels())
  }

  async #leave(from: BackendKind, why: string): Promise<void> {
    const lost = this.#kernels
    this.#kernels = new CpuKernels()
    this.#info = infoOf(this.#kernels, {
      kind: 'cpu',
      requested: this.#info.requested,
      why: `The ${from} device was lost.`,
      fallbacks: [...this.#info.fallbacks, { from, why }],
    })
    await lost.dispose()
  }

  #assertAlive(): void {
    if (this.#isDisposed) throw new DeviceLostError({ kind: this.#info.kind, reason: 'disposed' })
  }
}

function infoOf(
  { device, isSoftware, features }: ComputeKernels,
  info: Pick<BackendInfo, 'kind' | 'requested' | 'why' | 'fallbacks'>,
): BackendInfo {
  return Object.freeze({ ...info, device, isSoftware, features })
}
