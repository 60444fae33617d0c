import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import type { Matrix, ScoreMatrixU16, ValueRange, ValueScan } from './types.js'

const U64_LIMIT = 1n << 64n

/** @throws ShapeError or InvalidArgumentError naming the field. */
export function checkMatrix(
  matrix: Matrix,
  field: string,
  range: ValueRange = 'any',
  scan: ValueScan = scanValues,
): void {
  checkShape(matrix, Float32Array, field)
  checkValues(matrix.data, `${field}.data`, range, scan)
}

/** @throws ShapeError or InvalidArgumentError naming the field. */
export function checkScores(scores: ScoreMatrixU16, field: string): void {
  checkShape(scores, Uint16Array, field)
}

/** @throws ShapeError or InvalidArgumentError naming the field. */
export function checkVector(
  vector: Float32Array,
  length: number,
  field: string,
  scan: ValueScan = scanValues,
): void {
  if (!(vector instanceof Float32Array)) refuse(field, vector, 'Pass a Float32Array.')
  checkLength(vector, length, field)
  checkValues(vector, field, 'any', scan)
}

/** The sum of the stakes. @throws ShapeError or InvalidArgumentError naming the field. */
export function checkStakes(stakes: BigUint64Array, length: number): bigint {
  if (!(stakes instanceof BigUint64Array)) refuse('stakes', stakes, 'Pass a BigUint64Array.')
  checkLength(stakes, length, 'stakes')
  const sum = stakes.reduce((total, stake) => total + stake, 0n)
  if (sum >= U64_LIMIT) refuse('stakes', sum, 'Pass stakes that sum to less than 2^64.')
  return sum
}

/** @throws InvalidArgumentError unless it is a number within the bounds. */
export function checkNumber(value: unknown, field: string, low: number, high: number): void {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    refuse(field, value, `Pass a number from ${low} to ${high}.`)
  }
}

/** @throws InvalidArgumentError unless it is an integer within the bounds. */
export function checkInteger(value: number, field: string, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    refuse(field, value, `Pass an integer from ${low} to ${high}.`)
  }
}

export function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}

function checkShape(
  matrix: Matrix | ScoreMatrixU16,
  type: Float32ArrayConstructor | Uint16ArrayConstructor,
  field: string,
): void {
  if (typeof matrix !== 'object' || matrix === null) refuse(field, matrix, 'Pass { rows, columns, data }.')
  checkInteger(matrix.rows, `${field}.rows`, 0, 2 ** 21)
  checkInteger(matrix.columns, `${field}.columns`, 0, 2 ** 30)
  if (!(matrix.data instanceof type)) refuse(`${field}.data`, matrix.data, `Pass a ${type.name}.`)
  checkLength(matrix.data, matrix.rows * matrix.columns, `${field}.data`)
}

function checkLength(values: ArrayLike<unknown>, expectedLength: number, field: string): void {
  if (values.length !== expectedLength) {
    throw new ShapeError({ field, expectedLength, actualLength: values.length })
  }
}

function checkValues(values: Float32Array, field: string, range: ValueRange, scan: ValueScan): void {
  if (scan(values, range)) return
  // Something is wrong: now it pays to look at each value by itself.
  const at = values.findIndex((value) => !Number.isFinite(value) || (range === 'positive' && value < 0))
  const remedy = range === 'positive' ? 'Pass finite values, 0 or more.' : 'Pass finite values.'
  refuse(`${field}[${at}]`, values[at], remedy)
}

/** Plain JavaScript: whatever is not finite leaves a sum of products with 0 that is no number. */
export function scanValues(values: Float32Array, range: ValueRange): boolean {
  let [taint0, taint1, taint2, taint3] = [0, 0, 0, 0]
  let at = 0
  // Four sums: no addition waits for the one before.
  for (; at + 4 <= values.length; at += 4) {
    taint0 += values[at]! * 0
    taint1 += values[at + 1]! * 0
    taint2 += values[at + 2]! * 0
    taint3 += values[at + 3]! * 0
  }
  for (; at < values.length; at++) taint0 += values[at]! * 0
  if (taint0 + taint1 + taint2 + taint3 !== 0) return false
  if (range === 'any') return true
  for (at = 0; at < values.length; at++) if (values[at]! < 0) return false
  return true
}
