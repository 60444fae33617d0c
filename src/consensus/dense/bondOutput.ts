import { divFloor, reciprocalOf, toBigInt64Array } from '../../math/index.js'
import { createStoredBonds } from '../EpochBuffers.js'
import { type BondOutput, once } from '../outputs.js'
import type { SparseRawRows, SparseRows } from '../types.js'
import type { DenseBuffers, Lanes } from './DenseBuffers.js'
import type { MovedBonds } from './moveColumns.js'

/** Which bonds are written, and as what. */
export interface Writing extends MovedBonds {
  readonly lanes: Lanes
  /** f64[n]: what bonds are shares of in the end; `null` where they are levels as they stand (Yuma 3). */
  readonly largest: Float64Array | null
  /** u8[n]: the permits for the next epoch. */
  readonly permits: Uint8Array
  /** f64[n]: scratch. */
  readonly scale: Float64Array
}

/**
 * Bonds in both public forms; as `bondColumns`. Raw bonds are put together when they are first read: from a copy, or from
 * the buffers where the output is overwritten as they are.
 *
 * @param out - overwritten: the stored bonds are views of it; new ones without it.
 */
export function denseBondOutput(out: SparseRows | null, buffers: DenseBuffers, writing: Writing): BondOutput {
  const { servers } = buffers
  const { lanes, found, bonds, largest, permits, scale } = writing
  for (let s = 0; s < found; s++) scale[s] = largest === null ? 1 : reciprocalOf(largest[servers[s]!]!)
  const stored = out ?? createStoredBonds(permits.length, bonds)
  const isFull = bonds === found * lanes.count
  const end = isFull ? writeFullRows(stored, buffers, writing) : writeRows(stored, buffers, writing)
  const matrix = { ...buffers, lanes, found, bonds, largest }
  const lasting = out === null ? copyOf(matrix) : matrix
  return {
    stored: {
      rowStart: stored.rowStart,
      column: stored.column.subarray(0, end),
      value: stored.value.subarray(0, end),
    },
    raw: once(() => rawRowsOf(lasting)),
  }
}

/** Writes every row that is stored one after the other; returns how many bonds that are. */
function writeRows(stored: SparseRows, buffers: DenseBuffers, writing: Writing): number {
  const { laneOf } = buffers
  const { lanes, permits } = writing
  const { rowStart } = stored
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < laneOf.length; i++) {
    const lane = laneOf[i]!
    if (lane < lanes.count && permits[i] === 1) end = writeRow(stored, buffers, writing, { lane, end })
    rowStart[i + 1] = end
  }
  return end
}

/** Writes one row of bonds from `end` on; returns the new end. */
function writeRow(
  { column, value }: SparseRows,
  buffers: DenseBuffers,
  writing: Writing,
  place: { readonly lane: number; readonly end: number },
): number {
  const { cells, servers } = buffers
  const { lanes, found, largest, scale } = writing
  const { stride } = lanes
  const at = lanes.firstColumn + place.lane
  let { end } = place
  let s = 0
  for (;;) {
    for (; s < found; s++) {
      const j = servers[s]!
      const quotient = cells[j * stride + at]! * scale[s]!
      const bond = Math.floor(quotient)
      if (quotient - bond >= 1 - 1 / 0x2_0000) break
      // Storing a double cuts off its fraction.
      value[end] = bond * (65_535 / 0x1_0000_0000)
      column[end] = j
      // Which pairs have a bond is in no order: it is written in any case, and then counted or not.
      end += Number(bond > 0)
    }
    if (s === found) return end
    value[end] =
      bondOf(cells, lanes, largest, { j: servers[s]!, lane: place.lane }) * (65_535 / 0x1_0000_0000)
    column[end] = servers[s]!
    end++
    s++
  }
}

/**
 * Writes all rows that are stored where no bond is missing, so that each one's place is known beforehand; returns how many
 * bonds that are.
 *
 * PERF: four columns at once, because each entry of a row lies in a cache line of its own: half the time.
 */
function writeFullRows(stored: SparseRows, buffers: DenseBuffers, writing: Writing): number {
  const { servers, start } = buffers
  const { lanes, found, largest } = writing
  const end = placeFullRows(stored, buffers, writing)
  let s = 0
  for (; s + 4 <= found; s += 4) writeFourColumns(stored.value, buffers, writing, s)
  for (; s < found; s++) {
    for (let lane = 0; lane < lanes.count; lane++) {
      const bond = bondOf(buffers.cells, lanes, largest, { j: servers[s]!, lane })
      stored.value[start[lane]! + s] = bond * (65_535 / 0x1_0000_0000)
    }
  }
  return end
}

/** Gives each full row its place and its targets. Those that are not stored share the place behind the last. */
function placeFullRows(
  { rowStart, column }: SparseRows,
  { laneOf, servers, start }: DenseBuffers,
  { lanes, found, permits }: Writing,
): number {
  const row = servers.subarray(0, found)
  let end = 0
  rowStart[0] = 0
  start.fill(0, 0, lanes.count)
  for (let i = 0; i < laneOf.length; i++) {
    const lane = laneOf[i]!
    if (lane < lanes.count && permits[i] === 1) {
      column.set(row, end)
      start[lane] = end
      end += found
    }
    rowStart[i + 1] = end
  }
  for (let i = 0; i < laneOf.length; i++) {
    if (laneOf[i]! < lanes.count && permits[i] === 0) start[laneOf[i]!] = end
  }
  return end
}

function writeFourColumns(
  value: Uint16Array,
  { cells, servers, start }: DenseBuffers,
  { lanes, largest, scale }: Writing,
  s: number,
): void {
  const { count, stride, firstColumn } = lanes
  const start0 = firstColumn + servers[s]! * stride
  const start1 = firstColumn + servers[s + 1]! * stride
  const start2 = firstColumn + servers[s + 2]! * stride
  const start3 = firstColumn + servers[s + 3]! * stride
  const scale0 = scale[s]!
  const scale1 = scale[s + 1]!
  const scale2 = scale[s + 2]!
  const scale3 = scale[s + 3]!
  let lane = 0
  for (;;) {
    for (; lane < count; lane++) {
      const quotient0 = cells[start0 + lane]! * scale0
      const quotient1 = cells[start1 + lane]! * scale1
      const quotient2 = cells[start2 + lane]! * scale2
      const quotient3 = cells[start3 + lane]! * scale3
      const bond0 = Math.floor(quotient0)
      const bond1 = Math.floor(quotient1)
      const bond2 = Math.floor(quotient2)
      const bond3 = Math.floor(quotient3)
      // A share of 1 falls short of it and is among these.
      if (
        quotient0 - bond0 >= 1 - 1 / 0x2_0000 ||
        quotient1 - bond1 >= 1 - 1 / 0x2_0000 ||
        quotient2 - bond2 >= 1 - 1 / 0x2_0000 ||
        quotient3 - bond3 >= 1 - 1 / 0x2_0000
      ) {
        break
      }
      const at = start[lane]! + s
      value[at] = bond0 * (65_535 / 0x1_0000_0000)
      value[at + 1] = bond1 * (65_535 / 0x1_0000_0000)
      value[at + 2] = bond2 * (65_535 / 0x1_0000_0000)
      value[at + 3] = bond3 * (65_535 / 0x1_0000_0000)
    }
    if (lane === count) return
    const at = start[lane]! + s
    for (let k = 0; k < 4; k++) {
      value[at + k] = bondOf(cells, lanes, largest, { j: servers[s + k]!, lane }) * (65_535 / 0x1_0000_0000)
    }
    lane++
  }
}

/** One bond, exact in any case. */
function bondOf(
  cells: Float64Array,
  { firstColumn, stride }: Lanes,
  largest: Float64Array | null,
  { j, lane }: { readonly j: number; readonly lane: number },
): number {
  const bond = cells[firstColumn + j * stride + lane]!
  return largest === null ? bond : divFloor(bond, largest[j]!)
}

/** What raw bonds are read from. */
interface BondMatrix
  extends Pick<DenseBuffers, 'cells' | 'servers' | 'laneOf'>,
    Pick<Writing, 'lanes' | 'found' | 'bonds' | 'largest'> {}

function copyOf(matrix: BondMatrix): BondMatrix {
  const { cells, servers, laneOf, lanes, largest } = matrix
  return {
    ...matrix,
    cells: cells.slice(0, lanes.firstColumn + laneOf.length * lanes.stride),
    servers: servers.slice(0, matrix.found),
    laneOf: laneOf.slice(),
    largest: largest === null ? null : largest.slice(),
  }
}

/** Every bond before the last rounding, by row. */
function rawRowsOf({ cells, servers, laneOf, lanes, found, bonds, largest }: BondMatrix): SparseRawRows {
  const rowStart = new Uint32Array(laneOf.length + 1)
  const column = new Uint16Array(bonds)
  const raw = new Float64Array(bonds)
  let end = 0
  for (let i = 0; i < laneOf.length; i++) {
    const lane = laneOf[i]!
    for (let s = 0; lane < lanes.count && s < found; s++) {
      const bond = bondOf(cells, lanes, largest, { j: servers[s]!, lane })
      if (bond === 0) continue
      column[end] = servers[s]!
      raw[end++] = bond
    }
    rowStart[i + 1] = end
  }
  return { rowStart, column, raw: toBigInt64Array(raw) }
}
