import { mulShare } from '../../math/index.js'
import type { DenseChoice, EpochBuffers, EpochOutputBuffers } from '../EpochBuffers.js'
import { normalised } from '../normalise.js'
import { lastEpochBlock } from '../oldBonds.js'
import type { BondOutput } from '../outputs.js'
import type { EpochInput, EpochParams } from '../types.js'
import { denseBondOutput } from './bondOutput.js'
import { createDenseBuffers, type DenseBuffers, type Lanes } from './DenseBuffers.js'
import { fillBonds, fillWeights, lanesOf } from './fillMatrices.js'
import { judgeColumns } from './judgeColumns.js'
import { moveColumns } from './moveColumns.js'

/**
 * From stake to dividends and bonds, for networks where most validators judge most servers.
 *
 * @param buffers - `columns.activeStake` is read; consensus, trust, ranks, incentive and dividends are overwritten.
 * @returns `null` where the rows are not for dense matrices: then nothing of it counts.
 */
export function denseEpoch(
  buffers: EpochBuffers,
  input: EpochInput,
  params: EpochParams,
  output: EpochOutputBuffers,
): BondOutput | null {
  if (params.yuma3Enabled && params.liquidAlphaEnabled) return null
  const { columns, dense: held } = buffers
  const { activeStake, scratch, consensus, rank, incentive, dividends, bondSum, oldScale, reciprocal } =
    columns
  const { permits } = output.u8
  const lanes = lanesOf(held.current, input, { permits, activeStake }, scratch)
  const places = 2 * input.n * lanes.count
  if (input.weights.column.length + input.bonds.column.length < held.leastFill * places) return null
  const dense = withRoom(held, input.n, lanes)
  if (!fillWeights(dense, oldScale, { input, params, permits }, lanes)) return null
  if (!fillBonds(dense, input.bonds, input.n, lanes, scratch)) return null

  const isBought = !params.yuma3Enabled
  const { kappaU16, bondsPenaltyU16 } = params
  const votingStake = normalised(scratch, activeStake)
  const judging = { lanes, activeStake, votingStake, kappaU16, bondsPenaltyU16, isBought }
  judgeColumns(dense, { consensus, rank, boughtSum: reciprocal }, judging)
  rowSums(columns.validatorTrust, dense, lanes)
  normalised(incentive, rank)

  const into = { servers: dense.servers, largest: bondSum }
  const moved = moveColumns(dense, into, {
    lanes,
    boughtSum: isBought ? reciprocal : null,
    lastEpoch: lastEpochBlock(input, params),
    blockAtRegistration: input.blockAtRegistration,
    incentive,
    movingAveragePpm: params.bondsMovingAveragePpm,
  })
  rowSums(dividends, dense, lanes)
  if (!isBought) for (let i = 0; i < input.n; i++) dividends[i] = mulShare(dividends[i]!, activeStake[i]!)
  normalised(dividends, dividends)
  const largest = isBought ? bondSum : null
  const writing = { ...moved, lanes, largest, permits: output.u8.validatorPermit, scale: scratch }
  return denseBondOutput(output.bonds, dense, writing)
}

/** The fourth fact of each lane, by uid. */
function rowSums(out: Float64Array, { uid, cells }: DenseBuffers, { count }: Lanes): void {
  out.fill(0)
  for (let lane = 0; lane < count; lane++) out[uid[lane]!] = cells[4 * lane + 3]!
}

function withRoom(held: DenseChoice, n: number, { stride, count }: Lanes): DenseBuffers {
  if (held.current.old.length >= n * stride) return held.current
  const grown = createDenseBuffers(n, n * stride)
  grown.uid.set(held.current.uid.subarray(0, count))
  grown.laneOf.set(held.current.laneOf)
  held.current = grown
  return grown
}
