import { divFloor, highHalf, mulShare, mulSplit, reciprocalOf } from '../math/index.js'
import { normalised } from './normalise.js'
import type { RawRows } from './rawRows.js'

const TWO_POW_16 = 65_536

/** What bonds are shared out with. */
export interface DividendColumns {
  /** f64[n]: sum of each column of the bonds. */
  readonly bondSum: Float64Array
  /**
   * f64[4 n], overwritten, four for each server: the reciprocal of its sum, its incentive in two halves for
   * `mulSplit`, and the largest share anyone holds of it.
   *
   * PERF: one array instead of four, because V8 checks each array once per round of a loop.
   */
  readonly facts: Float64Array
  /** f64[n], overwritten. */
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
 * PERF: share, product and largest share in one pass over the entries. The inner
 * loop leaves before the rare division, as in `columnShares`.
 */
function bondIncome(
  shares: Float64Array,
  columns: DividendColumns,
  bonds: RawRows,
  incentive: Float64Array,
): void {
  const { bondSum, facts, dividends } = columns
  const { rowStart, column, raw } = bonds
  setFacts(columns, incentive)
  for (let i = 0; i < dividends.length; i++) {
    const end = rowStart[i + 1]!
    let income = 0
    for (let k = rowStart[i]!; k < end; k++) {
      for (; k < end; k++) {
        const fact = 4 * column[k]!
        const quotient = raw[k]! * facts[fact]!
        const share = Math.floor(quotient)
        if (quotient - share >= 1 - 1 / 0x2_0000) break
        shares[k] = share
        if (share > facts[fact + 3]!) facts[fact + 3] = share
        income += mulSplit(share, facts[fact + 1]!, facts[fact + 2]!)
      }
      if (k === end) break
      const j = column[k]!
      const share = divFloor(raw[k]!, bondSum[j]!)
      shares[k] = share
      if (share > facts[4 * j + 3]!) facts[4 * j + 3] = share
      income += mulShare(share, incentive[j]!)
    }
    dividends[i] = income
  }
}

function setFacts({ bondSum, facts }: DividendColumns, incentive: Float64Array): void {
  for (let j = 0; j < bondSum.length; j++) {
    const high = highHalf(incentive[j]!)
    facts[4 * j] = reciprocalOf(bondSum[j]!)
    facts[4 * j + 1] = high
    facts[4 * j + 2] = incentive[j]! - high * TWO_POW_16
    facts[4 * j + 3] = 0
  }
}
