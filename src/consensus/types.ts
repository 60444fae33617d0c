import type { BlockNumber, Rao, U16, Uid } from '../units/index.js'

/**
 * A sparse matrix of u16, rows by uid (compressed sparse rows).
 *
 * Row i holds the entries `rowStart[i]` to `rowStart[i + 1]` of `column` and `value`. An entry of value 0 is
 * not the same as a missing one. Targets may repeat, be unordered, or be >= n: the epoch says what each means.
 */
export interface SparseRows {
  /** u32[n + 1], ascending, first 0, last the number of entries. */
  readonly rowStart: Uint32Array
  /** Target uid of each entry. */
  readonly column: Uint16Array
  /** u16 value of each entry. */
  readonly value: Uint16Array
}

/** A sparse matrix of raw fixed-point numbers (value times 2^32), rows by uid. */
export interface SparseRawRows {
  readonly rowStart: Uint32Array
  readonly column: Uint16Array
  readonly raw: BigInt64Array
}

/** How the epoch computes; the chain's hyperparameters under their own names. */
export interface EpochParams {
  readonly tempoBlocks: number
  readonly activityCutoffBlocks: number
  readonly stakeThresholdRao: Rao
  /** Weight of root stake against subnet stake, parts of 2^64 - 1. */
  readonly taoWeightU64: bigint
  /** Permits to hand out for the next epoch. */
  readonly maxAllowedValidators: number
  readonly kappaU16: U16
  readonly bondsPenaltyU16: U16
  readonly bondsMovingAveragePpm: number
  readonly yuma3Enabled: boolean
  /** Needs `yuma3Enabled`: the original Yuma has no liquid alpha. */
  readonly liquidAlphaEnabled: boolean
  readonly alphaLowU16: U16
  readonly alphaHighU16: U16
  /** Signed 16-bit, in hundredths. */
  readonly alphaSigmoidSteepnessHundredths: number
  readonly commitRevealEnabled: boolean
}

/** What the epoch reads from the chain's state, before any masking or normalisation. All lists have n entries in uid order. */
export interface EpochInput {
  readonly n: number
  readonly currentBlock: BlockNumber
  /** Block of the previous epoch; 0 if none is recorded. */
  readonly lastStepBlock: BlockNumber
  /** Block of each neuron's last weight update. */
  readonly lastUpdate: Float64Array
  readonly blockAtRegistration: Float64Array
  readonly alphaStakeRao: BigUint64Array
  readonly taoStakeRao: BigUint64Array
  readonly ownerUid: Uid | null
  /** Permits in force during this epoch, 0 or 1. */
  readonly validatorPermit: Uint8Array
  /** Block of each neuron's oldest unexpired commitment; `Infinity` for none. */
  readonly earliestActiveCommitBlock: Float64Array
  /** What the epoch distributes. */
  readonly emissionRao: Rao
  /** Rows as stored on chain, largest entry scaled to 65535, not normalised. */
  readonly weights: SparseRows
  /** Rows as stored by the previous epoch. */
  readonly bonds: SparseRows
}

/** The same quantities before the last rounding: value times 2^32. */
export interface EpochRaw {
  readonly stake: BigInt64Array
  /** After masks, normalised again. */
  readonly activeStake: BigInt64Array
  readonly consensus: BigInt64Array
  readonly validatorTrust: BigInt64Array
  readonly incentive: BigInt64Array
  readonly dividends: BigInt64Array
  /** Every row, with or without a permit. */
  readonly bonds: SparseRawRows
}

/** What the epoch decides. Proportions are floored u16, amounts floored rao. Rank equals incentive. */
export interface EpochOutput {
  readonly active: Uint8Array
  /** Permits for the next epoch. */
  readonly validatorPermit: Uint8Array
  readonly stakeRao: BigUint64Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  readonly serverEmissionRao: BigUint64Array
  readonly validatorEmissionRao: BigUint64Array
  /** Floored on its own, so it may exceed the sum of the other two. */
  readonly combinedEmissionRao: BigUint64Array
  /** Rows to store; empty for a neuron without a permit for the next epoch. */
  readonly bonds: SparseRows
  readonly raw: EpochRaw
}

/**
 * The epoch as a function: what the ledger is handed, whichever engine computes it. It writes into none of the arrays that it is given, and
 * into none that it has answered with: they are the caller's.
 */
export type EpochFunction = (input: EpochInput, params: EpochParams) => EpochOutput
