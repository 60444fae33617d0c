import { runEpoch, type SparseRows } from '../../src/consensus/index.js'
import {
  type BatchSubnet,
  compareEpochs,
  type GpuEpochError,
  type GpuEpochOutput,
} from '../../src/engine/index.js'

/** What is promised of shares, absolute: they are right but for their rounding to f32. */
export const GPU_TOLERANCE = 2 ** -25

/** The largest errors over some subnets, and the sums of what is counted. */
export function worstErrors(
  subnets: readonly BatchSubnet[],
  outputs: readonly GpuEpochOutput[],
): GpuEpochError {
  return subnets
    .map(({ input, params }, k) => compareEpochs(outputs[k]!, runEpoch(input, params)))
    .reduce((a, b) => ({
      consensus: Math.max(a.consensus, b.consensus),
      incentive: Math.max(a.incentive, b.incentive),
      dividends: Math.max(a.dividends, b.dividends),
      validatorTrust: Math.max(a.validatorTrust, b.validatorTrust),
      bondUnits: Math.max(a.bondUnits, b.bondUnits),
      bondsOff: a.bondsOff + b.bondsOff,
      cutoffFlips: a.cutoffFlips + b.cutoffFlips,
      incentiveFlips: a.incentiveFlips + b.incentiveFlips,
      dividendFlips: a.dividendFlips + b.dividendFlips,
    }))
}

/** Whether the targets of each row ascend without repetition, as the GPU needs them. */
export function hasOrderedRows({ rowStart, column }: SparseRows): boolean {
  const starts = new Set(rowStart)
  return column.every((target, k) => starts.has(k) || target > column[k - 1]!)
}
