import { mulShare, ONE_RAW } from '../math/index.js'
import { at } from './columns.js'
import { liquidAlpha, liquidAlphaBounds } from './liquidAlpha.js'
import type { RawEntry, RawRows } from './rawRows.js'
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
  return weights.map((row, i) => {
    const oldRow = at(old, i)
    const level = new Map(oldRow)
    const seenBond = seenInOrder(oldRow)
    const seenWeight = seenInOrder(row)
    return row
      .map(([j, weight]) => {
        const pair = {
          consensus: at(consensus, j),
          weight: seenWeight.get(j) ?? 0,
          bond: seenBond.get(j) ?? 0,
        }
        const rate = liquidAlpha(pair, bounds)
        const bond = mulShare(level.get(j) ?? 0, ONE_RAW - rate) + mulShare(weight, rate)
        return [j, Math.min(bond, ONE_RAW)] as const
      })
      .filter(([, bond]) => bond > 0)
  })
}

/**
 * What the rate of a pair sees of a row. The chain walks columns and rows side by side, which passes over an entry that is
 * out of ascending order or repeated; the bond itself is not affected.
 */
function seenInOrder(row: readonly RawEntry[]): Map<number, number> {
  let highest = -1
  const inOrder = row.filter(([j]) => {
    const isSeen = j > highest
    if (isSeen) highest = j
    return isSeen
  })
  return new Map(inOrder)
}
