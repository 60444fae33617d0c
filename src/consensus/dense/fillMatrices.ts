import type { EpochInput, EpochParams, SparseRows } from '../types.js'
import { type DenseBuffers, type Lanes, STEPS } from './DenseBuffers.js'

const TWO_POW_16 = 65_536

/**
 * Gives a lane to every row that has weights that may count or bonds, voters with the largest stakes first.
 *
 * @param activeStake - raw[n]; whoever has some votes.
 * @param scratch - f64[n].
 */
export function lanesOf(
  { uid, laneOf }: Pick<DenseBuffers, 'uid' | 'laneOf'>,
  { n, weights, bonds }: EpochInput,
  { permits, activeStake }: { readonly permits: Uint8Array; readonly activeStake: Float64Array },
  scratch: Float64Array,
): Lanes {
  let voters = 0
  let count = 0
  for (let i = 0; i < n; i++) {
    const hasWeights = permits[i] === 1 && weights.rowStart[i + 1]! > weights.rowStart[i]!
    // A stake and a uid fit one whole double, so that the sort needs no comparison function.
    if (activeStake[i]! > 0) scratch[voters++] = activeStake[i]! * TWO_POW_16 + i
    else if (hasWeights || bonds.rowStart[i + 1]! > bonds.rowStart[i]!) uid[count++] = i
  }
  uid.copyWithin(voters, 0, count)
  count += voters
  const ascending = scratch.subarray(0, voters).sort()
  for (let v = 0; v < voters; v++) uid[voters - 1 - v] = ascending[v]! % TWO_POW_16
  laneOf.fill(0xffff)
  for (let v = 0; v < count; v++) laneOf[uid[v]!] = v
  return { count, voters, stride: count | 1, firstColumn: 6 * count + STEPS }
}

/**
 * Lays out the weights that count (the rules are those of `permittedWeights`).
 *
 * @param rowSum - f64[lanes], overwritten with the sum of each row.
 * @returns false where a row names a target twice, out of order, or from n on: such rows are not for these matrices.
 */
export function fillWeights(
  { weight, uid }: DenseBuffers,
  rowSum: Float64Array,
  {
    input,
    params,
    permits,
  }: { readonly input: EpochInput; readonly params: EpochParams; readonly permits: Uint8Array },
  { count, stride }: Lanes,
): boolean {
  const { n, blockAtRegistration } = input
  const { rowStart, column, value } = input.weights
  const youngest = latestOf(blockAtRegistration)
  weight.fill(0, 0, n * stride)
  for (let lane = 0; lane < count; lane++) {
    const i = uid[lane]!
    const rowEnd = permits[i] === 1 ? rowStart[i + 1]! : rowStart[i]!
    const self = i === input.ownerUid ? -1 : i
    const updated = input.lastUpdate[i]!
    const committed = params.commitRevealEnabled
      ? input.earliestActiveCommitBlock[i]!
      : Number.POSITIVE_INFINITY
    const isOld = updated <= youngest || committed < youngest
    let sum = 0
    let previous = -1
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      if (j <= previous || j >= n) return false
      previous = j
      if (j === self) continue
      if (isOld && (updated <= blockAtRegistration[j]! || committed < blockAtRegistration[j]!)) continue
      const entry = value[k]!
      weight[j * stride + lane] = entry
      sum += entry
    }
    rowSum[lane] = sum
  }
  return true
}

/** Lays out stored bonds; false as above. */
export function fillBonds(
  { old, uid }: DenseBuffers,
  bonds: SparseRows,
  n: number,
  { count, stride }: Lanes,
): boolean {
  const { rowStart, column, value } = bonds
  old.fill(0, 0, n * stride)
  for (let lane = 0; lane < count; lane++) {
    const i = uid[lane]!
    const rowEnd = rowStart[i + 1]!
    let previous = -1
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!
      if (j <= previous || j >= n) return false
      previous = j
      old[j * stride + lane] = value[k]!
    }
  }
  return true
}

function latestOf(blocks: Float64Array): number {
  let latest = Number.NEGATIVE_INFINITY
  for (let j = 0; j < blocks.length; j++) if (blocks[j]! > latest) latest = blocks[j]!
  return latest
}
