import { shareOfU16 } from '../math/index.js'
import { columnShares, columnSums, filterEntries, mapEntries, type RawRows, rawRowsOf } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * Stored bonds as shares of their column: what the original Yuma starts from. Columns sum to 1 (less a few units), or 0.
 *
 * @param input - at most 32,768 bonds on one target, so that no sum leaves the chain's 64 bits.
 */
export function oldBondShares(input: EpochInput, params: EpochParams): RawRows {
  const inside = filterEntries(keptBonds(input, params), (_, __, j) => j < input.n)
  return columnShares(inside, columnSums(inside))
}

/**
 * Stored bonds as levels between 0 and 1, not normalised: what Yuma 3 starts from. Targets outside the subnet are still among
 * them.
 */
export function oldBondLevels(input: EpochInput, params: EpochParams): RawRows {
  return mapEntries(keptBonds(input, params), shareOfU16)
}

/** Bonds on targets that registered at or after this block are gone. */
export function lastEpochBlock(input: EpochInput, params: EpochParams): number {
  return input.lastStepBlock === 0
    ? Math.max(0, input.currentBlock - params.tempoBlocks)
    : input.lastStepBlock + 1
}

/** The bonds that are not gone, in u16 as stored. A target outside the subnet counts as registered at block 0. */
function keptBonds(input: EpochInput, params: EpochParams): RawRows {
  const lastEpoch = lastEpochBlock(input, params)
  return filterEntries(rawRowsOf(input.bonds), (_, __, j) => lastEpoch > (input.blockAtRegistration[j] ?? 0))
}
