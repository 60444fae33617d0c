import { mulShare, ONE_RAW, smallShare } from '../math/index.js'
import { type LiquidAlphaBounds, liquidAlpha } from './liquidAlpha.js'
import type { OldBonds } from './oldBonds.js'
import type { RawRows } from './rawRows.js'

/** What liquid bonds are computed from. */
export interface LiquidSources {
  readonly weights: RawRows
  readonly old: OldBonds
  /** raw[n]. */
  readonly consensus: Float64Array
  /** Whether bonds on targets from n on are still there: they count in the order of a row. */
  readonly hasOutside: boolean
}

/** Where liquid bonds are written, and three columns of scratch, f64[n]. */
export interface LiquidBuffers {
  readonly out: RawRows
  readonly level: Float64Array
  readonly seenBond: Float64Array
  readonly seenWeight: Float64Array
}

/**
 * Bonds of Yuma 3 under liquid alpha: one per entry of `weights`, explicit zeros included, in that order; positive
 * results only.
 *
 * The chain finds a pair's rate by walking the columns and both rows side by side, which passes over an entry that is
 * out of ascending order or repeated; there the rate sees 0, or the first of the repeated values. The bond itself is
 * not affected.
 *
 * @source subtensor `epoch/run_epoch.rs`, `compute_liquid_alpha_values_sparse`
 */
export function liquidBonds(
  buffers: LiquidBuffers,
  sources: LiquidSources,
  bounds: LiquidAlphaBounds,
): RawRows {
  const { out, level, seenBond, seenWeight } = buffers
  const { weights, consensus } = sources
  const { rowStart, column, raw } = weights
  for (const scratch of [level, seenBond, seenWeight]) scratch.fill(0)
  let end = 0
  out.rowStart[0] = 0
  for (let i = 0; i < consensus.length; i++) {
    const rowEnd = rowStart[i + 1]!
    spreadBonds(buffers, sources, i)
    spreadWeights(seenWeight, weights, i)
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      const rate = liquidAlpha(consensus[j]!, seenWeight[j]!, seenBond[j]!, bounds)
      const kept = mulShare(level[j]!, ONE_RAW - rate) + mulShare(raw[k]!, rate)
      out.column[end] = j
      out.raw[end] = kept > ONE_RAW ? ONE_RAW : kept
      end += Number(kept > 0)
    }
    out.rowStart[i + 1] = end
    clearBonds(buffers, sources, i)
    for (let k = rowStart[i]!; k < rowEnd; k++) seenWeight[column[k]!] = 0
  }
  out.isAscending = weights.isAscending
  return out
}

/** Lays a row's old bonds out by target: the last of repeated ones as its level, records as what the rate sees. */
function spreadBonds(buffers: LiquidBuffers, { old, hasOutside }: LiquidSources, i: number): void {
  const { level, seenBond } = buffers
  const { rowStart, column, value } = old.rows
  const { scale } = old
  const n = level.length
  const end = rowStart[i + 1]!
  let highest = -1
  for (let k = rowStart[i]!; k < end; k++) {
    const j = column[k]!
    if (j >= n) {
      if (hasOutside && j > highest) highest = j
      continue
    }
    if (scale[j] === 0) continue
    const bond = smallShare(value[k]!, scale[j]!)
    level[j] = bond
    if (j <= highest) continue
    highest = j
    seenBond[j] = bond
  }
}

function clearBonds({ level, seenBond }: LiquidBuffers, { old }: LiquidSources, i: number): void {
  const { rowStart, column } = old.rows
  const end = rowStart[i + 1]!
  for (let k = rowStart[i]!; k < end; k++) {
    const j = column[k]!
    if (j >= level.length) continue
    level[j] = 0
    seenBond[j] = 0
  }
}

function spreadWeights(seenWeight: Float64Array, { rowStart, column, raw }: RawRows, i: number): void {
  const end = rowStart[i + 1]!
  let highest = -1
  for (let k = rowStart[i]!; k < end; k++) {
    const j = column[k]!
    if (j <= highest) continue
    highest = j
    seenWeight[j] = raw[k]!
  }
}
