import { factorOf, lesserOf, mulShare, ONE_RAW, shareOfU16 } from '../../math/index.js'
import { bondWeight } from '../bondWeights.js'
import { sumOf } from '../normalise.js'
import { selectByStake } from '../weightedMedianCol.js'
import { type DenseBuffers, type Lanes, STEPS } from './DenseBuffers.js'

/** How many weights of a column are looked at for what is large in it. */
const SAMPLE = 8

/** What columns are judged with. */
export interface Judging {
  readonly lanes: Lanes
  /** raw[n]: the stake that counts, and the same normalised once more, which votes. */
  readonly activeStake: Float64Array
  readonly votingStake: Float64Array
  readonly kappaU16: number
  readonly bondsPenaltyU16: number
  /** Whether bonds are bought with stake (the original Yuma). */
  readonly isBought: boolean
}

/** What judging a column leaves, f64[n] each. */
export interface JudgedColumns {
  readonly consensus: Float64Array
  readonly rank: Float64Array
  /** Sums of what forms bonds, where they are bought. */
  readonly boughtSum: Float64Array
}

/**
 * Consensus, ranks and trust; in the columns what forms bonds: the weights, or stake times the weights.
 *
 * Column after column, each while it is in the cache: the median of its weights, what the clipped ones earn.
 */
export function judgeColumns(
  buffers: DenseBuffers,
  { consensus, rank, boughtSum }: JudgedColumns,
  judging: Judging,
): void {
  const { cells, hasWeights } = buffers
  const { lanes, votingStake, kappaU16 } = judging
  const { voters } = lanes
  setFacts(buffers, judging)
  const minority = sumOf(votingStake) - shareOfU16(kappaU16)
  const penalty = shareOfU16(judging.bondsPenaltyU16)
  for (let j = 0; j < consensus.length; j++) {
    consensus[j] = 0
    rank[j] = 0
    boughtSum[j] = 0
    const [sum, sampled] = sampleOf(cells, j, lanes)
    hasWeights[j] = Number(sum > 0)
    if (sum === 0) continue
    if (voters > 0) consensus[j] = medianOf(cells, j, lanes, { mean: sum / sampled, minority })
    const isClipped = penalty === ONE_RAW
    rank[j] = clipColumn(buffers, j, { consensus: consensus[j]!, isClipped }, judging)
    boughtSum[j] = isClipped
      ? rank[j]!
      : mixColumn(buffers, j, { consensus: consensus[j]!, penalty }, judging)
  }
}

function setFacts({ cells, uid }: DenseBuffers, { lanes, activeStake, votingStake }: Judging): void {
  for (let lane = 0; lane < lanes.count; lane++) {
    const i = uid[lane]!
    cells[4 * lane + 1] = votingStake[i]!
    cells[4 * lane + 2] = factorOf(activeStake[i]!)
    cells[4 * lane + 3] = 0
  }
}

/** What the first weights of a column sum up to, all of them where those are zeros; and how many they are. */
function sampleOf(cells: Float64Array, j: number, { count, stride, firstColumn }: Lanes): [number, number] {
  const level = firstColumn + j * stride
  let sum = 0
  let lane = 0
  for (; lane < count && (lane < SAMPLE || sum === 0); lane++) sum += cells[level + lane]!
  return [sum, lane]
}

/**
 * The weighted median of a column, as `selectByStake` of all voters' weights would find it.
 *
 * Adds up stakes in 32 steps of score, from 0 to twice some mean and above, finds the step in which the majority is
 * reached, and selects among the votes in it. Steps grow with scores and sums are exact: nothing depends on how well
 * the steps divide the votes.
 *
 * PERF: three passes without a branch that depends on a score, where selection alone takes six.
 */
function medianOf(
  cells: Float64Array,
  j: number,
  { count, voters, stride, firstColumn }: Lanes,
  { mean, minority }: { readonly mean: number; readonly minority: number },
): number {
  const level = firstColumn + j * stride
  const steps = firstColumn - STEPS
  const perScore = STEPS / 2 / mean
  for (let step = 0; step < STEPS; step++) cells[steps + step] = 0
  for (let lane = 0; lane < voters; lane++) {
    const step = (cells[level + lane]! * perScore) | 0
    cells[steps + (step < STEPS - 1 ? step : STEPS - 1)]! += cells[4 * lane + 1]!
  }
  let step = 0
  let below = 0
  let upTo = cells[steps]!
  // A step without votes decides nothing, and where no step reaches the majority the last one with votes does.
  while ((upTo <= minority || upTo === below) && step < STEPS - 1) {
    below = upTo
    upTo += cells[steps + ++step]!
  }
  while (upTo === below) below -= cells[steps + --step]!
  const votes = 4 * count
  let kept = votes
  for (let lane = 0; lane < voters; lane++) {
    const score = cells[level + lane]!
    const at = (score * perScore) | 0
    cells[kept] = score
    cells[kept + 1] = cells[4 * lane + 1]!
    kept += 2 * Number((at < STEPS - 1 ? at : STEPS - 1) === step)
  }
  return selectByStake(cells, {
    start: votes / 2,
    end: kept / 2,
    excess: minority - below,
    voted: upTo - below,
  })
}

/**
 * Adds a column's weights, cut down to its consensus, to their rows' trust; returns the rank.
 *
 * Where it is the cut ones that form bonds (`isClipped`), these, or what they buy, remain in the column.
 */
function clipColumn(
  { cells, uid }: DenseBuffers,
  j: number,
  { consensus, isClipped }: { readonly consensus: number; readonly isClipped: boolean },
  { lanes, activeStake, isBought }: Judging,
): number {
  const { count } = lanes
  const level = lanes.firstColumn + j * lanes.stride
  let rank = 0
  let lane = 0
  for (;;) {
    for (; lane < count; lane++) {
      // Half of all weights are cut, in no order: no branch.
      const kept = lesserOf(cells[level + lane]!, consensus)
      const product = kept * cells[4 * lane + 2]!
      const score = Math.floor(product)
      // PERF: the loop is left for the rare exact product, because V8 checks every array anew in each round of a
      // loop that calls a function.
      if (product - score >= 1 - 1 / 0x2_0000) break
      if (isClipped) cells[level + lane] = isBought ? score : kept
      cells[4 * lane + 3]! += kept
      rank += score
    }
    if (lane === count) return rank
    const kept = lesserOf(cells[level + lane]!, consensus)
    const score = mulShare(kept, activeStake[uid[lane]!]!)
    if (isClipped) cells[level + lane] = isBought ? score : kept
    cells[4 * lane + 3]! += kept
    rank += score
    lane++
  }
}

/** Where the weights that form bonds are not the clipped ones: these, or what they buy; returns the sum. */
function mixColumn(
  { cells, uid }: DenseBuffers,
  j: number,
  { consensus, penalty }: { readonly consensus: number; readonly penalty: number },
  { lanes, activeStake, isBought }: Judging,
): number {
  const level = lanes.firstColumn + j * lanes.stride
  let sum = 0
  for (let lane = 0; lane < lanes.count; lane++) {
    const mixed = bondWeight(cells[level + lane]!, consensus, penalty)
    const formed = isBought ? mulShare(mixed, activeStake[uid[lane]!]!) : mixed
    cells[level + lane] = formed
    sum += formed
  }
  return sum
}
