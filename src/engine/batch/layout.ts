import type { EpochInput, EpochOutput, SparseRawRows } from '../../consensus/index.js'
import { outputOf, permitOf, type ResultMemory, resultBytes, rowStartOf } from '../wasm/OutputBuffers.js'
import { Cursor, columnBytes } from './Cursor.js'
import type { InputSize, Place } from './places.js'

/** Numbers of an input that are no columns, in the order in which they lie; the emission follows them as a u64. */
export const SCALARS = { currentBlock: 0, lastStepBlock: 1, ownerUid: 2 } as const

type Segments = readonly ArrayBufferLike[]
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const COLUMNS = [
  'lastUpdate',
  'blockAtRegistration',
  'earliestActiveCommitBlock',
  'alphaStakeRao',
  'taoStakeRao',
  'validatorPermit',
] as const

export function inputSizeOf(input: EpochInput): InputSize {
  const weights = input.weights.column.length
  const bonds = input.bonds.column.length
  return { n: input.n, weights, bonds, weightsRoom: weights, bondsRoom: bonds }
}

/** Bytes of an input as `takeInput` lays it out; counted without views, for every subnet before any is computed. */
export function inputBytes({ n, weightsRoom, bondsRoom }: InputSize): number {
  return columnBytes(4 + 5 * n, 8) + columnBytes(n, 1) + rowsBytes(n, weightsRoom) + rowsBytes(n, bondsRoom)
}

/** Bytes of a result of `n` neurons with room for `bonds` bonds, as `takeResult` lays it out. */
export function resultRoom(n: number, bonds: number): number {
  return columnBytes(resultBytes(n), 1) + 2 * columnBytes(bonds, 2)
}

function rowsBytes(n: number, room: number): number {
  return columnBytes(n + 1, 4) + 2 * columnBytes(room, 2)
}

/** Most bonds that an epoch can leave: per row no more than old bonds and weights together, and one per target. */
export function mostBonds({ n, weights, bonds }: EpochInput): number {
  let most = 0
  for (let i = 0; i < n; i++) {
    const entries = weights.rowStart[i + 1]! - weights.rowStart[i]!
    most += Math.min(n, entries + bonds.rowStart[i + 1]! - bonds.rowStart[i]!)
  }
  return most
}

/** Writes the fields that are given to where the subnet's input is read from. */
export function writeInput(segments: Segments, place: Place, changes: Partial<EpochInput>): void {
  const { scalars, emission } = takeInput(inputCursor(segments, place), place)
  if (changes.currentBlock !== undefined) scalars[SCALARS.currentBlock] = changes.currentBlock
  if (changes.lastStepBlock !== undefined) scalars[SCALARS.lastStepBlock] = changes.lastStepBlock
  if (changes.ownerUid !== undefined) scalars[SCALARS.ownerUid] = changes.ownerUid ?? -1
  if (changes.emissionRao !== undefined) emission[0] = changes.emissionRao
  const input = readInput(segments, place)
  for (const name of COLUMNS) {
    const column = changes[name]
    if (column !== undefined) (input[name] as Uint8Array).set(column as Uint8Array)
  }
  for (const name of ['weights', 'bonds'] as const) {
    const rows = changes[name]
    if (rows === undefined) continue
    input[name].rowStart.set(rows.rowStart)
    input[name].column.set(rows.column)
    input[name].value.set(rows.value)
  }
}

/** The input of one subnet as views on shared memory: nothing is copied. */
export function readInput(segments: Segments, place: Place): EpochInput {
  const { n } = place
  const { scalars, emission, columns, weights, bonds } = takeInput(inputCursor(segments, place), place)
  const input: Mutable<EpochInput> = {
    n,
    currentBlock: scalars[SCALARS.currentBlock]!,
    lastStepBlock: scalars[SCALARS.lastStepBlock]!,
    ownerUid: scalars[SCALARS.ownerUid]! < 0 ? null : scalars[SCALARS.ownerUid]!,
    emissionRao: emission[0]!,
    ...columns,
    weights,
    bonds,
  }
  if (place.carriedSegment < 0) return input
  const { block, column, value } = takeResult(
    new Cursor(segments[place.carriedSegment]!, place.carriedOffset),
    n,
    place.carriedBonds,
  )
  input.validatorPermit = permitOf(block, n)
  input.bonds = {
    rowStart: rowStartOf(block, n),
    column: column.subarray(0, place.bonds),
    value: value.subarray(0, place.bonds),
  }
  return input
}

/** The numbers of a subnet's input that are no columns, as `SCALARS` names them. */
export function scalarsOf(segments: Segments, { inputSegment, inputOffset }: Place): Float64Array {
  return new Float64Array(segments[inputSegment]!, inputOffset, 3)
}

/** How many bonds the result of a subnet has. */
export function storedBonds(segments: Segments, { n, resultSegment, resultOffset }: Place): number {
  return rowStartOf(new Uint8Array(segments[resultSegment]!, resultOffset), n)[n]!
}

/** Where the result of one subnet goes, as views on shared memory. */
export function resultMemory(segments: Segments, place: Place): ResultMemory {
  const cursor = new Cursor(segments[place.resultSegment]!, place.resultOffset)
  return takeResult(cursor, place.n, place.resultBonds)
}

/** Copies a result, column by column, to its place; returns how many bonds there are, which are left out when there is no room. */
export function writeOutput(memory: ResultMemory, n: number, output: EpochOutput): number {
  const { bonds, raw, ...columns } = output
  rowStartOf(memory.block, n).set(bonds.rowStart)
  if (bonds.column.length > memory.column.length) return bonds.column.length
  memory.column.set(bonds.column)
  memory.value.set(bonds.value)
  const to = readOutput(memory, n, () => raw.bonds)
  copyColumns(to, columns)
  copyColumns(to.raw, raw)
  return bonds.column.length
}

/** PERF: raw bonds, which are not kept, are not even read: that would put them together. */
function copyColumns(to: object, from: object): void {
  for (const name of Object.keys(from)) {
    if (name !== 'bonds') (Reflect.get(to, name) as Uint8Array).set(Reflect.get(from, name) as Uint8Array)
  }
}

/** A result as views on shared memory; its raw bonds, which are not kept, are what `rawBonds` gives. */
export function readOutput(memory: ResultMemory, n: number, rawBonds: () => SparseRawRows): EpochOutput {
  const stored = rowStartOf(memory.block, n)[n]!
  const bonds = { column: memory.column.subarray(0, stored), value: memory.value.subarray(0, stored) }
  return outputOf(memory.block, n, bonds, rawBonds)
}

function inputCursor(segments: Segments, { inputSegment, inputOffset }: Place): Cursor {
  return new Cursor(segments[inputSegment]!, inputOffset)
}

function takeInput(cursor: Cursor, { n, weights, weightsRoom, bonds, bondsRoom }: InputSize) {
  return {
    scalars: cursor.take(Float64Array, 3),
    emission: cursor.take(BigUint64Array, 1),
    columns: {
      lastUpdate: cursor.take(Float64Array, n),
      blockAtRegistration: cursor.take(Float64Array, n),
      earliestActiveCommitBlock: cursor.take(Float64Array, n),
      alphaStakeRao: cursor.take(BigUint64Array, n),
      taoStakeRao: cursor.take(BigUint64Array, n),
      validatorPermit: cursor.take(Uint8Array, n),
    },
    weights: takeRows(cursor, n, weights, weightsRoom),
    // Bonds that lie elsewhere may be more than there is room for here.
    bonds: takeRows(cursor, n, Math.min(bonds, bondsRoom), bondsRoom),
  }
}

function takeResult(cursor: Cursor, n: number, bonds: number): ResultMemory {
  return {
    block: cursor.take(Uint8Array, resultBytes(n)),
    column: cursor.take(Uint16Array, bonds),
    value: cursor.take(Uint16Array, bonds),
  }
}

function takeRows(cursor: Cursor, n: number, entries: number, room: number) {
  return {
    rowStart: cursor.take(Uint32Array, n + 1),
    column: cursor.take(Uint16Array, entries, room),
    value: cursor.take(Uint16Array, entries, room),
  }
}
