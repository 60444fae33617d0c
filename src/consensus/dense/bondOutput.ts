import { divFloor, LOW_WORD, reciprocalOf, wordsOf } from '../../math/index.js'
import { type BondOutput, createBondOutput } from '../EpochBuffers.js'
import { storeRows } from '../outputs.js'
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

/** What bonds are written into. */
interface BondColumns {
  readonly words: Uint32Array
  readonly column: Uint16Array
  readonly value: Uint16Array
}

/**
 * Bonds in both public forms, row after row; as `bondColumns`.
 *
 * @param out - overwritten: the result are views of it; new ones without it.
 */
export function denseBondOutput(out: BondOutput | null, buffers: DenseBuffers, writing: Writing): BondOutput {
  const { servers } = buffers
  const { lanes, found, bonds, hasWhole, largest, permits, scale } = writing
  for (let s = 0; s < found; s++) scale[s] = largest === null ? 1 : reciprocalOf(largest[servers[s]!]!)
  const { stored, raw } = out ?? createBondOutput(permits.length, bonds)
  const columns = { words: wordsOf(raw.raw), column: raw.column, value: stored.value }
  // PERF: no bond exceeds 1, and hardly any is that: the upper words are zeros and left alone.
  if (out !== null) columns.words.fill(0, 0, 2 * bonds)
  // Among shares of the largest bond a 1 is common, and found out.
  const isFull = bonds === found * lanes.count && (largest !== null || !hasWhole)
  if (isFull) writeFullRows(columns, raw.rowStart, buffers, writing)
  else writeRows(columns, raw.rowStart, buffers, writing)
  const end = storeRows(stored, raw, permits)
  return {
    stored: {
      rowStart: stored.rowStart,
      column: stored.column.subarray(0, end),
      value: stored.value.subarray(0, end),
    },
    raw: {
      rowStart: raw.rowStart,
      column: raw.column.subarray(0, bonds),
      raw: raw.raw.subarray(0, bonds),
    },
  }
}

/** Writes every row one after the other. */
function writeRows(
  columns: BondColumns,
  rowStart: Uint32Array,
  buffers: DenseBuffers,
  writing: Writing,
): void {
  const { laneOf } = buffers
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < laneOf.length; i++) {
    const lane = laneOf[i]!
    if (lane < writing.lanes.count) end = writeRow(columns, buffers, writing, { lane, end })
    rowStart[i + 1] = end
  }
}

/** Writes one row of bonds from `end` on; returns the new end. */
function writeRow(
  { words, column, value }: BondColumns,
  { cells, servers }: DenseBuffers,
  { lanes, found, largest, scale }: Writing,
  place: { readonly lane: number; readonly end: number },
): number {
  const { stride } = lanes
  const at = lanes.firstColumn + place.lane
  const low = LOW_WORD
  const high = 1 - LOW_WORD
  let { end } = place
  let s = 0
  for (;;) {
    let bond = 0
    for (; s < found; s++) {
      const j = servers[s]!
      const quotient = cells[j * stride + at]! * scale[s]!
      bond = Math.floor(quotient)
      if (quotient - bond >= 1 - 1 / 0x2_0000) break
      // Storing a double cuts off its fraction and keeps it modulo the element's range.
      words[2 * end + low] = bond
      if (bond === 0x1_0000_0000) words[2 * end + high] = 1
      value[end] = bond * (65_535 / 0x1_0000_0000)
      column[end] = j
      // Which pairs have a bond is in no order: it is written in any case, and then counted or not.
      end += Number(bond > 0)
    }
    if (s === found) return end
    const j = servers[s]!
    bond = divFloor(cells[j * stride + at]!, largest === null ? 0 : largest[j]!)
    words[2 * end + low] = bond
    words[2 * end + high] = bond * (1 / 0x1_0000_0000)
    value[end] = bond * (65_535 / 0x1_0000_0000)
    column[end] = j
    end++
    s++
  }
}

/**
 * Writes all rows where no bond is missing, so that each one's place is known beforehand.
 *
 * PERF: four columns at once, because each entry of a row lies in a cache line of its own: half the time.
 */
function writeFullRows(
  columns: BondColumns,
  rowStart: Uint32Array,
  buffers: DenseBuffers,
  writing: Writing,
): void {
  const { laneOf, servers } = buffers
  const { lanes, found } = writing
  const row = servers.subarray(0, found)
  let end = 0
  rowStart[0] = 0
  for (let i = 0; i < laneOf.length; i++) {
    if (laneOf[i]! < lanes.count) {
      columns.column.set(row, end)
      end += found
    }
    rowStart[i + 1] = end
  }
  let s = 0
  for (; s + 4 <= found; s += 4) writeFourColumns(columns, rowStart, buffers, { writing, s })
  for (; s < found; s++) {
    for (let lane = 0; lane < lanes.count; lane++) {
      writeBond(columns, rowStart[buffers.uid[lane]!]! + s, bondOf(buffers, writing, { s, lane }))
    }
  }
}

function writeFourColumns(
  columns: BondColumns,
  rowStart: Uint32Array,
  buffers: DenseBuffers,
  { writing, s }: { readonly writing: Writing; readonly s: number },
): void {
  const { words, value } = columns
  const { cells, servers, uid } = buffers
  const { lanes, scale } = writing
  const { count, stride, firstColumn } = lanes
  const low = LOW_WORD
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
      // A share of 1 falls short of it and is among these; levels of 1 are not written by this.
      if (
        quotient0 - bond0 >= 1 - 1 / 0x2_0000 ||
        quotient1 - bond1 >= 1 - 1 / 0x2_0000 ||
        quotient2 - bond2 >= 1 - 1 / 0x2_0000 ||
        quotient3 - bond3 >= 1 - 1 / 0x2_0000
      ) {
        break
      }
      const at = rowStart[uid[lane]!]! + s
      words[2 * at + low] = bond0
      words[2 * at + low + 2] = bond1
      words[2 * at + low + 4] = bond2
      words[2 * at + low + 6] = bond3
      value[at] = bond0 * (65_535 / 0x1_0000_0000)
      value[at + 1] = bond1 * (65_535 / 0x1_0000_0000)
      value[at + 2] = bond2 * (65_535 / 0x1_0000_0000)
      value[at + 3] = bond3 * (65_535 / 0x1_0000_0000)
    }
    if (lane === count) return
    const at = rowStart[uid[lane]!]! + s
    for (let k = 0; k < 4; k++) writeBond(columns, at + k, bondOf(buffers, writing, { s: s + k, lane }))
    lane++
  }
}

/** One bond, exact in any case. */
function bondOf(
  { cells, servers }: DenseBuffers,
  { lanes, largest }: Writing,
  { s, lane }: { readonly s: number; readonly lane: number },
): number {
  const j = servers[s]!
  const bond = cells[lanes.firstColumn + j * lanes.stride + lane]!
  return largest === null ? bond : divFloor(bond, largest[j]!)
}

function writeBond({ words, value }: BondColumns, at: number, bond: number): void {
  words[2 * at + LOW_WORD] = bond
  words[2 * at + 1 - LOW_WORD] = bond * (1 / 0x1_0000_0000)
  value[at] = bond * (65_535 / 0x1_0000_0000)
}
