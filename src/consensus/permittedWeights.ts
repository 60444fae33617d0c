import { ONE_RAW, smallShare } from '../math/index.js'
import type { RawRows } from './rawRows.js'
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
 * @param out - overwritten.
 * @param input - rows of at most 32,768 entries, so that no sum leaves the chain's 64 bits.
 */
export function permittedWeights(
  out: RawRows,
  input: EpochInput,
  permits: Uint8Array,
  params: EpochParams,
): RawRows {
  const { n, blockAtRegistration } = input
  const { rowStart, column, value } = input.weights
  const { rowStart: outStart, column: outColumn, raw } = out
  let end = 0
  let descents = 0
  outStart[0] = 0
  for (let i = 0; i < n; i++) {
    const start = end
    const rowEnd = permits[i] === 1 ? rowStart[i + 1]! : rowStart[i]!
    const self = i === input.ownerUid ? -1 : i
    const updated = input.lastUpdate[i]!
    const committed = params.commitRevealEnabled
      ? input.earliestActiveCommitBlock[i]!
      : Number.POSITIVE_INFINITY
    let sum = 0
    let previous = -1
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      if (j >= n || j === self) continue
      const registered = blockAtRegistration[j]!
      if (updated <= registered || committed < registered) continue
      const weight = value[k]!
      outColumn[end] = j
      raw[end++] = weight
      sum += weight
      if (j <= previous) descents++
      previous = j
    }
    // A row of zeros stays one.
    const scale = sum === 0 ? 0 : ONE_RAW / sum
    for (let k = start; k < end; k++) raw[k] = smallShare(raw[k]!, scale)
    outStart[i + 1] = end
  }
  out.isAscending = descents === 0
  return out
}
