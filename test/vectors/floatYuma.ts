import type { Metagraph } from '../../src/metagraph/index.js'

/** What a float epoch gives: by validator for the first three, by uid for the incentives. */
export interface FloatEpoch {
  readonly stakeShare: readonly number[]
  readonly dividends: readonly number[]
  readonly validatorTrust: readonly number[]
  readonly incentive: readonly number[]
}

export interface FloatOptions {
  /**
   * The research form divides consensus by its sum and cuts it to u16 before clipping; the chain does not, so where
   * the medians do not sum to 1 the two clip at different heights. The chain in turn keeps bonds as u16.
   */
  readonly form: 'research' | 'chain'
  readonly yuma3: boolean
  readonly epochs: number
}

const KAPPA = 0.5
const EPSILON = 1e-6
/** The golden file's pace for Yuma 3. */
const YUMA3_ALPHA = 0.025

/**
 * Yuma in plain float64 on a metagraph with unchanging weights, after the research notes: written apart from the
 * exact engine, to be what it is compared with. Original Yuma clips the weights of its bonds, Yuma 3 does not.
 */
export function floatYuma(metagraph: Metagraph, options: FloatOptions): FloatEpoch {
  const validators = metagraph.validators()
  const stakeShare = shares(validators.map((uid) => Number(metagraph.columns.stakeAlpha[uid])))
  const weights = validators.map((uid) => weightRow(metagraph, uid))
  const medians = columns(weights, (column) => median(column, stakeShare))
  const total = sum(medians)
  const consensus =
    options.form === 'research'
      ? medians.map((median) => Math.trunc((median / total) * 65_535) / 65_535)
      : medians
  const clipped = weights.map((row) => row.map((weight, j) => Math.min(weight, consensus[j]!)))
  const incentive = shares(columns(clipped, (column) => dot(column, stakeShare)))
  const bonds = options.yuma3
    ? relativeBonds(weights, options)
    : clipped.map((row, i) => row.map((weight) => weight * stakeShare[i]!))
  const columnSums = columns(bonds, sum)
  const earned = bonds.map((row, i) => {
    const share = sum(row.map((bond, j) => (bond / (columnSums[j]! + EPSILON)) * incentive[j]!))
    return options.yuma3 ? share * stakeShare[i]! : share
  })
  return { stakeShare, dividends: shares(earned), validatorTrust: clipped.map(sum), incentive }
}

/** Bonds in [0, 1] that move towards the weights a little each epoch. */
function relativeBonds(weights: readonly number[][], { form, epochs }: FloatOptions): number[][] {
  const stored = (bond: number): number => (form === 'chain' ? Math.floor(bond * 65_535) / 65_535 : bond)
  let bonds = weights.map((row) => row.map(() => 0))
  for (let epoch = 0; epoch < epochs; epoch++) {
    bonds = bonds.map((row, i) =>
      row.map((bond, j) => Math.min(1, (1 - YUMA3_ALPHA) * stored(bond) + YUMA3_ALPHA * weights[i]![j]!)),
    )
  }
  return bonds
}

/** The largest weight that at least a kappa share of stake gives or exceeds. */
function median(column: readonly number[], stakeShare: readonly number[]): number {
  const order = column.map((weight, i) => ({ weight, share: stakeShare[i]! }))
  order.sort((a, b) => b.weight - a.weight)
  let reached = 0
  for (const { weight, share } of order) {
    reached += share
    if (reached >= KAPPA) return weight
  }
  return 0
}

function weightRow(metagraph: Metagraph, uid: number): number[] {
  const row = new Array<number>(metagraph.n).fill(0)
  for (const [target, value] of metagraph.weightsOf(uid)) row[target] = value
  return shares(row)
}

function columns(matrix: readonly number[][], reduce: (column: number[]) => number): number[] {
  return matrix[0]!.map((_, j) => reduce(matrix.map((row) => row[j]!)))
}

function shares(values: readonly number[]): number[] {
  const total = sum(values)
  return values.map((value) => value / total)
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, at) => value * b[at]!))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
