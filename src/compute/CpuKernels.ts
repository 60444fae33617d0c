import { Sorter } from './Sorter.js'
import type { ComputeKernels, Matrix, ScoreMatrixU16, TopK } from './types.js'

const WORD = 2 ** 32

/**
 * Plain JavaScript: sums in double precision, rounded to float32 once; the same bits on every machine, and those of the wasm
 * backend. Sums over rows add in ascending order. Sums within a row are four partial ones, term j in partial j mod 4, added
 * as (0 + 2) + (1 + 3): so no addition waits for the one before, and a processor may do four at once.
 */
export class CpuKernels implements ComputeKernels {
  readonly device = 'JavaScript'
  readonly isSoftware = true
  readonly features: readonly string[] = []
  readonly maxEntries = 2 ** 30

  async matVec({ rows, columns, data }: Matrix, vector: Float32Array): Promise<Float32Array> {
    const out = new Float32Array(rows)
    for (let i = 0; i < rows; i++) out[i] = dot(data, i * columns, vector, 0, columns)
    return out
  }

  async vecMat(vector: Float32Array, { rows, columns, data }: Matrix): Promise<Float32Array> {
    return Float32Array.from(weightedColumnSums(vector, rows, columns, data))
  }

  async normaliseRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const out = data.slice()
    for (let i = 0; i < rows; i++) {
      const sum = rowSum(data, i * columns, columns)
      if (sum !== 0) for (let at = i * columns; at < (i + 1) * columns; at++) out[at] = data[at]! / sum
    }
    return out
  }

  async normaliseColumns({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const sums = weightedColumnSums(undefined, rows, columns, data)
    const out = data.slice()
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j
        if (sums[j] !== 0) out[at] = data[at]! / sums[j]!
      }
    }
    return out
  }

  async clipColumns({ columns, data }: Matrix, bounds: Float32Array): Promise<Float32Array> {
    const out = data.slice()
    for (let start = 0; start < data.length; start += columns) {
      for (let j = 0; j < columns; j++) out[start + j] = Math.min(data[start + j]!, bounds[j]!)
    }
    return out
  }

  async weightedMedianColumns(
    { rows, columns, data }: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    const words = stakeWords(stakes)
    const minorityLow = Number(minority & 0xffff_ffffn)
    const minorityHigh = Number(minority >> 32n)
    const sorter = new Sorter(rows)
    return Uint16Array.from({ length: columns }, (_, j) => {
      for (let i = 0; i < rows; i++) sorter.put(i, data[i * columns + j]!)
      sorter.sort()
      // Sums of up to 2^21 words are exact in doubles.
      let sumLow = 0
      let sumHigh = 0
      let i = 0
      for (let place = 0; place < rows; place++) {
        i = sorter.at(place)
        sumLow += words.low[i]!
        sumHigh += words.high[i]!
        const carry = Math.floor(sumLow / WORD)
        const ahead = sumHigh + carry - minorityHigh
        if (ahead > 0 || (ahead === 0 && sumLow - carry * WORD > minorityLow)) break
      }
      return data[i * columns + j]!
    })
  }

  async ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    const out = new Float32Array(next.length)
    const rest = 1 - rate
    for (let at = 0; at < next.length; at++) out[at] = rate * next[at]! + rest * previous[at]!
    return out
  }

  async topKRows({ rows, columns, data }: Matrix, k: number): Promise<TopK> {
    const indices = new Uint32Array(rows * k)
    const values = new Float32Array(rows * k)
    const sorter = new Sorter(columns)
    for (let i = 0; i < rows; i++) {
      sorter.putFalling(data, i * columns)
      sorter.sort()
      for (let place = 0; place < k; place++) {
        const j = sorter.at(place)
        indices[i * k + place] = j
        values[i * k + place] = data[i * columns + j]!
      }
    }
    return { k, indices, values }
  }

  async rankRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const out = new Float32Array(data.length)
    const sorter = new Sorter(columns)
    for (let i = 0; i < rows; i++) {
      sorter.putFalling(data, i * columns)
      sorter.sort()
      for (let first = 0; first < columns; ) {
        const value = sorter.keyAt(first)
        let next = first + 1
        while (next < columns && sorter.keyAt(next) === value) next++
        for (let place = first; place < next; place++) {
          out[i * columns + sorter.at(place)] = (first + 1 + next) / 2
        }
        first = next
      }
    }
    return out
  }

  async cosineRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const length = Float64Array.from({ length: rows }, (_, i) =>
      Math.sqrt(dot(data, i * columns, data, i * columns, columns)),
    )
    const out = new Float32Array(rows * rows)
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b <= a; b++) {
        const lengths = (length[a] ?? 0) * (length[b] ?? 0)
        const cosine = lengths === 0 ? 0 : dot(data, a * columns, data, b * columns, columns) / lengths
        const bounded = Math.max(-1, Math.min(1, cosine))
        out[a * rows + b] = bounded
        out[b * rows + a] = bounded
      }
    }
    return out
  }

  async dispose(): Promise<void> {}
}

/** The 32-bit halves of u64 stakes. */
export function stakeWords(stakes: BigUint64Array): {
  readonly low: Uint32Array
  readonly high: Uint32Array
} {
  return {
    low: Uint32Array.from(stakes, (stake) => Number(stake & 0xffff_ffffn)),
    high: Uint32Array.from(stakes, (stake) => Number(stake >> 32n)),
  }
}

function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let k = 0
  for (; k + 4 <= length; k += 4) {
    sum0 += a[fromA + k]! * b[fromB + k]!
    sum1 += a[fromA + k + 1]! * b[fromB + k + 1]!
    sum2 += a[fromA + k + 2]! * b[fromB + k + 2]!
    sum3 += a[fromA + k + 3]! * b[fromB + k + 3]!
  }
  if (k < length) sum0 += a[fromA + k]! * b[fromB + k]!
  if (k + 1 < length) sum1 += a[fromA + k + 1]! * b[fromB + k + 1]!
  if (k + 2 < length) sum2 += a[fromA + k + 2]! * b[fromB + k + 2]!
  return sum0 + sum2 + (sum1 + sum3)
}

function rowSum(data: Float32Array, from: number, length: number): number {
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let k = from
  const end = from + length
  for (; k + 4 <= end; k += 4) {
    sum0 += data[k]!
    sum1 += data[k + 1]!
    sum2 += data[k + 2]!
    sum3 += data[k + 3]!
  }
  if (k < end) sum0 += data[k]!
  if (k + 1 < end) sum1 += data[k + 1]!
  if (k + 2 < end) sum2 += data[k + 2]!
  return sum0 + sum2 + (sum1 + sum3)
}

function weightedColumnSums(
  vector: Float32Array | undefined,
  rows: number,
  columns: number,
  data: Float32Array,
): Float64Array {
  const sums = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    const factor = vector === undefined ? 1 : vector[i]!
    for (let j = 0; j < columns; j++) sums[j]! += factor * data[i * columns + j]!
  }
  return sums
}
