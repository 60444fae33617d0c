import { ONE_RAW, smallShare } from '../../math/index.js'
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

/** What decides which weights count. */
export interface Weighing {
  readonly input: EpochInput
  readonly params: EpochParams
  readonly permits: Uint8Array
}

/**
 * Lays out the weights that count (the rules are those of `permittedWeights`), as shares of their rows.
 *
 * @param scale - f64[lanes], overwritten with what makes shares of each row.
 * @returns false where a row names a target twice, out of order, or from n on: such rows are not for these matrices.
 */
export function fillWeights(
  { cells, uid }: DenseBuffers,
  scale: Float64Array,
  weighing: Weighing,
  lanes: Lanes,
): boolean {
  const { input, permits } = weighing
  const { rowStart, value } = input.weights
  const youngest = latestOf(input.blockAtRegistration)
  for (let lane = 0; lane < lanes.count; lane++) {
    const i = uid[lane]!
    const end = permits[i] === 1 ? rowStart[i + 1]! : rowStart[i]!
    let sum = 0
    for (let k = rowStart[i]!; k < end; k++) sum += value[k]!
    if (mayLeave(weighing, i, youngest)) eachLeaving(weighing, i, (k) => (sum -= value[k]!))
    // A row of zeros stays one.
    scale[lane] = sum === 0 ? 0 : ONE_RAW / sum
  }
  const { firstColumn, stride } = lanes
  const target = { matrix: cells, first: firstColumn, n: input.n, lanes }
  if (!spreadRows(target, input.weights, { uid, scale, permits })) return false
  for (let lane = 0; lane < lanes.count; lane++) {
    const i = uid[lane]!
    if (!mayLeave(weighing, i, youngest)) continue
    eachLeaving(weighing, i, (_, j) => {
      cells[firstColumn + j * stride + lane] = 0
    })
  }
  return true
}

/** Whether any weight of row i may not count: one on itself, or one from before its target registered. */
function mayLeave({ input, params, permits }: Weighing, i: number, youngest: number): boolean {
  if (permits[i] === 0) return false
  if (input.lastUpdate[i]! <= youngest) return true
  if (params.commitRevealEnabled && input.earliestActiveCommitBlock[i]! < youngest) return true
  if (i === input.ownerUid) return false
  const { rowStart, column } = input.weights
  let low = rowStart[i]!
  let high = rowStart[i + 1]!
  // Rows ascend, or are found out not to.
  while (low < high) {
    const middle = (low + high) >>> 1
    if (column[middle]! < i) low = middle + 1
    else high = middle
  }
  return low < rowStart[i + 1]! && column[low] === i
}

/** Every weight of row i that does not count: its place and its target. */
function eachLeaving({ input, params }: Weighing, i: number, leave: (k: number, j: number) => void): void {
  const { n, blockAtRegistration } = input
  const { rowStart, column } = input.weights
  const self = i === input.ownerUid ? -1 : i
  const updated = input.lastUpdate[i]!
  const committed = params.commitRevealEnabled
    ? input.earliestActiveCommitBlock[i]!
    : Number.POSITIVE_INFINITY
  for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
    const j = column[k]!
    if (j >= n) continue
    const registered = blockAtRegistration[j]!
    if (j === self || updated <= registered || committed < registered) leave(k, j)
  }
}

/**
 * Lays out stored bonds as they are; false as above.
 *
 * @param scratch - f64[lanes].
 */
export function fillBonds(
  { old, uid }: DenseBuffers,
  bonds: SparseRows,
  n: number,
  lanes: Lanes,
  scratch: Float64Array,
): boolean {
  scratch.fill(1)
  return spreadRows({ matrix: old, first: 0, n, lanes }, bonds, { uid, scale: scratch, permits: null })
}

/** Where rows are laid out. */
interface Target {
  readonly matrix: Float64Array
  readonly first: number
  readonly n: number
  readonly lanes: Lanes
}

/** Whose row each lane is, what its values are multiplied by, and whose rows count (`null` for all). */
interface Spreading {
  readonly uid: Uint16Array
  readonly scale: Float64Array
  readonly permits: Uint8Array | null
}

/**
 * Multiplies values as `smallShare` does, and lays them out column after column.
 *
 * PERF: four rows at once: a column's places for them lie side by side, and stores that jump from line to line are what
 * takes the time.
 */
function spreadRows(
  { matrix, first, n, lanes }: Target,
  { rowStart, column, value }: SparseRows,
  { uid, scale, permits }: Spreading,
): boolean {
  const { count, stride } = lanes
  matrix.fill(0, first, first + n * stride)
  const startOf = (lane: number): number => (lane < count ? rowStart[uid[lane]!]! : 0)
  const endOf = (lane: number): number =>
    lane < count && (permits === null || permits[uid[lane]!] === 1)
      ? rowStart[uid[lane]! + 1]!
      : startOf(lane)
  for (let lane = 0; lane < count; lane += 4) {
    let a = startOf(lane)
    let b = startOf(lane + 1)
    let c = startOf(lane + 2)
    let d = startOf(lane + 3)
    const aEnd = endOf(lane)
    const bEnd = endOf(lane + 1)
    const cEnd = endOf(lane + 2)
    const dEnd = endOf(lane + 3)
    const aScale = scale[lane]!
    const bScale = lane + 1 < count ? scale[lane + 1]! : 0
    const cScale = lane + 2 < count ? scale[lane + 2]! : 0
    const dScale = lane + 3 < count ? scale[lane + 3]! : 0
    const at = first + lane
    let previous = -1
    for (;;) {
      while (a < aEnd && b < bEnd && c < cEnd && d < dEnd) {
        const j = column[a]!
        if (column[b]! !== j || column[c]! !== j || column[d]! !== j) break
        if (j <= previous || j >= n) return false
        previous = j
        const k = j * stride + at
        matrix[k] = Math.floor((value[a]! + 1 / 0x2_0000_0000) * aScale)
        matrix[k + 1] = Math.floor((value[b]! + 1 / 0x2_0000_0000) * bScale)
        matrix[k + 2] = Math.floor((value[c]! + 1 / 0x2_0000_0000) * cScale)
        matrix[k + 3] = Math.floor((value[d]! + 1 / 0x2_0000_0000) * dScale)
        a++
        b++
        c++
        d++
      }
      // The next target of all four, which not all of them have.
      let j = TWO_POW_16
      if (a < aEnd) j = column[a]!
      if (b < bEnd && column[b]! < j) j = column[b]!
      if (c < cEnd && column[c]! < j) j = column[c]!
      if (d < dEnd && column[d]! < j) j = column[d]!
      if (j === TWO_POW_16) break
      if (j <= previous || j >= n) return false
      previous = j
      const k = j * stride + at
      if (a < aEnd && column[a] === j) matrix[k] = smallShare(value[a++]!, aScale)
      if (b < bEnd && column[b] === j) matrix[k + 1] = smallShare(value[b++]!, bScale)
      if (c < cEnd && column[c] === j) matrix[k + 2] = smallShare(value[c++]!, cScale)
      if (d < dEnd && column[d] === j) matrix[k + 3] = smallShare(value[d++]!, dScale)
    }
  }
  return true
}

function latestOf(blocks: Float64Array): number {
  let latest = Number.NEGATIVE_INFINITY
  for (let j = 0; j < blocks.length; j++) if (blocks[j]! > latest) latest = blocks[j]!
  return latest
}
