import { mulShare } from '../math/index.js'
import { columnShares, normalised } from './normalise.js'
import { columnSums, type RawRows } from './rawRows.js'

/**
 * Dividends of the original Yuma: each validator's bonds times the incentive of the servers, normalised.
 *
 * @param bonds - shares of each column.
 * @param incentive - raw[n].
 * @returns raw[n]; the sum is 1, less a few units, or 0.
 */
export function dividendsYuma2(bonds: RawRows, incentive: Float64Array): Float64Array {
  return normalised(bondIncome(bonds, incentive))
}

/**
 * Dividends of Yuma 3: as above on bonds taken as shares of their column, then times the validator's own stake.
 *
 * @param bonds - levels between 0 and 1.
 * @param activeStake - raw[n].
 */
export function dividendsYuma3(
  bonds: RawRows,
  incentive: Float64Array,
  activeStake: Float64Array,
): Float64Array {
  const income = bondIncome(columnShares(bonds, columnSums(bonds, incentive.length)), incentive)
  return normalised(income.map((share, i) => mulShare(share, activeStake[i]!)))
}

function bondIncome(bonds: RawRows, incentive: Float64Array): Float64Array {
  const income = new Float64Array(incentive.length)
  for (let i = 0; i < income.length; i++) {
    let sum = 0
    for (let k = bonds.rowStart[i]!; k < bonds.rowStart[i + 1]!; k++) {
      sum += mulShare(bonds.raw[k]!, incentive[bonds.column[k]!]!)
    }
    income[i] = sum
  }
  return income
}
