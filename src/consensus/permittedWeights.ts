import { divFloor } from '../math/index.js'
import { at } from './columns.js'
import { filterEntries, mapEntries, type RawRows, rawRowsOf, rowSums } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * The weights that count, each row normalised.
 *
 * Removed are targets outside the subnet, rows of validators without a permit, self-weights (the owner's own
 * stays), weights not renewed since their target registered, and, with commit-reveal, weights whose holder has a
 * commitment older than the target's registration. What stays keeps its order; explicit zeros stay.
 *
 * An inactive validator with a permit keeps its row: without stake, but its weights still form bonds.
 *
 * @param input - rows of at most 32,768 entries, so that no sum leaves the chain's 64 bits.
 * @param permits - those in force.
 */
export function permittedWeights(input: EpochInput, permits: Uint8Array, params: EpochParams): RawRows {
  const kept = filterEntries(rawRowsOf(input.weights), (_, i, j) => {
    if (at(permits, i) === 0 || j >= input.n) return false
    if (i === j && i !== input.ownerUid) return false
    const registered = at(input.blockAtRegistration, j)
    if (at(input.lastUpdate, i) <= registered) return false
    return !params.commitRevealEnabled || at(input.earliestActiveCommitBlock, i) >= registered
  })
  const sums = rowSums(kept)
  return mapEntries(kept, (weight, i) => divFloor(weight, at(sums, i)))
}
