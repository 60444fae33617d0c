import { ONE_RAW } from '../math/index.js'
import { ascendingPlaces, isAscendingBelow } from './rawRows.js'
import type { EpochInput, EpochParams, SparseRows } from './types.js'

const U16_MAX = 65_535

/**
 * Stored bonds, and what turns those of each column into raw numbers: `smallShare(value, scale[j])`.
 *
 * A scale of 0 stands for a column whose bonds are gone.
 */
export interface OldBonds {
  readonly rows: AscendingBonds
  /** f64[n]. */
  readonly scale: Float64Array
}

/** Stored bonds in ascending order. */
export interface AscendingBonds extends SparseRows {
  /** Whether the targets of each row strictly ascend: no repetitions. */
  readonly isAscending: boolean
}

/**
 * Scales for stored bonds as shares of their column: what the original Yuma starts from.
 *
 * Columns sum to 1 (less a few units), or 0.
 *
 * @param scale - f64[n], overwritten.
 * @param rows - at most 32,768 bonds on one target, so that no sum leaves the chain's 64 bits.
 */
export function oldBondShares(
  scale: Float64Array,
  rows: AscendingBonds,
  input: EpochInput,
  params: EpochParams,
): OldBonds {
  const { column, value } = rows
  const entries = rows.rowStart[input.n]!
  scale.fill(0)
  for (let k = 0; k < entries; k++) scale[column[k]!]! += value[k]!
  const lastEpoch = lastEpochBlock(input, params)
  for (let j = 0; j < input.n; j++) {
    const isKept = scale[j]! > 0 && lastEpoch > input.blockAtRegistration[j]!
    scale[j] = isKept ? ONE_RAW / scale[j]! : 0
  }
  return { rows, scale }
}

/**
 * Scales for stored bonds as levels between 0 and 1, not normalised: what Yuma 3 starts from.
 *
 * @param scale - f64[n], overwritten.
 */
export function oldBondLevels(
  scale: Float64Array,
  rows: AscendingBonds,
  input: EpochInput,
  params: EpochParams,
): OldBonds {
  const lastEpoch = lastEpochBlock(input, params)
  for (let j = 0; j < input.n; j++) {
    scale[j] = lastEpoch > input.blockAtRegistration[j]! ? ONE_RAW / U16_MAX : 0
  }
  return { rows, scale }
}

/** Bonds on targets that registered at or after this block are gone. */
export function lastEpochBlock(input: EpochInput, params: EpochParams): number {
  return input.lastStepBlock === 0
    ? Math.max(0, input.currentBlock - params.tempoBlocks)
    : input.lastStepBlock + 1
}

/** The stored bonds in ascending order and without targets from n on; the input's own rows if they are so. */
export function ascendingBonds({ bonds, n }: EpochInput): AscendingBonds {
  if (isAscendingBelow(bonds, n)) {
    const { rowStart, column, value } = bonds
    return { rowStart, column, value, isAscending: true }
  }
  const { rowStart, places } = ascendingPlaces(bonds, n)
  const kept = places.subarray(0, rowStart[n])
  return {
    rowStart,
    column: Uint16Array.from(kept, (k) => bonds.column[k]!),
    value: Uint16Array.from(kept, (k) => bonds.value[k]!),
    isAscending: false,
  }
}
