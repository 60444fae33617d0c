import type { EpochInput, EpochParams, SparseRows } from 'subnetkit/consensus'
import { makeInput, type NaiveInput } from '../naiveYuma.mjs'

/** Size of a network: `validators` rows over `n` servers, and the share of entries that are there. */
export interface NetworkSize {
  readonly validators: number
  readonly n: number
  readonly density: number
}

/** How many networks a measurement rotates through: one repeated input flatters branch prediction. */
export const INPUTS = 24

/** What the baseline computes: original Yuma, full penalty, a moving average of 0.1. */
export const baselineParams: EpochParams = {
  tempoBlocks: 360,
  activityCutoffBlocks: 5_000,
  stakeThresholdRao: 0n,
  taoWeightU64: 0n,
  maxAllowedValidators: 64,
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  yuma3Enabled: false,
  liquidAlphaEnabled: false,
  alphaLowU16: 45_875,
  alphaHighU16: 58_982,
  alphaSigmoidSteepnessHundredths: 1_000,
  commitRevealEnabled: false,
}

/**
 * A network of the baseline whose stakes sum to exactly 2^32 (the first takes up the few parts that rounding lost), so that
 * both sides start from the same shares.
 */
export function baselineNetwork(seed: number, { validators, n, density }: NetworkSize): NaiveInput {
  const input = makeInput(seed, validators, n, density)
  input.stake[0]! += 2 ** 32 - input.stake.reduce((sum, stake) => sum + stake, 0)
  return input
}

/**
 * The same network as the chain stores it. Validators take the first uids and servers those behind them, so that no validator
 * scores itself and the masks of the epoch leave every entry alone.
 */
export function chainInput({ validators, n, weights, bonds, stake }: NaiveInput): EpochInput {
  const count = validators + n
  return {
    n: count,
    currentBlock: 1_000,
    lastStepBlock: 640,
    lastUpdate: new Float64Array(count).fill(900),
    blockAtRegistration: new Float64Array(count).fill(1),
    alphaStakeRao: BigUint64Array.from({ length: count }, (_, i) => BigInt(stake[i] ?? 0)),
    taoStakeRao: new BigUint64Array(count),
    ownerUid: null,
    validatorPermit: Uint8Array.from({ length: count }, (_, i) => (i < validators ? 1 : 0)),
    earliestActiveCommitBlock: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    emissionRao: 360_000_000_000n,
    weights: sparseRows(weights, validators, n),
    bonds: sparseRows(bonds, validators, n),
  }
}

/** The networks of one size in the form of the chain, seeds 1 to `count`. */
export function chainInputs(size: NetworkSize, count: number = INPUTS): EpochInput[] {
  return Array.from({ length: count }, (_, k) => chainInput(baselineNetwork(k + 1, size)))
}

function sparseRows(dense: Float64Array, validators: number, n: number): SparseRows {
  const entries = dense.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
  const rowStart = new Uint32Array(validators + n + 1)
  const column = new Uint16Array(entries)
  const value = new Uint16Array(entries)
  let k = 0
  for (let i = 0; i < validators; i++) {
    for (let j = 0; j < n; j++) {
      const entry = dense[i * n + j]!
      if (entry === 0) continue
      column[k] = validators + j
      value[k++] = entry
    }
    rowStart[i + 1] = k
  }
  rowStart.fill(k, validators + 1)
  return { rowStart, column, value }
}
