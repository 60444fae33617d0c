import { divFloor, LOW_WORD, reciprocalOf, wordsOf } from '../../math/index.js'
import { type BondOutput, createBondOutput } from '../EpochBuffers.js'
import type { DenseBuffers, Lanes } from './DenseBuffers.js'

/** Which bonds are written, and as what. */
export interface Writing {
  readonly lanes: Lanes
  /** The first `found` of `servers` have bonds. */
  readonly found: number
  /** f64[n]: what bonds are shares of in the end; `null` where they are levels as they stand (Yuma 3). */
  readonly largest: Float64Array | null
  /** u8[n]: the permits for the next epoch. */
  readonly permits: Uint8Array
  /** f64[n]: scratch. */
  readonly scale: Float64Array
}

/**
 * Bonds in both public forms, row after row; as `bondColumns`.
 *
 * @param out - overwritten: the result are views of it; new ones without it.
 */
export function denseBondOutput(out: BondOutput | null, buffers: DenseBuffers, writing: Writing): BondOutput {
  const { servers, laneOf } = buffers
  const { lanes, found, largest, permits, scale } = writing
  for (let s = 0; s < found; s++) scale[s] = largest === null ? 1 : reciprocalOf(largest[servers[s]!]!)
  const { stored, raw } = out ?? createBondOutput(permits.length, countBonds(buffers, writing))
  // PERF: no bond exceeds 1, and hardly any is that: the upper words are zeros and left alone.
  if (out !== null) raw.raw.fill(0n)
  const words = wordsOf(raw.raw)
  let end = 0
  let storedEnd = 0
  raw.rowStart[0] = 0
  stored.rowStart[0] = 0
  for (let i = 0; i < permits.length; i++) {
    const lane = laneOf[i]!
    if (lane < lanes.count) {
      const from = end
      end = writeRow({ words, column: raw.column, value: stored.value }, buffers, writing, {
        lane,
        end,
        storedEnd,
      })
      if (permits[i] === 1) {
        stored.column.set(raw.column.subarray(from, end), storedEnd)
        storedEnd += end - from
      }
    }
    raw.rowStart[i + 1] = end
    stored.rowStart[i + 1] = storedEnd
  }
  return {
    stored: {
      rowStart: stored.rowStart,
      column: stored.column.subarray(0, storedEnd),
      value: stored.value.subarray(0, storedEnd),
    },
    raw: { rowStart: raw.rowStart, column: raw.column.subarray(0, end), raw: raw.raw.subarray(0, end) },
  }
}

function countBonds({ cells, servers }: DenseBuffers, { lanes, found }: Writing): number {
  const { count, stride, firstColumn } = lanes
  let bonds = 0
  for (let s = 0; s < found; s++) {
    const start = firstColumn + servers[s]! * stride
    for (let k = start; k < start + count; k++) bonds += Number(cells[k]! > 0)
  }
  return bonds
}

/**
 * Writes one row of raw bonds from `end` on, and its u16 values from `storedEnd` on: the next row writes over those of no
 * permit. Returns the new end.
 */
function writeRow(
  { words, column, value }: { words: Uint32Array; column: Uint16Array; value: Uint16Array },
  { cells, servers }: DenseBuffers,
  { lanes, found, largest, scale }: Writing,
  place: { readonly lane: number; readonly end: number; readonly storedEnd: number },
): number {
  const { stride } = lanes
  const at = lanes.firstColumn + place.lane
  const low = LOW_WORD
  const high = 1 - LOW_WORD
  const shift = place.storedEnd - place.end
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
      value[end + shift] = bond * (65_535 / 0x1_0000_0000)
      column[end] = j
      // Which pairs have a bond is in no order: it is written in any case, and then counted or not.
      end += Number(bond > 0)
    }
    if (s === found) return end
    const j = servers[s]!
    bond = divFloor(cells[j * stride + at]!, largest === null ? 0 : largest[j]!)
    words[2 * end + low] = bond
    words[2 * end + high] = bond * (1 / 0x1_0000_0000)
    value[end + shift] = bond * (65_535 / 0x1_0000_0000)
    column[end] = j
    end++
    s++
  }
}
