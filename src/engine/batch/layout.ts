import type { EpochInput, EpochOutput, SparseRawRows } from '../../consensus/index.js'
import { itemAt } from '../itemAt.js'
import { INPUTS, VIEWS } from '../wasm/layout.js'
import { outputOf, type ResultMemory, resultBytes, resultColumn } from '../wasm/results.js'
import type { InputSize, Place } from './places.js'

/** Numbers of an input that are no columns, in the order in which they lie; the emission follows them as a u64. */
const SCALARS = { currentBlock: 0, lastStepBlock: 1, ownerUid: 2 } as const

type Segments = readonly ArrayBufferLike[]
type Column = ColumnType<Uint8Array>

const COLUMNS = Object.values(INPUTS).map(([element, field]) => ({ field, View: VIEWS[element] }))

/** Bytes of an input as `takeInput` lays it out; counted without views, for every subnet before any is computed. */
export function inputBytes({ n, weightsRoom, bondsRoom }: InputSize): number {
  const columns = COLUMNS.reduce((sum, { View }) => sum + columnBytes(n, View.BYTES_PER_ELEMENT), 0)
  return columnBytes(4, 8) + columns + rowsBytes(n, weightsRoom) + rowsBytes(n, bondsRoom)
}

/** Bytes of a result with the bonds that there is room for, as `takeResult` lays it out. */
export function resultRoom({ n, resultBonds }: Pick<Place, 'n' | 'resultBonds'>): number {
  return columnBytes(resultBytes(n), 1) + 2 * columnBytes(resultBonds, 2)
}

function rowsBytes(n: number, room: number): number {
  return columnBytes(n + 1, 4) + 2 * columnBytes(room, 2)
}

/** Bytes that a column takes: up to the next border of 8. */
function columnBytes(length: number, bytesPerElement: number): number {
  return Math.ceil((length * bytesPerElement) / 8) * 8
}

/** Writes the fields that are given to where the subnet's input is read from. */
export function writeInput(segments: Segments, place: Place, changes: Partial<EpochInput>): void {
  const { scalars, emission, input } = takeInput(segments, place)
  if (changes.currentBlock !== undefined) scalars[SCALARS.currentBlock] = changes.currentBlock
  if (changes.lastStepBlock !== undefined) scalars[SCALARS.lastStepBlock] = changes.lastStepBlock
  if (changes.ownerUid !== undefined) scalars[SCALARS.ownerUid] = changes.ownerUid ?? -1
  if (changes.emissionRao !== undefined) emission[0] = changes.emissionRao
  for (const { field } of COLUMNS) copyColumn(input[field], changes[field])
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
  return takeInput(segments, place).input
}

/** The block of a subnet's input. */
export function currentBlockOf(segments: Segments, place: Place): number {
  return scalarsOf(segments, place)[SCALARS.currentBlock] ?? 0
}

/** Makes the block of a subnet's input its last epoch's, and a later one its block. */
export function advanceBlocks(segments: Segments, place: Place, blocks: number): void {
  const scalars = scalarsOf(segments, place)
  const current = currentBlockOf(segments, place)
  scalars[SCALARS.lastStepBlock] = current
  scalars[SCALARS.currentBlock] = current + blocks
}

function scalarsOf(segments: Segments, { inputSegment, inputOffset }: Place): Float64Array {
  return columnTaker(segments, inputSegment, inputOffset)(Float64Array, 3)
}

/** How many bonds the result of a subnet has. */
export function storedBonds(segments: Segments, place: Place): number {
  return storedEntries(resultMemory(segments, place), place.n)
}

/** Where the result of one subnet goes, as views on shared memory. */
export function resultMemory(segments: Segments, place: Place): ResultMemory {
  return takeResult(segments, place.resultSegment, place.resultOffset, {
    n: place.n,
    bonds: place.resultBonds,
  })
}

/** Copies a result, column by column, to its place; returns how many bonds there are, which are left out when there is no room. */
export function writeOutput(memory: ResultMemory, n: number, output: EpochOutput): number {
  const { bonds, raw, ...columns } = output
  resultColumn(memory.block, n, 'storedStart').set(bonds.rowStart)
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
    if (name !== 'bonds') copyColumn(Reflect.get(to, name), Reflect.get(from, name))
  }
}

/** Both of the same type: that of the column. */
function copyColumn(to: unknown, from: unknown): void {
  if (from !== undefined) (to as Uint8Array).set(from as Uint8Array)
}

/** A result as views on shared memory; its raw bonds, which are not kept, are what `rawBonds` gives. */
export function readOutput(memory: ResultMemory, n: number, rawBonds: () => SparseRawRows): EpochOutput {
  const { block, column, value } = memory
  const stored = storedEntries(memory, n)
  return outputOf(
    { block, column: column.subarray(0, stored), value: value.subarray(0, stored) },
    n,
    rawBonds,
  )
}

function storedEntries({ block }: ResultMemory, n: number): number {
  return resultColumn(block, n, 'storedStart').at(-1) ?? 0
}

function takeInput(segments: Segments, place: Place) {
  const { n } = place
  const take = columnTaker(segments, place.inputSegment, place.inputOffset)
  const takeRows = (entries: number, room: number) => ({
    rowStart: take(Uint32Array, n + 1),
    column: take(Uint16Array, entries, room),
    value: take(Uint16Array, entries, room),
  })
  const scalars = take(Float64Array, 3)
  const emission = take(BigUint64Array, 1)
  const ownerUid = scalars[SCALARS.ownerUid] ?? -1
  const rest = {
    n,
    currentBlock: scalars[SCALARS.currentBlock] ?? 0,
    lastStepBlock: scalars[SCALARS.lastStepBlock] ?? 0,
    ownerUid: ownerUid < 0 ? null : ownerUid,
    emissionRao: emission[0] ?? 0n,
    weights: takeRows(place.weights, place.weightsRoom),
    // Bonds that lie elsewhere may be more than there is room for here.
    bonds: takeRows(Math.min(place.bonds, place.bondsRoom), place.bondsRoom),
  }
  const columns: Record<string, unknown> = rest
  // PERF: one by one; to spread them over a new object takes ten times as long.
  for (const { field, View } of COLUMNS) columns[field] = take(View as Column, n)
  const input = rest as typeof rest & Pick<EpochInput, (typeof COLUMNS)[number]['field']>
  if (place.carriedSegment >= 0) Object.assign(input, carriedInput(segments, place))
  return { scalars, emission, input }
}

/** What the result before gives to an input. */
function carriedInput(segments: Segments, place: Place): Pick<EpochInput, 'validatorPermit' | 'bonds'> {
  const { n } = place
  const size = { n, bonds: place.carriedBonds }
  const { block, column, value } = takeResult(segments, place.carriedSegment, place.carriedOffset, size)
  return {
    validatorPermit: resultColumn(block, n, 'nextPermit'),
    bonds: {
      rowStart: resultColumn(block, n, 'storedStart'),
      column: column.subarray(0, place.bonds),
      value: value.subarray(0, place.bonds),
    },
  }
}

function takeResult(
  segments: Segments,
  segment: number,
  offset: number,
  { n, bonds }: { readonly n: number; readonly bonds: number },
): ResultMemory {
  const take = columnTaker(segments, segment, offset)
  return {
    block: take(Uint8Array, resultBytes(n)),
    column: take(Uint16Array, bonds),
    value: take(Uint16Array, bonds),
  }
}

type ColumnType<T> = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T
  readonly BYTES_PER_ELEMENT: number
}

/** Hands out one column after another, each on a border of 8 bytes, where there is room for `room` elements. */
function columnTaker(segments: Segments, segment: number, offset: number) {
  const buffer = itemAt(segments, segment)
  return <T>(type: ColumnType<T>, length: number, room = length): T => {
    const start = offset
    offset += columnBytes(room, type.BYTES_PER_ELEMENT)
    return new type(buffer, start, length)
  }
}
