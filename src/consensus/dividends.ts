import { mulShare } from '../math/index.js'
import { at, normalised } from './columns.js'
import { columnShares, columnSums, mapEntries, type RawRows, rowSums } from './rawRows.js'

/**
 * Dividends of the original Yuma: each validator's share of every server's bonds times the server's incentive,
 * normalised: the sum is 1, less a few units, or 0.
 *
 * @param shares - bonds as shares of their columns.
 * @param incentive - raw[n].
 */
export function dividendsYuma2(shares: RawRows, incentive: Float64Array): Float64Array {
  return normalised(incomeOf(shares, incentive))
}

/**
 * Dividends of Yuma 3: as above, but times the validator's own stake before they are normalised.
 *
 * @param bonds - levels, which are taken as shares of their columns for this alone.
 * @param columns - raw[n].
 */
export function dividendsYuma3(
  bonds: RawRows,
  { incentive, activeStake }: { readonly incentive: Float64Array; readonly activeStake: Float64Array },
): Float64Array {
  const income = incomeOf(columnShares(bonds, columnSums(bonds)), incentive)
  return normalised(income.map((earned, i) => mulShare(earned, at(activeStake, i))))
}

function incomeOf(shares: RawRows, incentive: Float64Array): Float64Array {
  return rowSums(mapEntries(shares, (share, _, j) => mulShare(share, at(incentive, j))))
}
