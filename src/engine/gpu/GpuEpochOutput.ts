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
  const rowStart = new Uint32Array(n + 1)
  let entries = 0
  for (let r = 0; r < uids.length; r++) {
    if (permits[uids[r]!] === 0) continue
    let held = 0
    for (let at = r * stride; at < r * stride + n; at++) held += Number(values[at]! > 0)
    rowStart[uids[r]! + 1] = held
    entries += held
  }
  for (let i = 0; i < n; i++) rowStart[i + 1]! += rowStart[i]!
  const column = new Uint16Array(entries)
  const value = new Uint16Array(entries)
  for (let r = 0; r < uids.length; r++) {
    if (permits[uids[r]!] === 0) continue
    let end = rowStart[uids[r]!]!
    for (let j = 0; j < n; j++) {
      const bond = values[r * stride + j]!
      if (bond === 0) continue
      column[end] = j
      value[end++] = bond
    }
  }
  return { rowStart, column, value }
}
