import type { EpochInput, EpochOutput, SparseRawRows } from '../../consensus/index.js'
import { assert } from '../../errors/index.js'
import { outputOf, type ResultMemory, resultBytes, rowStartOf } from '../wasm/OutputBuffers.js'

/** The part of an input that is not a column, as 8-byte numbers at the start of its place. */
const SCALARS = 4

/** How much room one subnet needs. */
export interface SubnetSize {
  readonly n: number
  readonly weights: number
  readonly bonds: number
  /** Most entries that the bonds of the result can have. */
  readonly bondsOut: number
}

/** Numbers per subnet in the table of places: segment, offset, the four of its size, and which parameters it runs with. */
export const PLACE_LENGTH = 7

/** Where one subnet lies in shared memory. */
export interface Place extends SubnetSize {
  readonly segment: number
  readonly offset: number
  readonly params: number
}

type Constructor<T> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T

/** Hands out one column after another, each on a border of 8 bytes; without a buffer it only counts. */
class Cursor {
  readonly #buffer: ArrayBufferLike | undefined
  offset: number

  constructor(buffer: ArrayBufferLike | undefined, offset: number) {
    this.#buffer = buffer
    this.offset = offset
  }

  take<T>(type: Constructor<T> & { readonly BYTES_PER_ELEMENT: number }, length: number): T {
    const start = this.offset
    this.offset += Math.ceil((length * type.BYTES_PER_ELEMENT) / 8) * 8
    return this.#buffer === undefined
      ? new type(new ArrayBuffer(0), 0, 0)
      : new type(this.#buffer, start, length)
  }
}

/** Bytes that one subnet takes: its input, then its result. */
export function bytesOf(size: SubnetSize): number {
  const cursor = new Cursor(undefined, 0)
  takeInput(cursor, size)
  takeResult(cursor, size)
  return cursor.offset
}

/** Most bonds that an epoch can leave: per row no more than old bonds and weights together, and one per target. */
export function sizeOf(input: EpochInput): SubnetSize {
  let bondsOut = 0
  for (let i = 0; i < input.n; i++) {
    const weights = input.weights.rowStart[i + 1]! - input.weights.rowStart[i]!
    const bonds = input.bonds.rowStart[i + 1]! - input.bonds.rowStart[i]!
    bondsOut += Math.min(input.n, weights + bonds)
  }
  return { n: input.n, weights: input.weights.column.length, bonds: input.bonds.column.length, bondsOut }
}

export function writeInput(buffer: ArrayBufferLike, place: Place, input: EpochInput): void {
  const { scalars, emission, columns, weights, bonds } = takeInput(new Cursor(buffer, place.offset), place)
  scalars.set([input.currentBlock, input.lastStepBlock, input.ownerUid ?? -1])
  emission[0] = input.emissionRao
  columns.lastUpdate.set(input.lastUpdate)
  columns.blockAtRegistration.set(input.blockAtRegistration)
  columns.earliestActiveCommitBlock.set(input.earliestActiveCommitBlock)
  columns.alphaStakeRao.set(input.alphaStakeRao)
  columns.taoStakeRao.set(input.taoStakeRao)
  columns.validatorPermit.set(input.validatorPermit)
  for (const [to, from] of [
    [weights, input.weights],
    [bonds, input.bonds],
  ] as const) {
    to.rowStart.set(from.rowStart)
    to.column.set(from.column)
    to.value.set(from.value)
  }
}

/** The input of one subnet as views on shared memory: nothing is copied. */
export function readInput(buffer: ArrayBufferLike, place: Place): EpochInput {
  const { scalars, emission, columns, weights, bonds } = takeInput(new Cursor(buffer, place.offset), place)
  return {
    n: place.n,
    currentBlock: scalars[0]!,
    lastStepBlock: scalars[1]!,
    ownerUid: scalars[2]! < 0 ? null : scalars[2]!,
    emissionRao: emission[0]!,
    ...columns,
    weights,
    bonds,
  }
}

/** Where the result of one subnet goes, as views on shared memory. */
export function resultMemory(buffer: ArrayBufferLike, place: Place): ResultMemory {
  return takeResult(new Cursor(buffer, resultOffset(place)), place)
}

/** Copies a result, column by column, to its place. */
export function writeOutput(memory: ResultMemory, n: number, output: EpochOutput): void {
  const { bonds, raw, ...columns } = output
  assert(bonds.column.length <= memory.column.length, 'the bonds outgrow what an epoch can leave')
  rowStartOf(memory.block, n).set(bonds.rowStart)
  memory.column.set(bonds.column)
  memory.value.set(bonds.value)
  const to = readOutput(memory, n, () => raw.bonds)
  copyColumns(to, columns)
  const { bonds: _, ...rawColumns } = raw
  copyColumns(to.raw, rawColumns)
}

function copyColumns(to: object, from: object): void {
  for (const [name, column] of Object.entries(from)) (Reflect.get(to, name) as Uint8Array).set(column)
}

/** A result as views on shared memory; its raw bonds, which are not kept, are what `rawBonds` gives. */
export function readOutput(memory: ResultMemory, n: number, rawBonds: () => SparseRawRows): EpochOutput {
  const stored = rowStartOf(memory.block, n)[n]!
  const bonds = { column: memory.column.subarray(0, stored), value: memory.value.subarray(0, stored) }
  return outputOf(memory.block, n, bonds, rawBonds)
}

/** The places of all subnets as one shared table, and back. */
export function writePlace(table: Float64Array, k: number, place: Place): void {
  const { segment, offset, n, weights, bonds, bondsOut, params } = place
  table.set([segment, offset, n, weights, bonds, bondsOut, params], k * PLACE_LENGTH)
}

export function readPlace(table: Float64Array, k: number): Place {
  const at = k * PLACE_LENGTH
  return {
    segment: table[at]!,
    offset: table[at + 1]!,
    n: table[at + 2]!,
    weights: table[at + 3]!,
    bonds: table[at + 4]!,
    bondsOut: table[at + 5]!,
    params: table[at + 6]!,
  }
}

function resultOffset(place: Place): number {
  const cursor = new Cursor(undefined, place.offset)
  takeInput(cursor, place)
  return cursor.offset
}

function takeInput(cursor: Cursor, { n, weights, bonds }: SubnetSize) {
  return {
    scalars: cursor.take(Float64Array, SCALARS - 1),
    emission: cursor.take(BigUint64Array, 1),
    columns: {
      lastUpdate: cursor.take(Float64Array, n),
      blockAtRegistration: cursor.take(Float64Array, n),
      earliestActiveCommitBlock: cursor.take(Float64Array, n),
      alphaStakeRao: cursor.take(BigUint64Array, n),
      taoStakeRao: cursor.take(BigUint64Array, n),
      validatorPermit: cursor.take(Uint8Array, n),
    },
    weights: takeRows(cursor, n, weights),
    bonds: takeRows(cursor, n, bonds),
  }
}

function takeResult(cursor: Cursor, { n, bondsOut }: SubnetSize): ResultMemory {
  return {
    block: cursor.take(Uint8Array, resultBytes(n)),
    column: cursor.take(Uint16Array, bondsOut),
    value: cursor.take(Uint16Array, bondsOut),
  }
}

function takeRows(cursor: Cursor, n: number, entries: number) {
  return {
    rowStart: cursor.take(Uint32Array, n + 1),
    column: cursor.take(Uint16Array, entries),
    value: cursor.take(Uint16Array, entries),
  }
}
