import type { SparseRawRows } from '../../consensus/index.js'
import { divFloor, ONE_RAW } from '../../math/index.js'

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
  const rowStart = new Uint32Array(matrix.n + 1)
  forEachBond(matrix, (uid) => {
    rowStart[uid + 1] = (rowStart[uid + 1] ?? 0) + 1
  })
  let entries = 0
  rowStart.forEach((count, i) => {
    entries += count
    rowStart[i] = entries
  })
  const next = rowStart.slice()
  const column = new Uint16Array(entries)
  const raw = new BigInt64Array(entries)
  const words = new Uint32Array(raw.buffer)
  forEachBond(matrix, (uid, j, k) => {
    const place = next[uid] ?? 0
    next[uid] = place + 1
    column[place] = j
    const value = rawAt(matrix, j, k)
    words[2 * place] = value
    words[2 * place + 1] = value === ONE_RAW ? 1 : 0
  })
  return { rowStart, column, raw }
}

function forEachBond(matrix: LaneMatrix, visit: (uid: number, j: number, k: number) => void): void {
  const { n, columnStart, bonds, laneOfEntry, laneUid } = matrix
  let k = 0
  for (let j = 0; j < n; j++) {
    const start = k
    for (const end = columnStart[j + 1] ?? 0; k < end; k++) {
      const lane = laneOfEntry === null ? k - start : laneOfEntry[k]
      if (bonds[k] !== 0) visit(laneUid[lane ?? 0] ?? 0, j, k)
    }
  }
}

function rawAt({ isSlow, slowBonds, bonds, largest }: LaneMatrix, j: number, k: number): number {
  const value = Number((isSlow[j] === 1 ? slowBonds : bonds)?.[k])
  return largest === null ? value : divFloor(value, Number(largest[j]))
}
