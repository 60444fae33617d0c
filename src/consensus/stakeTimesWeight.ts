import { highHalf, mulSplit } from '../math/index.js'
import type { RawRows } from './rawRows.js'

const TWO_POW_16 = 65_536

/**
 * Each entry times the stake of its row's validator, and what that sums to in each column.
 *
 * For the weights that form bonds where they are not the clipped ones, of which the ranks are made.
 *
 * @param product - f64, one for each entry, overwritten.
 * @param columnSum - f64[n], overwritten.
 */
export function stakeTimesWeight(
  product: Float64Array,
  columnSum: Float64Array,
  weights: RawRows,
  activeStake: Float64Array,
): void {
  const { rowStart, column, raw } = weights
  columnSum.fill(0)
  for (let i = 0; i < activeStake.length; i++) {
    const end = rowStart[i + 1]!
    const high = highHalf(activeStake[i]!)
    const low = activeStake[i]! - high * TWO_POW_16
    for (let k = rowStart[i]!; k < end; k++) {
      const share = mulSplit(raw[k]!, high, low)
      product[k] = share
      columnSum[column[k]!]! += share
    }
  }
}
