import { divFloor } from '../math/index.js'
import { at, sumOf } from './columns.js'
import type { RawRows } from './rawRows.js'
import { rowsOf } from './rows.js'
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
  return rowsOf(input.weights).map((row, i) => {
    if (at(permits, i) === 0) return []
    const updated = at(input.lastUpdate, i)
    const committed = params.commitRevealEnabled
      ? at(input.earliestActiveCommitBlock, i)
      : Number.POSITIVE_INFINITY
    const counts = (j: number): boolean => {
      if (j >= input.n || (j === i && i !== input.ownerUid)) return false
      const registered = at(input.blockAtRegistration, j)
      return updated > registered && committed >= registered
    }
    const kept = row.filter(([j]) => counts(j))
    const sum = sumOf(kept.map(([, weight]) => weight))
    return kept.map(([j, weight]) => [j, divFloor(weight, sum)] as const)
  })
}
