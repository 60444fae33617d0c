import { mulShare, ONE_RAW } from '../math/index.js'
import { emaBonds } from './emaBonds.js'
import { type LiquidAlphaBounds, liquidAlpha, liquidAlphaBounds } from './liquidAlpha.js'
import { oldBondLevels } from './oldBonds.js'
import { RowAccumulator } from './RowAccumulator.js'
import { type RawRows, RawRowsBuilder } from './rawRows.js'
import type { EpochInput, EpochParams } from './types.js'

const ALL_TARGETS = 65_536

/**
 * Bonds of Yuma 3: a level between 0 and 1 for each pair, without stake in it.
 *
 * With liquid alpha (and any consensus at all) every pair moves at its own rate, and a bond whose pair has no entry
 * in `weights` is lost at once; otherwise all pairs share one rate and such bonds decay.
 *
 * @param weights - the weights that form bonds.
 */
export function bondsYuma3(
  input: EpochInput,
  weights: RawRows,
  consensus: Float64Array,
  params: EpochParams,
): RawRows {
  if (params.liquidAlphaEnabled && consensus.some((share) => share > 0)) {
    return liquidBonds(
      weights,
      oldBondLevels(input, params, ALL_TARGETS),
      consensus,
      liquidAlphaBounds(params),
    )
  }
  const old = oldBondLevels(input, params, input.n)
  return emaBonds(weights, old, params.bondsMovingAveragePpm, input.n)
}

/** One bond per entry of `weights`, explicit zeros included, in that order; positive results only. */
function liquidBonds(
  weights: RawRows,
  old: RawRows,
  consensus: Float64Array,
  bounds: LiquidAlphaBounds,
): RawRows {
  const n = consensus.length
  const rows = new RawRowsBuilder(n, weights.raw.length)
  const bond = new RowAccumulator(n)
  const rateWeight = new RowAccumulator(n)
  const rateBond = new RowAccumulator(n)
  for (let i = 0; i < n; i++) {
    for (let k = old.rowStart[i]!; k < old.rowStart[i + 1]!; k++) {
      if (old.column[k]! < n) bond.set(old.column[k]!, old.raw[k]!)
    }
    setRecords(rateWeight, weights, i, n)
    setRecords(rateBond, old, i, n)
    for (let k = weights.rowStart[i]!; k < weights.rowStart[i + 1]!; k++) {
      const j = weights.column[k]!
      const rate = liquidAlpha(consensus[j]!, rateWeight.get(j), rateBond.get(j), bounds)
      const level = mulShare(bond.get(j), ONE_RAW - rate) + mulShare(weights.raw[k]!, rate)
      if (level > 0) rows.push(j, Math.min(ONE_RAW, level))
    }
    bond.clear()
    rateWeight.clear()
    rateBond.clear()
    rows.endRow()
  }
  return rows.build()
}

/**
 * The entries that the rate of a pair is computed from: those whose target is above all targets before it.
 *
 * The chain walks the columns and both rows side by side, which passes over an entry that is out of ascending order
 * or repeated; there the rate sees 0, or the first of the repeated values. The bond itself is not affected.
 *
 * @source subtensor `epoch/run_epoch.rs`, `compute_liquid_alpha_values_sparse`
 */
function setRecords(target: RowAccumulator, rows: RawRows, i: number, n: number): void {
  let highest = -1
  for (let k = rows.rowStart[i]!; k < rows.rowStart[i + 1]!; k++) {
    const j = rows.column[k]!
    if (j <= highest) continue
    highest = j
    if (j < n) target.set(j, rows.raw[k]!)
  }
}
