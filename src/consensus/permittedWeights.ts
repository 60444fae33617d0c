import { ONE_RAW } from '../math/index.js'
import { type RawRows, RawRowsBuilder } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

/**
 * The weights that count, each row normalised to a sum of 1 (less a few units), or 0.
 *
 * Entries leave in this order: targets outside the subnet, rows without a permit, self-weights (the owner's own
 * stays), weights not renewed since their target registered, and, with commit-reveal, weights whose holder has a
 * commitment older than the target's registration. What stays keeps its order; explicit zeros stay.
 *
 * An inactive validator with a permit keeps its row: without stake, but its weights still form bonds.
 *
 * @param input - rows of at most 32,768 entries, so that no sum leaves the chain's 64 bits.
 */
export function permittedWeights(input: EpochInput, permits: Uint8Array, params: EpochParams): RawRows {
  const { rowStart, column, value } = input.weights
  const rows = new RawRowsBuilder(input.n, column.length)
  for (let i = 0; i < input.n; i++) {
    const end = permits[i] === 1 ? rowStart[i + 1]! : rowStart[i]!
    const keepsSelf = i === input.ownerUid
    const updated = input.lastUpdate[i]!
    const committed = params.commitRevealEnabled
      ? input.earliestActiveCommitBlock[i]!
      : Number.POSITIVE_INFINITY
    const isKept = (j: number): boolean => {
      if (j >= input.n || (j === i && !keepsSelf)) return false
      const registered = input.blockAtRegistration[j]!
      return updated > registered && committed >= registered
    }
    let sum = 0
    for (let k = rowStart[i]!; k < end; k++) if (isKept(column[k]!)) sum += value[k]!
    for (let k = rowStart[i]!; k < end; k++) {
      const j = column[k]!
      // Weights are whole numbers below 2^16, so the division is exact in doubles; a row of zeros stays one.
      if (isKept(j)) rows.push(j, sum === 0 ? 0 : Math.floor((value[k]! * ONE_RAW) / sum))
    }
    rows.endRow()
  }
  return rows.build()
}
