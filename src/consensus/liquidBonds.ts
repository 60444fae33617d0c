import { mulShare, ONE_RAW, smallShare } from '../math/index.js'
import { type LiquidAlphaBounds, liquidDistance, liquidExponent, rateAt } from './liquidAlpha.js'
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

/** Where liquid bonds are written, and scratch: `rates` for the longest row, the others f64[n]. */
export interface LiquidBuffers {
  readonly out: RawRows
  readonly rates: Float64Array
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
  const { out, rates, level, seenBond, seenWeight } = buffers
  const { weights, consensus } = sources
  const { rowStart, column } = weights
  for (const scratch of [level, seenBond, seenWeight]) scratch.fill(0)
  let end = 0
  out.rowStart[0] = 0
  for (let i = 0; i < consensus.length; i++) {
    const from = rowStart[i]!
    const to = rowStart[i + 1]!
    if (from < to) {
      spreadBonds(buffers, sources, i)
      spreadWeights(seenWeight, weights, i)
      exponentsOf(buffers, sources, { from, to }, bounds)
      for (let k = 0; k < to - from; k++) rates[k] = rateAt(rates[k]!, bounds)
      end = moveBonds(buffers, weights, { from, to }, end)
      clearBonds(buffers, sources, i)
      for (let k = from; k < to; k++) seenWeight[column[k]!] = 0
    }
    out.rowStart[i + 1] = end
  }
  out.isAscending = weights.isAscending
  return out
}

/** Where in a row's weights. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Where each pair of a row lies on the sigmoid, into `rates`.
 *
 * PERF: a loop of its own, because V8 checks every array anew in each round of a loop that calls a function.
 */
function exponentsOf(
  { rates, seenBond, seenWeight }: LiquidBuffers,
  { weights, consensus }: LiquidSources,
  { from, to }: Range,
  { slopeHigh, slopeLow }: LiquidAlphaBounds,
): void {
  const { column } = weights
  for (let k = from; k < to; k++) {
    const j = column[k]!
    const distance = liquidDistance(consensus[j]!, seenWeight[j]!, seenBond[j]!)
    rates[k - from] = liquidExponent(distance, slopeHigh, slopeLow)
  }
}

/** Moves the bonds of a row towards its weights, each at its rate; returns the end of what is kept. */
function moveBonds(
  { out, rates, level }: LiquidBuffers,
  { column, raw }: RawRows,
  { from, to }: Range,
  start: number,
): number {
  const { column: outColumn, raw: outRaw } = out
  let end = start
  for (let k = from; k < to; k++) {
    const j = column[k]!
    const rate = rates[k - from]!
    const kept = mulShare(level[j]!, ONE_RAW - rate) + mulShare(raw[k]!, rate)
    outColumn[end] = j
    outRaw[end] = kept > ONE_RAW ? ONE_RAW : kept
    end += Number(kept > 0)
  }
  return end
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
