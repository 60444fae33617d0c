import type { ComputeKernels, Matrix, ScoreMatrixU16, TopK } from './types.js'

const HIGHEST_SCORE = 65_535
const WORD = 2 ** 32

/** Plain JavaScript: sums in double precision in ascending order, rounded to float32 once; the same bits anywhere. */
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
      let sum = 0
      for (let at = i * columns; at < (i + 1) * columns; at++) sum += data[at]!
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
    return data.map((value, at) => Math.min(value, bounds[at % columns]!))
  }

  async weightedMedianColumns(
    { rows, columns, data }: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array> {
    const low = new Uint16Array(columns)
    const high = new Uint16Array(columns).fill(HIGHEST_SCORE)
    const words = stakeWords(stakes)
    const minorityHigh = Number(minority >> 32n)
    const minorityLow = Number(minority & 0xffff_ffffn)
    // Sums of up to 2^21 words are exact in doubles.
    const sumLow = new Float64Array(columns)
    const sumHigh = new Float64Array(columns)
    for (let bit = 0; bit < 16; bit++) {
      sumLow.fill(0)
      sumHigh.fill(0)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          if (data[i * columns + j]! > (low[j]! + high[j]!) >> 1) continue
          sumLow[j]! += words.low[i]!
          sumHigh[j]! += words.high[i]!
        }
      }
      for (let j = 0; j < columns; j++) {
        const middle = (low[j]! + high[j]!) >> 1
        const carry = Math.floor(sumLow[j]! / WORD)
        const ahead = sumHigh[j]! + carry - minorityHigh
        const exceeds = ahead > 0 || (ahead === 0 && sumLow[j]! - carry * WORD > minorityLow)
        if (low[j]! === high[j]!) continue
        if (exceeds) high[j] = middle
        else low[j] = middle + 1
      }
    }
    return low
  }

  async ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array> {
    return next.map((value, at) => rate * value + (1 - rate) * previous[at]!)
  }

  async topKRows({ rows, columns, data }: Matrix, k: number): Promise<TopK> {
    const indices = new Uint32Array(rows * k)
    const values = new Float32Array(rows * k)
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * columns, (i + 1) * columns)
      const order = bestFirst(row)
      for (let place = 0; place < k; place++) {
        indices[i * k + place] = order[place]!
        values[i * k + place] = row[order[place]!]!
      }
    }
    return { k, indices, values }
  }

  async rankRows({ rows, columns, data }: Matrix): Promise<Float32Array> {
    const out = new Float32Array(data.length)
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * columns, (i + 1) * columns)
      const order = bestFirst(row)
      for (let first = 0; first < columns; ) {
        let next = first + 1
        while (next < columns && row[order[next]!] === row[order[first]!]) next++
        for (let place = first; place < next; place++) {
          out[i * columns + order[place]!] = (first + 1 + next) / 2
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
        const lengths = length[a]! * length[b]!
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
  let sum = 0
  for (let k = 0; k < length; k++) sum += a[fromA + k]! * b[fromB + k]!
  return sum
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

function bestFirst(row: Float32Array): Uint32Array {
  return Uint32Array.from(row.keys()).sort((a, b) => row[b]! - row[a]! || a - b)
}
