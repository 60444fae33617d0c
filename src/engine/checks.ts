import type { EpochInput, SparseRows } from '../consensus/index.js'
import { InvalidArgumentError, printableName, ShapeError } from '../errors/index.js'
import { LOW_WORD, wordsOf } from '../math/index.js'
import { U16_MAX, U64_MAX } from '../units/index.js'
import { INPUTS, VIEWS } from './wasm/layout.js'

/**
 * Most neurons, most entries in one row and most entries on one target: within it none of the chain's 64-bit sums
 * can overflow, so that exact results exist (32,768 * 65,535 < 2^31).
 */
export const MAX_ENTRIES = 32_768

const STAKE_LIMIT_RAO = 1n << 63n
const COLUMNS = Object.values(INPUTS).map(([element, field]) => ({ field, type: VIEWS[element] }))

/**
 * Checks every field of the input of an epoch: types, lengths, ranges, and the shape of both matrices.
 *
 * @throws InvalidArgumentError naming the field (`input.lastUpdate[3]`).
 * @throws ShapeError when a column's length is not n, or a matrix does not have n rows.
 *
 * @example
 * ```ts
 * import { checkEpochInput } from 'subnetkit/engine'
 * import type { EpochInput } from 'subnetkit/consensus'
 *
 * function recorded(inputs: readonly EpochInput[]): readonly EpochInput[] {
 *   for (const input of inputs) checkEpochInput(input)
 *   return inputs
 * }
 * ```
 */
export function checkEpochInput(input: EpochInput): void {
  assertObject(input, 'input')
  assertInteger(input.n, 'input.n', 0, MAX_ENTRIES)
  const { n } = input
  assertInteger(input.currentBlock, 'input.currentBlock', 0, Number.MAX_SAFE_INTEGER)
  assertInteger(input.lastStepBlock, 'input.lastStepBlock', 0, Number.MAX_SAFE_INTEGER)
  assertBlocks(input.lastUpdate, 'input.lastUpdate', n)
  assertBlocks(input.blockAtRegistration, 'input.blockAtRegistration', n)
  assertBlocks(
    input.earliestActiveCommitBlock,
    'input.earliestActiveCommitBlock',
    n,
    Number.POSITIVE_INFINITY,
  )
  assertColumn(input.alphaStakeRao, BigUint64Array, 'input.alphaStakeRao', n)
  assertColumn(input.taoStakeRao, BigUint64Array, 'input.taoStakeRao', n)
  assertStakeSum(input)
  if (input.ownerUid !== null) assertInteger(input.ownerUid, 'input.ownerUid', 0, U16_MAX)
  assertColumn(input.validatorPermit, Uint8Array, 'input.validatorPermit', n)
  const wrongPermit = input.validatorPermit.findIndex((permit) => permit > 1)
  if (wrongPermit >= 0) {
    refuse(`input.validatorPermit[${wrongPermit}]`, input.validatorPermit[wrongPermit], 'Pass 0 or 1.')
  }
  assertU64(input.emissionRao, 'input.emissionRao')
  assertRows(input.weights, 'input.weights', n)
  assertRows(input.bonds, 'input.bonds', n)
}

export const INPUT_FIELDS: readonly (keyof EpochInput)[] = [
  'n',
  'currentBlock',
  'lastStepBlock',
  'lastUpdate',
  'blockAtRegistration',
  'alphaStakeRao',
  'taoStakeRao',
  'ownerUid',
  'validatorPermit',
  'earliestActiveCommitBlock',
  'emissionRao',
  'weights',
  'bonds',
]

/** What one epoch of a session starts from: everything but the bonds, which the session has. */
export type SessionInput = Omit<EpochInput, 'bonds'>

/**
 * Whether every field has the right type and length, and every single number its range; what the columns hold is not
 * looked at. Costs the same for every n.
 */
export function hasEpochShape(input: EpochInput): boolean {
  if (typeof input !== 'object' || input === null) return false
  const { n, ownerUid, emissionRao } = input
  return (
    isInteger(n, MAX_ENTRIES) &&
    isInteger(input.currentBlock, Number.MAX_SAFE_INTEGER) &&
    isInteger(input.lastStepBlock, Number.MAX_SAFE_INTEGER) &&
    (ownerUid === null || isInteger(ownerUid, U16_MAX)) &&
    typeof emissionRao === 'bigint' &&
    emissionRao >= 0n &&
    emissionRao <= U64_MAX &&
    COLUMNS.every(({ field, type }) => isColumn(input[field], type, n)) &&
    isMatrix(input.weights, n) &&
    isMatrix(input.bonds, n)
  )
}

function isMatrix(rows: SparseRows, n: number): boolean {
  return (
    typeof rows === 'object' &&
    rows !== null &&
    isColumn(rows.rowStart, Uint32Array, n + 1) &&
    rows.column instanceof Uint16Array &&
    isColumn(rows.value, Uint16Array, rows.column.length)
  )
}

function isColumn(value: unknown, type: ColumnType, length: number): boolean {
  return value instanceof type && value.length === length
}

function isInteger(value: unknown, high: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= high
}

/**
 * Checks rows that came without the rest of an input, however many they are.
 *
 * @throws InvalidArgumentError, ShapeError naming the part that is wrong.
 */
export function checkRows(rows: SparseRows, field: string): void {
  assertObject(rows, field)
  assertType(rows.rowStart, Uint32Array, `${field}.rowStart`)
  if (rows.rowStart.length === 0)
    throw new ShapeError({ field: `${field}.rowStart`, expectedLength: 1, actualLength: 0 })
  assertRows(rows, field, rows.rowStart.length - 1)
}

function assertRows(rows: SparseRows, field: string, n: number): void {
  assertObject(rows, field)
  assertColumn(rows.rowStart, Uint32Array, `${field}.rowStart`, n + 1)
  assertType(rows.column, Uint16Array, `${field}.column`)
  assertColumn(rows.value, Uint16Array, `${field}.value`, rows.column.length)
  const { rowStart } = rows
  if (rowStart[0] !== 0) refuse(`${field}.rowStart[0]`, rowStart[0], 'Start the first row at 0.')
  let before = 0
  rowStart.forEach((start, i) => {
    if (start < before) refuse(`${field}.rowStart[${i}]`, start, 'Let no row end before it starts.')
    if (start - before > MAX_ENTRIES) refuse(`${field}[${i - 1}]`, `${start - before} entries`, TOO_MANY)
    before = start
  })
  const actualLength = rows.column.length
  if (before !== actualLength)
    throw new ShapeError({ field: `${field}.column`, expectedLength: before, actualLength })
  assertTargets(rows.column, field)
}

const TOO_MANY = `Pass at most ${MAX_ENTRIES} entries in a row and on a target.`

function assertTargets(column: Uint16Array, field: string): void {
  if (column.length <= MAX_ENTRIES) return
  const entries = new Uint32Array(U16_MAX + 1)
  for (const target of column) {
    const count = (entries[target] ?? 0) + 1
    if (count > MAX_ENTRIES) refuse(field, `over ${MAX_ENTRIES} entries on target ${target}`, TOO_MANY)
    entries[target] = count
  }
}

/** PERF: in doubles, 32 bits at a time: a bigint for each element would take ten times as long. */
function sumOfRao(column: BigUint64Array): bigint {
  const words = wordsOf(column)
  let low = 0
  let high = 0
  for (let k = 0; k < words.length; k += 2) {
    low += words[k + LOW_WORD] ?? 0
    high += words[k + 1 - LOW_WORD] ?? 0
  }
  return (BigInt(high) << 32n) + BigInt(low)
}

function assertStakeSum(input: EpochInput): void {
  const sum = sumOfRao(input.alphaStakeRao) + sumOfRao(input.taoStakeRao)
  if (sum >= STAKE_LIMIT_RAO) {
    refuse(
      'input.alphaStakeRao',
      `${sum} rao with taoStakeRao`,
      'Pass stakes that sum to less than 2^63 rao.',
    )
  }
}

/** Typed arrays whose elements a column may have. */
type ColumnType =
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor

export function assertType(value: unknown, type: ColumnType, field: string): void {
  if (!(value instanceof type)) refuse(field, value, `Pass a ${type.name}.`)
}

export function assertColumn(value: unknown, type: ColumnType, field: string, length: number): void {
  assertType(value, type, field)
  const actualLength = (value as ArrayLike<unknown>).length
  if (actualLength !== length) throw new ShapeError({ field, expectedLength: length, actualLength })
}

function assertBlocks(value: Float64Array, field: string, n: number, none?: number): void {
  assertColumn(value, Float64Array, field, n)
  const remedy = `Pass block numbers from 0 to 2^53 - 1${none === undefined ? '' : ', or Infinity for none'}.`
  for (let i = 0; i < n; i++) {
    const block = value[i] ?? -1
    if (!(Number.isSafeInteger(block) && block >= 0) && block !== none)
      refuse(`${field}[${i}]`, block, remedy)
  }
}

export function assertObject(value: unknown, field: string): void {
  if (typeof value !== 'object' || value === null) refuse(field, value, 'Pass an object.')
}

/** A plain object without any field but these: another is most often a slip, and would be passed over. */
export function assertKnown(value: unknown, field: string, known: readonly string[]): void {
  if (Object.prototype.toString.call(value) !== '[object Object]') refuse(field, value, 'Pass an object.')
  for (const name in value as object) {
    if (known.includes(name)) continue
    const remedy = `Leave it out; known are ${known.join(', ')}.`
    refuse(`${field}.${printableName(name)}`, (value as Record<string, unknown>)[name], remedy)
  }
}

function assertInteger(value: unknown, field: string, low: number, high: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < low || (value as number) > high) {
    refuse(field, value, `Pass a whole number from ${low} to ${high}.`)
  }
}

export function assertU64(value: unknown, field: string): void {
  if (typeof value !== 'bigint' || value < 0n || value > U64_MAX) {
    refuse(field, value, 'Pass a bigint from 0 to 2^64 - 1.')
  }
}

export function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}
