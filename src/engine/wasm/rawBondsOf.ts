import type { SparseRawRows } from '../../consensus/index.js'
import { divFloor } from '../../math/index.js'

/** Bonds by column, one entry per lane (a row of the matrix), as the engine leaves them. */
export interface LaneMatrix {
  readonly n: number
  /** u32[n + 1]: first entry of each column. */
  readonly columnStart: Uint32Array
  /** Raw, below 2^32; in slow columns only told from 0. */
  readonly bonds: Uint32Array
  /** uid of each lane. */
  readonly laneUid: Uint32Array
  /** Lane of each entry; `null` where every column holds every lane. */
  readonly laneOfEntry: Uint16Array | null
  /** Largest entry of each column, which the stored bonds are relative to; `null` where they are stored as they are. */
  readonly largest: BigUint64Array | null
  /** Columns whose numbers are in `slowBonds`. */
  readonly isSlow: Uint8Array
  readonly slowBonds: BigUint64Array | null
}

/** Every bond before the last rounding, by row. Cost: a few nanoseconds per bond. */
export function rawBondsOf(matrix: LaneMatrix): SparseRawRows {
  const { n, laneUid } = matrix
  const rowStart = new Uint32Array(n + 1)
  forEachBond(matrix, (lane) => {
    rowStart[laneUid[lane]! + 1]!++
  })
  for (let i = 0; i < n; i++) rowStart[i + 1]! += rowStart[i]!
  const next = rowStart.slice()
  const column = new Uint16Array(rowStart[n]!)
  const raw = new BigInt64Array(column.length)
  const words = new Uint32Array(raw.buffer)
  forEachBond(matrix, (lane, j, k) => {
    const place = next[laneUid[lane]!]!++
    const value = rawAt(matrix, j, k)
    column[place] = j
    words[2 * place] = value
    words[2 * place + 1] = value === 0x1_0000_0000 ? 1 : 0
  })
  return { rowStart, column, raw }
}

function forEachBond(matrix: LaneMatrix, visit: (lane: number, j: number, k: number) => void): void {
  const { n, columnStart, bonds, laneOfEntry } = matrix
  for (let j = 0; j < n; j++) {
    for (let k = columnStart[j]!; k < columnStart[j + 1]!; k++) {
      if (bonds[k] === 0) continue
      visit(laneOfEntry === null ? k - columnStart[j]! : laneOfEntry[k]!, j, k)
    }
  }
}

function rawAt(matrix: LaneMatrix, j: number, k: number): number {
  const value = matrix.isSlow[j] === 1 ? Number(matrix.slowBonds![k]!) : matrix.bonds[k]!
  return matrix.largest === null ? value : divFloor(value, Number(matrix.largest[j]!))
}
