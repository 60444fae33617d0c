import type { SparseRows } from '../../consensus/index.js'

/** One epoch from the GPU. Shares are f32 between 0 and 1, columns by uid. */
export interface GpuEpochOutput {
  /** f32[n]: consensus weight of each server; the exact engine's, rounded to f32. */
  readonly consensus: Float32Array
  /** f32[n]: likewise exact before its rounding. */
  readonly incentive: Float32Array
  /** f32[n]: likewise. */
  readonly dividends: Float32Array
  /** f32[n]: exact before its rounding. */
  readonly validatorTrust: Float32Array
  /** u8[n]: exact. */
  readonly active: Uint8Array
  /** u8[n]: permits for the next epoch, exact. */
  readonly validatorPermit: Uint8Array
  /**
   * Bonds to store, made when first read: rows of those with a permit for the next epoch, u16, without zeros. Of Yuma 3 the
   * exact engine's; of the original Yuma at most one unit off.
   */
  readonly bonds: SparseRows
  readonly info: GpuEpochInfo
}

/** How one epoch was computed. */
export interface GpuEpochInfo {
  readonly engine: 'gpu' | 'exact'
  /**
   * Servers whose consensus f32 alone could not tell from a weight next to it; integers decided there, so that none
   * differs from the exact engine.
   */
  readonly closeCalls: number
}

/** A subnet's bonds as they lie on the device: row r is that of `uids[r]`, two columns to a word. */
export interface DenseBonds {
  readonly n: number
  readonly uids: Uint32Array
  /** u16[uids.length x 2 ceil(n / 2)]. */
  readonly values: Uint16Array
}

/** The rows to store, compressed. PERF: reads every entry twice. */
export function storedRows({ n, uids, values }: DenseBonds, permits: Uint8Array): SparseRows {
  const stride = 2 * Math.ceil(n / 2)
  const rowOf = new Map(Array.from(uids, (uid, r) => [uid, r]))
  const cells = Array.from({ length: n }, (_, i) => {
    const first = stride * (permits[i] === 0 ? -1 : (rowOf.get(i) ?? -1))
    return first < 0 ? NO_CELLS : values.subarray(first, first + n)
  })
  let end = 0
  const ends = cells.map((row) => {
    end += heldIn(row)
    return end
  })
  const column = new Uint16Array(end)
  const value = new Uint16Array(end)
  end = 0
  for (const row of cells) {
    for (let j = 0; j < row.length; j++) {
      const bond = row[j] ?? 0
      if (bond === 0) continue
      column[end] = j
      value[end++] = bond
    }
  }
  return { rowStart: Uint32Array.from([0, ...ends]), column, value }
}

const NO_CELLS = new Uint16Array(0)

function heldIn(row: Uint16Array): number {
  let held = 0
  for (let j = 0; j < row.length; j++) held += Number(row[j] !== 0)
  return held
}
