import { mulShare, ONE_RAW } from '../math/index.js'
import { at } from './columns.js'
import { liquidAlpha, liquidAlphaBounds } from './liquidAlpha.js'
import { byTarget, filterEntries, mapEntries, type RawRows } from './rawRows.js'
import type { EpochParams } from './types.js'

/**
 * Bonds of Yuma 3 under liquid alpha: one per entry of `weights`, explicit zeros included, in that order; positive
 * results only. Of repeated old bonds the last counts.
 *
 * @param old - levels.
 * @param consensus - raw[n].
 * @source subtensor `epoch/run_epoch.rs`, `compute_liquid_alpha_values_sparse`
 */
export function liquidBonds(
  weights: RawRows,
  old: RawRows,
  consensus: Float64Array,
  params: EpochParams,
): RawRows {
  const bounds = liquidAlphaBounds(params)
  const level = byTarget(old)
  const seenBond = byTarget(seenInOrder(old))
  const seenWeight = byTarget(seenInOrder(weights))
  const bonds = mapEntries(weights, (weight, i, j) => {
    const pair = {
      consensus: at(consensus, j),
      weight: at(seenWeight, i).get(j) ?? 0,
      bond: at(seenBond, i).get(j) ?? 0,
    }
    const rate = liquidAlpha(pair, bounds)
    const kept = mulShare(at(level, i).get(j) ?? 0, ONE_RAW - rate)
    return Math.min(kept + mulShare(weight, rate), ONE_RAW)
  })
  return filterEntries(bonds, (bond) => bond > 0)
}

/**
 * What the rate of a pair sees of the rows. The chain walks columns and rows side by side, which passes over an entry that is
 * out of ascending order or repeated; the bond itself is not affected.
 */
function seenInOrder(rows: RawRows): RawRows {
  const highest = new Float64Array(rows.rowStart.length - 1).fill(-1)
  return filterEntries(rows, (_, i, j) => {
    if (j <= at(highest, i)) return false
    highest[i] = j
    return true
  })
}
