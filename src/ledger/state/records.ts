import type { SparseRows } from '../../consensus/index.js'
import type { SharePool } from '../../emission/index.js'
import type { Alpha, BlockNumber, Netuid, Rao, U16, Uid } from '../../units/index.js'
import type { Hyperparameters } from '../types.js'

/** An account inside the ledger: lower-case hex of its 32-byte public key. Hex order is byte order. */
export type AccountId = string & { readonly __account: 'hex' }

/** Facts about the chain as a whole. */
export interface ChainRecord {
  /** Number of the last block; the one being made while it is made. */
  readonly block: BlockNumber
  readonly totalIssuanceRao: Rao
  /** What the last subnet paid, and when; 0 before the first. */
  readonly lastLockRao: Rao
  readonly lastLockBlock: BlockNumber
  readonly lastSubnetBlock: BlockNumber
}

export interface AccountRecord {
  readonly balanceRao: Rao
  /** Nonce that the account's next call must carry. Kept when the account is reaped, against replay. */
  readonly nonce: number
}

export interface HotkeyRecord {
  readonly owner: AccountId
  /** `null` until the owner sets it: the default applies. */
  readonly takeU16: U16 | null
  readonly takeChangedAtBlock: BlockNumber
}

/** What rarely changes about a subnet. */
export interface SubnetRecord {
  readonly netuid: Netuid
  readonly owner: AccountId
  readonly ownerHotkey: AccountId
  readonly n: number
  readonly registeredAtBlock: BlockNumber
  readonly firstEmissionBlock: BlockNumber | null
  readonly subtokenEnabled: boolean
  readonly emissionEnabled: boolean
  readonly lockRao: Rao
  readonly hyperparameters: Hyperparameters
  /** Block of the owner's last change, by rate-limited item. At most one entry per hyperparameter. */
  readonly changedAtBlock: { readonly [item: string]: BlockNumber }
}

/** When a subnet's epochs run. */
export interface SubnetClockRecord {
  readonly lastEpochBlock: BlockNumber
  /** 0 for none. */
  readonly pendingEpochAt: BlockNumber
  readonly blocksSinceLastStep: number
  readonly epochIndex: number
  /** Block of the last distribution; 0 for none. */
  readonly lastStepBlock: BlockNumber
}

/** A subnet's money. */
export interface SubnetPoolRecord {
  /** Price of a registration now. */
  readonly burnRao: Rao
  readonly subnetTaoRao: Rao
  readonly alphaIn: Alpha
  readonly alphaOut: Alpha
  readonly pendingServer: Alpha
  readonly pendingValidator: Alpha
  readonly pendingOwnerCut: Alpha
  readonly pendingRoot: Alpha
  /** TAO paid for registrations, for ever in the subnet's account. */
  readonly recycledRao: Rao
  /** Alpha taken out of AlphaOut again. */
  readonly recycledAlpha: Alpha
  /** Alpha in AlphaOut that was withheld from the owner's own miners. */
  readonly burnedAlpha: Alpha
  /** Alpha in AlphaOut of epochs that nobody earned. */
  readonly unearnedAlpha: Alpha
  /** Alpha in AlphaOut lost to rounding; never decreases. */
  readonly dustAlpha: Alpha
  /** Share of the last epoch's miner pay that was withheld, times 2^32. */
  readonly minerBurnedBits: bigint
}

export interface AxonRecord {
  readonly ip: string
  readonly port: number
  readonly version: number
  readonly block: BlockNumber
}

export interface NeuronRecord {
  readonly hotkey: AccountId
  readonly registeredAtBlock: BlockNumber
  readonly lastUpdate: BlockNumber
  readonly axon: AxonRecord | null
}

/** What the last epoch decided, by uid; every column has n entries. */
export interface EpochColumns {
  readonly active: Uint8Array
  readonly validatorPermit: Uint8Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  readonly emissionRao: BigUint64Array
}

/** One neuron's weights as stored: targets may repeat never, zero values are kept. */
export interface WeightsRecord {
  readonly uids: Uint16Array
  readonly values: Uint16Array
}

/** Stake on one hotkey of one subnet. */
export interface StakeRecord extends SharePool {
  /** Coldkeys with a share in it. */
  readonly positions: number
  /** Largest exponent of the sum of shares since it was last counted; `null` before the first share. */
  readonly peakExponent: number | null
}

/** One neuron's place: `netuid/uid`, or `netuid/hotkey`. */
export const neuronId = (netuid: Netuid, uid: Uid): string => `${netuid}/${uid}`
export const memberId = (netuid: Netuid, hotkey: AccountId): string => `${netuid}/${hotkey}`
export const positionId = (netuid: Netuid, hotkey: AccountId, coldkey: AccountId): string =>
  `${netuid}/${hotkey}/${coldkey}`

export type { SparseRows }
