/** A dense float32 matrix in row-major order: entry (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** f32[rows * columns]; finite. */
  readonly data: Float32Array
}

/** A dense matrix of u16 scores in row-major order. */
export interface ScoreMatrixU16 {
  readonly rows: number
  readonly columns: number
  /** u16[rows * columns]. */
  readonly data: Uint16Array
}

/** The k largest entries of each row, best first. */
export interface TopK {
  readonly k: number
  /** u32[rows * k], columns. */
  readonly indices: Uint32Array
  /** f32[rows * k]. */
  readonly values: Float32Array
}

/** Where a backend computes. */
export type BackendKind = 'cpu' | 'gpujs' | 'wasm' | 'webgpu'

/** A backend that was wanted and not used, and why. */
export interface BackendFallback {
  readonly from: BackendKind
  readonly why: string
}

/** What really computes. */
export interface BackendInfo {
  readonly kind: BackendKind
  /** What was asked for. */
  readonly requested: BackendKind | 'auto'
  /** The device as its driver names it; the mode that really runs for gpu.js. */
  readonly device: string
  /** True when a processor stands in for a graphics device. */
  readonly isSoftware: boolean
  readonly features: readonly string[]
  /** Why this backend was chosen, one sentence. */
  readonly why: string
  /** Every backend that was passed over, in the order tried; empty when the first choice runs. */
  readonly fallbacks: readonly BackendFallback[]
}

/**
 * Matrix work in float32 on one device. Row i is a validator (or a task), column j a server (or a miner).
 *
 * Inputs are never kept or changed, results belong to the caller. Values must be finite. Sums may be taken in another
 * order on another device: results agree within float32 rounding, while weighted medians, orders and ranks
 * are exact everywhere. Calls may overlap.
 *
 * Every method rejects with ShapeError or InvalidArgumentError for arguments that do not fit, DeviceTooSmallError for
 * data the device cannot hold, and DeviceLostError once the device is gone or the backend was disposed of.
 */
export interface ComputeBackend {
  /** What computes now; another object after a fall-back. */
  readonly info: BackendInfo
  /** f32[rows]: each row times `vector` (f32[columns]). */
  matVec(matrix: Matrix, vector: Float32Array): Promise<Float32Array>
  /** f32[columns]: `vector` (f32[rows]) times each column. */
  vecMat(vector: Float32Array, matrix: Matrix): Promise<Float32Array>
  /** Each row divided by its sum; a row of zeros stays one. Entries must be 0 or more. */
  normaliseRows(matrix: Matrix): Promise<Matrix>
  /** Each column divided by its sum; a column of zeros stays one. Entries must be 0 or more. */
  normaliseColumns(matrix: Matrix): Promise<Matrix>
  /** Entries above the bound of their column (f32[columns]) become that bound. Exact. */
  clipColumns(matrix: Matrix, bounds: Float32Array): Promise<Matrix>
  /**
   * Per column the smallest score whose stake, with that of all smaller scores, exceeds `minority`; the largest if
   * none does. Rows without stake have no vote; without any stake the answer is 0. Exact integers throughout.
   *
   * @param stakes - u64[rows]; the sum must stay below 2^64.
   */
  weightedMedianColumns(
    scores: ScoreMatrixU16,
    stakes: BigUint64Array,
    minority: bigint,
  ): Promise<Uint16Array>
  /** rate * next + (1 - rate) * previous, entry by entry; 0 <= rate <= 1. */
  ema(previous: Float32Array, next: Float32Array, rate: number): Promise<Float32Array>
  /** The k largest entries of each row, best first; of equal entries the lower column comes first. Exact. */
  topKRows(matrix: Matrix, k: number): Promise<TopK>
  /** Rank of each entry in its row: 1 for the largest; equal entries share the mean of their ranks. Exact. */
  rankRows(matrix: Matrix): Promise<Matrix>
  /** Cosine of the angle between each two rows, rows x rows; 0 with a row of zeros. */
  cosineRows(matrix: Matrix): Promise<Matrix>
  /** f32[miners] from scores [tasks x miners]: the mean over tasks, negative means as 0, divided by their sum. */
  scoresToWeights(scores: Matrix): Promise<Float32Array>
  /** Frees the device. Later calls reject; doing it twice does nothing. */
  dispose(): Promise<void>
}

/** Finite values, or finite ones from 0 on; -0 is one of these. */
export type ValueRange = 'any' | 'positive'

/** Tells whether all values lie in the range. */
export type ValueScan = (values: Float32Array, range: ValueRange) => boolean

/** Operations whose result has the shape of their matrix: a device gives its entries alone. */
type Reshaped = 'normaliseRows' | 'normaliseColumns' | 'clipColumns' | 'rankRows' | 'cosineRows'

/** Operations that a device does as the interface says. `minority` is below the sum of stakes, which is positive. */
type AsDeclared = 'matVec' | 'vecMat' | 'weightedMedianColumns' | 'ema' | 'topKRows' | 'dispose'

/** What a device must do, on arguments that were checked: at least one row and one column, sums of stake below 2^64. */
export interface ComputeKernels
  extends Pick<ComputeBackend, AsDeclared>,
    Pick<BackendInfo, 'device' | 'isSoftware' | 'features'>,
    EntriesOf<Pick<ComputeBackend, Reshaped>> {
  /** Largest number of entries in one matrix. */
  readonly maxEntries: number
  /** Where the device can do it faster than plain JavaScript. */
  readonly scan?: ValueScan
}

/** The same operations, giving entries. */
type EntriesOf<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (...inputs: infer Inputs) => unknown
    ? (...inputs: Inputs) => Promise<Float32Array>
    : never
}
