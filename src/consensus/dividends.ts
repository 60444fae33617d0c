import { divFloor, highHalf, mulShare, mulSplit, reciprocalOf } from '../math/index.js'
import { normalised } from './normalise.js'
import type { RawRows } from './rawRows.js'

const TWO_POW_16 = 65_536

/** Columns that bonds are shared out with, f64[n] each; all but `bondSum` are overwritten. */
export interface DividendColumns {
  /** Sum of each column of the bonds. */
  readonly bondSum: Float64Array
  /** Largest share of each column. */
  readonly largest: Float64Array
  readonly reciprocal: Float64Array
  /** Incentive in two halves, for `mulSplit`. */
  readonly high: Float64Array
  readonly low: Float64Array
  readonly dividends: Float64Array
}

/**
 * Dividends of the original Yuma: each validator's share of every server's bonds times the server's incentive,
 * normalised: the sum is 1, less a few units, or 0.
 *
 * @param shares - f64[entries], overwritten with the shares; may be the values of `bonds`.
 * @param incentive - raw[n].
 */
export function dividendsYuma2(
  shares: Float64Array,
  columns: DividendColumns,
  bonds: RawRows,
  incentive: Float64Array,
): void {
  bondIncome(shares, columns, bonds, incentive)
  normalised(columns.dividends, columns.dividends)
}

/**
 * Dividends of Yuma 3: as above, but times the validator's own stake before they are normalised.
 *
 * @param shares - f64[entries], overwritten with the shares; the levels in `bonds` are what is stored.
 */
export function dividendsYuma3(
  shares: Float64Array,
  columns: DividendColumns,
  bonds: RawRows,
  { incentive, activeStake }: { readonly incentive: Float64Array; readonly activeStake: Float64Array },
): void {
  bondIncome(shares, columns, bonds, incentive)
  const { dividends } = columns
  for (let i = 0; i < dividends.length; i++) dividends[i] = mulShare(dividends[i]!, activeStake[i]!)
  normalised(dividends, dividends)
}

/**
 * PERF: share, product and largest share in one pass over the entries; three passes take twice as long. The inner
 * loop leaves before the rare division, as in `columnShares`.
 */
function bondIncome(
  shares: Float64Array,
  columns: DividendColumns,
  bonds: RawRows,
  incentive: Float64Array,
): void {
  const { bondSum, largest, reciprocal, high, low, dividends } = columns
  const { rowStart, column, raw } = bonds
  splitColumns(columns, incentive)
  for (let i = 0; i < dividends.length; i++) {
    const end = rowStart[i + 1]!
    let income = 0
    for (let k = rowStart[i]!; k < end; k++) {
      for (; k < end; k++) {
        const j = column[k]!
        const quotient = raw[k]! * reciprocal[j]!
        const share = Math.floor(quotient)
        if (quotient - share >= 1 - 1 / 0x2_0000) break
        shares[k] = share
        if (share > largest[j]!) largest[j] = share
        income += mulSplit(share, high[j]!, low[j]!)
      }
      if (k === end) break
      const j = column[k]!
      const share = divFloor(raw[k]!, bondSum[j]!)
      shares[k] = share
      if (share > largest[j]!) largest[j] = share
      income += mulShare(share, incentive[j]!)
    }
    dividends[i] = income
  }
}

function splitColumns(columns: DividendColumns, incentive: Float64Array): void {
  const { bondSum, largest, reciprocal, high, low } = columns
  for (let j = 0; j < bondSum.length; j++) {
    reciprocal[j] = reciprocalOf(bondSum[j]!)
    high[j] = highHalf(incentive[j]!)
    low[j] = incentive[j]! - high[j]! * TWO_POW_16
    largest[j] = 0
  }
}
