import type { CanonicalValue } from '../codec/index.js'
import type { Address, Rao, U16 } from '../units/index.js'
import type { Hyperparameters } from './types.js'

/**
 * The chain's own settings: what only root could change on the reference chain, fixed at genesis here.
 * They are part of the genesis hash. Presets in `subnetkit/chain` fill them in.
 */
export interface ChainConfig {
  /** The chain's name for people, 1 to 64 characters; calls are bound to the hash of its block 0. */
  readonly chainId: string
  /** A call names one of so many last blocks, and expires at most so many blocks after it. */
  readonly callWindowBlocks: number
  readonly existentialDepositRao: Rao
  /** Smallest stake that can be added, and smallest payout of a removal that leaves something. */
  readonly minStakeRao: Rao
  /** Blocks between two subnet registrations; 0 for no limit. */
  readonly networkRateLimitBlocks: number
  readonly networkMinLockRao: Rao
  readonly lockReductionIntervalBlocks: number
  /** Subnets besides root. */
  readonly subnetLimit: number
  readonly subnetOwnerCutU16: U16
  readonly stakeThresholdRao: Rao
  /** Parts of 2^64 - 1. */
  readonly taoWeightU64: bigint
  readonly maxEpochsPerBlock: number
  readonly adminFreezeWindowBlocks: number
  /** Blocks between two changes of one item by an owner, in tempos. */
  readonly ownerHyperparamRateLimitTempos: number
  readonly startCallDelayBlocks: number
  readonly minTakeU16: U16
  readonly maxTakeU16: U16
  readonly defaultTakeU16: U16
  readonly takeRateLimitBlocks: number
  readonly ownerTempoMinBlocks: number
  readonly ownerTempoMaxBlocks: number
  readonly setTempoRateLimitBlocks: number
  /** Ceiling of `maxAllowedUids`. */
  readonly maxAllowedUidsCeiling: number
  /** Price of a registration on a new subnet. */
  readonly initialBurnRao: Rao
  /** Whether a new subnet takes part in emission at once; the reference leaves that to root. */
  readonly emissionEnabledAtRegistration: boolean
  /** Whether an axon may announce 127.0.0.1 or ::1. */
  readonly loopbackAxonsAllowed: boolean
  /** What a new subnet starts with. */
  readonly hyperparameters: Hyperparameters
}

/** An account with a balance at genesis. */
export interface Endowment {
  readonly address: Address
  readonly balanceRao: Rao
}

/** Where a chain starts: total issuance is the sum of the endowments. */
export interface Genesis {
  readonly config: ChainConfig
  readonly endowments: readonly Endowment[]
  /**
   * Goes into the hash of block 0, and so into all that follow. Without one, two chains of the same settings have the same
   * block 0, and calls signed for one are good on the other.
   */
  readonly seed?: string
}

/** The configuration as canonical bytes can hold it: the multiplier has more than 64 bits. */
export function encodeConfig(config: ChainConfig): CanonicalValue {
  return { ...config, hyperparameters: encodeHyperparameters(config.hyperparameters) }
}

/** Reads what {@link encodeConfig} wrote. */
export function decodeConfig(value: CanonicalValue): ChainConfig {
  const config = value as never as ChainConfig & { hyperparameters: CanonicalValue }
  return { ...config, hyperparameters: decodeHyperparameters(config.hyperparameters) }
}

export function encodeHyperparameters(hyperparameters: Hyperparameters): CanonicalValue {
  return { ...hyperparameters, burnIncreaseMultBits: hyperparameters.burnIncreaseMultBits.toString() }
}

export function decodeHyperparameters(value: CanonicalValue): Hyperparameters {
  const record = value as never as Hyperparameters
  return { ...record, burnIncreaseMultBits: BigInt(record.burnIncreaseMultBits) }
}
