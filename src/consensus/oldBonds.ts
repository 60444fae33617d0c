import { ONE_RAW, shareOfU16 } from '../math/index.js'
import { type RawRows, RawRowsBuilder } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Stored bonds as shares of their column: what the original Yuma starts from.
 *
 * Entries of one column are integers up to 65535 before the division; columns sum to 1 (less a few units), or 0.
 *
 * @param input - at most 32,768 bonds on one target, so that no sum leaves the chain's 64 bits.
 */
export function oldBondShares(input: EpochInput, params: EpochParams): RawRows {
  const stored = survivingBonds(input, params, input.n, (value) => value)
  const sums = new Float64Array(input.n)
  for (let k = 0; k < stored.raw.length; k++) sums[stored.column[k]!]! += stored.raw[k]!
  for (let k = 0; k < stored.raw.length; k++) {
    const sum = sums[stored.column[k]!]!
    // Below 2^48 over below 2^31: exact in doubles.
    if (sum > 0) stored.raw[k] = Math.floor((stored.raw[k]! * ONE_RAW) / sum)
  }
  return stored
}

/**
 * Stored bonds as levels between 0 and 1, not normalised: what Yuma 3 starts from.
 *
 * @param targets - targets from here on are left out: n, or 65,536 where even those outside the subnet matter.
 */
export function oldBondLevels(input: EpochInput, params: EpochParams, targets: number): RawRows {
  return survivingBonds(input, params, targets, shareOfU16)
}

/** Bonds on targets that have not registered since the last epoch. Order, repetitions and zeros stay. */
function survivingBonds(
  input: EpochInput,
  params: EpochParams,
  targets: number,
  read: (value: number) => number,
): RawRows {
  const { rowStart, column, value } = input.bonds
  const lastEpoch =
    input.lastStepBlock === 0 ? Math.max(0, input.currentBlock - params.tempoBlocks) : input.lastStepBlock + 1
  const rows = new RawRowsBuilder(input.n, column.length)
  for (let i = 0; i < input.n; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = column[k]!
      // A target outside the subnet counts as registered at block 0.
      if (j < targets && lastEpoch > (input.blockAtRegistration[j] ?? 0)) rows.push(j, read(value[k]!))
    }
    rows.endRow()
  }
  return rows.build()
}
