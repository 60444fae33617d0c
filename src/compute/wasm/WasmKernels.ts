import type { ComputeKernels, Matrix, ScoreMatrixU16, TopK, ValueRange } from '../types.js'
import { startModule, type WasmOptions } from './startModule.js'
import { strideOf, WasmMemory } from './WasmMemory.js'

const SCAN_BYTES = 32_768

/**
 * WebAssembly with 128-bit instructions. Sums are taken in the order of the cpu backend, so every result has its bits.
 *
 * PERF: copies inputs in and results out; memory grows to the largest call and is given back with the backend.
 */
export class WasmKernels implements ComputeKernels {
  readonly device = 'WebAssembly'
  readonly isSoftware = true
  readonly features: readonly string[] = ['simd128']
  readonly maxEntries = 2 ** 28
  /** In blocks that stay in a processor's first caches. */
  readonly scan = (values: Float32Array, range: ValueRange): boolean => {
    const [at] = this.#memory.place(SCAN_BYTES)
    for (let from = 0; from < values.length; from += SCAN_BYTES / 4) {
      const block = values.subarray(from, from + SCAN_BYTES / 4)
      this.#memory.putRows(at, block, 1, block.length)
      if (this.#memory.code.hasFault(at, block.length, range === 'positive' ? 1 : 0) !== 0) return false
    }
    return true
  }
  readonly #memory: WasmMemory

  private constructor(memory: WasmMemory) {
    this.#memory = memory
  }

  /** @throws DeviceUnavailableError where the code is missing or this runtime cannot run it. */
  static async open(options: WasmOptions = {}): Promise<WasmKernels> {
    return new WasmKernels(new WasmMemory(await startModule(options)))
  }

  async matVec({ rows, columns, data }: Matrix, vector: Float32Array): Promise<Float32Array> {
    const stride = strideOf(columns)
    const [m, v, wide, out] = this.#memory.place(rows * stride, stride, 2 * stride, rows * 4)
    this.#memory.putRows(m, data, rows, columns)
    this.#memory.putRows(v, vector, 1, columns)
    this.#memory.code.matVec(m, v, wide, out, rows, columns)
    return this.#memory.floats(out, rows).slice()
  }

  async vecMat(vector: Float32Array, { rows, columns, data }: Matrix): Promise<Float32Array> {
    const stride = strideOf(columns)
    const [m, v, sums, out] = this.#memory.place(rows * stride, rows * 4, 2 * stride, stride)
    this.#memory.putRows(m, data, rows, columns)
    this.#memory.floats(v, rows).set(vector)
    this.#memory.code.vecMat(m, v, sums, out, rows, columns)
    return this.#memory.floats(out, columns).slice()
  }

  async normaliseRows(matrix: Matrix): Promise<Float32Array> {
    return this.#inPlace(matrix, 0, (m) => this.#memory.code.normaliseRows(m, matrix.rows, matrix.columns))
  }

  async normaliseColumns(matrix: Matrix): Promise<Float32Array> {
    const { rows, columns } = matrix
    return this.#inPlace(matrix, 2 * strideOf(columns), (m, sums) =>
      this.#memory.code.normaliseColumns(m, sums, rows, columns),
    )
  }

  async clipColumns(matrix: Matrix, bounds: Float32Array): Promise<Float32Array> {
    const { rows, columns } = matrix
    return this.#inPlace(matrix, strideOf(columns), (m, at) => {
      this.#memory.putRows(at, bounds, 1, columns)
      this.#memory.code.clipColumns(m, at, rows, columns)
    })
  }

  async weightedMedianColumns(
    { rows, columns, data }: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    const [scores, weights, tile, out] = this.#memory.place(data.byteLength, rows * 8, rows * 16, columns * 2)
    this.#memory.shorts(scores, data.length).set(data)
    this.#memory.longs(weights, rows).set(stakes)
    this.#memory.code.weightedMedians(scores, weights, tile, out, rows, columns, minority)
    return this.#memory.shorts(out, columns).slice()
  }

  async ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    const [before, after] = this.#memory.place(next.byteLength, next.byteLength)
    this.#memory.floats(before, next.length).set(previous)
    this.#memory.floats(after, next.length).set(next)
    this.#memory.code.ema(before, after, next.length, rate)
    return this.#memory.floats(after, next.length).slice()
  }

  async topKRows({ rows, columns, data }: Matrix, k: number): Promise<TopK> {
    const outBytes = rows * k * 4
    const bytes = rows * strideOf(columns)
    const [m, keys, indices, values] = this.#memory.place(bytes, columns * 16, outBytes, outBytes)
    this.#memory.putRows(m, data, rows, columns)
    this.#memory.code.topKRows(m, keys, indices, values, rows, columns, k)
    return {
      k,
      indices: this.#memory.words(indices, rows * k).slice(),
      values: this.#memory.floats(values, rows * k).slice(),
    }
  }

  async rankRows(matrix: Matrix): Promise<Float32Array> {
    const { rows, columns } = matrix
    return this.#inPlace(matrix, columns * 16, (m, keys) =>
      this.#memory.code.rankRows(m, keys, rows, columns),
    )
  }

  async cosineRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const [m, lengths, out] = this.#memory.place(rows * strideOf(columns), rows * 8, rows * rows * 4)
    this.#memory.putRows(m, data, rows, columns)
    this.#memory.code.cosineRows(m, lengths, out, rows, columns)
    return this.#memory.floats(out, rows * rows).slice()
  }

  async dispose(): Promise<void> {
    this.#memory.release()
  }

  /** Work that leaves its result in the place of the matrix, with some room beside it. */
  #inPlace(
    { rows, columns, data }: Matrix,
    scratchBytes: number,
    work: (matrix: number, scratch: number) => void,
  ): Float32Array {
    const [m, scratch] = this.#memory.place(rows * strideOf(columns), scratchBytes)
    this.#memory.putRows(m, data, rows, columns)
    work(m, scratch)
    return this.#memory.takeRows(m, rows, columns)
  }
}
