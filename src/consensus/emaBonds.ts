import { highHalf, mulSplit, ONE_RAW, smallShare } from '../math/index.js'
import type { OldBonds } from './oldBonds.js'
import { inAscendingOrder, joinRepeats, type RawRows } from './rawRows.js'

const MILLION = 1_000_000
const TWO_POW_16 = 65_536
/** Behind every target uid. */
const NONE = 0x1_0000

/**
 * Moves old bonds towards new ones at one rate for all pairs.
 *
 * A pair in either row gets rate * new + (1 - rate) * old, each product floored; repeated targets add up. Only
 * positive results are kept, ascending by target.
 *
 * @param out - overwritten.
 * @param columnSum - f64[n], overwritten with the sum of each column.
 * @param next - raw shares or levels of the new bonds.
 * @param old - rows ascending by target.
 * @param movingAveragePpm - share of old bonds kept, parts of 1,000,000.
 * PERF: one merge of two rows per validator. Settled networks hold bonds where they have weights, so its branches
 * are well predicted.
 */
export function emaBonds(
  { out, columnSum }: { readonly out: RawRows; readonly columnSum: Float64Array },
  next: RawRows,
  old: OldBonds,
  movingAveragePpm: number,
): RawRows {
  const n = columnSum.length
  const ascending = inAscendingOrder(next, n)
  const kept = Math.floor((movingAveragePpm * ONE_RAW) / MILLION)
  const rateHigh = highHalf(ONE_RAW - kept)
  const rateLow = ONE_RAW - kept - rateHigh * TWO_POW_16
  const keptHigh = highHalf(kept)
  const keptLow = kept - keptHigh * TWO_POW_16
  const { rowStart: nextStart, column: nextColumn, raw: nextRaw } = ascending
  const { rowStart: oldStart, column: oldColumn, value: oldValue } = old.rows
  const { scale } = old
  const { rowStart, column, raw } = out
  columnSum.fill(0)
  rowStart[0] = 0
  let end = 0
  for (let i = 0; i < n; i++) {
    const nextEnd = nextStart[i + 1]!
    const oldEnd = oldStart[i + 1]!
    let a = nextStart[i]!
    let b = oldStart[i]!
    while (a < nextEnd || b < oldEnd) {
      for (; a < nextEnd && b < oldEnd; a++, b++) {
        const j = nextColumn[a]!
        if (oldColumn[b] !== j) break
        const bond = smallShare(oldValue[b]!, scale[j]!)
        const level = mulSplit(nextRaw[a]!, rateHigh, rateLow) + mulSplit(bond, keptHigh, keptLow)
        column[end] = j
        raw[end] = level
        columnSum[j]! += level
        end += Number(level > 0)
      }
      const nextTarget = a < nextEnd ? nextColumn[a]! : NONE
      const oldTarget = b < oldEnd ? oldColumn[b]! : NONE
      if (nextTarget === oldTarget) continue
      const j = Math.min(nextTarget, oldTarget)
      const level =
        j === nextTarget
          ? mulSplit(nextRaw[a++]!, rateHigh, rateLow)
          : mulSplit(smallShare(oldValue[b++]!, scale[j]!), keptHigh, keptLow)
      column[end] = j
      raw[end] = level
      columnSum[j]! += level
      end += Number(level > 0)
    }
    rowStart[i + 1] = end
  }
  if (!next.isAscending || !old.rows.isAscending) joinRepeats(out, n)
  return out
}
