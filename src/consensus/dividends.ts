import { mulShare } from '../math/index.js'
import { normalised } from './normalise.js'
import type { RawRows } from './rawRows.js'

/**
 * Dividends of the original Yuma: each validator's bonds times the incentive of the servers, normalised.
 *
 * @param out - f64[n], overwritten.
 * @param bonds - shares of each column.
 * @param incentive - raw[n].
 * @returns `out`; the sum is 1, less a few units, or 0.
 */
export function dividendsYuma2(out: Float64Array, bonds: RawRows, incentive: Float64Array): Float64Array {
  return normalised(out, bondIncome(out, bonds, incentive))
}

/**
 * Dividends of Yuma 3: as above, then times the validator's own stake.
 *
 * @param bonds - shares of each column too, not the levels that are stored.
 * @param activeStake - raw[n].
 */
export function dividendsYuma3(
  out: Float64Array,
  bonds: RawRows,
  incentive: Float64Array,
  activeStake: Float64Array,
): Float64Array {
  bondIncome(out, bonds, incentive)
  for (let i = 0; i < out.length; i++) out[i] = mulShare(out[i]!, activeStake[i]!)
  return normalised(out, out)
}

function bondIncome(out: Float64Array, bonds: RawRows, incentive: Float64Array): Float64Array {
  const { rowStart, column, raw } = bonds
  for (let i = 0; i < out.length; i++) {
    const end = rowStart[i + 1]!
    let sum = 0
    for (let k = rowStart[i]!; k < end; k++) sum += mulShare(raw[k]!, incentive[column[k]!]!)
    out[i] = sum
  }
  return out
}
