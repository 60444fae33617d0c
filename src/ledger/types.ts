import type { SparseRows } from '../consensus/index.js'
import type { Address, Alpha, BlockNumber, Coldkey, Hotkey, Netuid, Rao, U16, Uid } from '../units/index.js'
import type { HyperparameterName } from './rules/hyperparameters.js'

/** Every call the ledger knows: who may sign it, and its arguments. Call names and fields are part of the signed bytes. */
export interface CallArgs {
  /** Any account. */
  transfer: { to: Address; amountRao: Rao }
  /** A coldkey; the hotkey gets uid 0. Pays the lock. */
  registerSubnet: { hotkey: Hotkey }
  /** The subnet's owner. */
  startSubnet: { netuid: Netuid }
  /** A coldkey; pays the registration price, at most `limitRao` when given. */
  registerNeuron: { netuid: Netuid; hotkey: Hotkey; limitRao: Rao | null }
  /** A registered hotkey. `ip` is IPv4 or IPv6 text. */
  serveAxon: { netuid: Netuid; ip: string; port: number; version: number }
  /** A coldkey. */
  addStake: { netuid: Netuid; hotkey: Hotkey; amountRao: Rao }
  /** A coldkey. */
  removeStake: { netuid: Netuid; hotkey: Hotkey; amountAlpha: Alpha }
  /** A registered hotkey. */
  setWeights: { netuid: Netuid; uids: readonly Uid[]; values: readonly U16[]; versionKey: number }
  /** The subnet's owner. */
  setHyperparameter: { netuid: Netuid; name: HyperparameterName; value: number | bigint | boolean }
  /** Tests only: whatever the balance was. The issuance follows. */
  overrideBalance: { account: Address; balanceRao: Rao }
  /** Tests only: any hyperparameter to any value that it can have, without its owner, its bounds and its clock. */
  overrideHyperparameter: { netuid: Netuid; name: HyperparameterName; value: number | bigint | boolean }
  /** Tests only: whether a subnet takes part in emission. */
  overrideEmission: { netuid: Netuid; enabled: boolean }
  /** The coldkey that owns the hotkey. */
  setTake: { hotkey: Hotkey; takeU16: U16 }
}

export type CallName = keyof CallArgs

/** Why a call in a block changed nothing: a reference-chain error name, or the door's own. */
export interface Refusal {
  /** The reference chain's error name, such as `NotEnoughBalanceToStake`. */
  readonly error: string
  /** One sentence for a person; not part of any hash. */
  readonly detail: string
}

/** Something that happened in a block, in order. `name` is the reference chain's event name where it has one. */
export interface LedgerEvent {
  readonly name: string
  readonly netuid: Netuid | null
  readonly data: { readonly [field: string]: string | number | bigint | boolean | null }
}

/** How one call of a block ended. */
export interface Receipt {
  readonly block: BlockNumber
  /** Position in the block after ordering by (signer, nonce). */
  readonly index: number
  /** Hex of the hash of the signer's public key and the signed payload. */
  readonly callHash: string
  /** Of test origin, the account that it stands for. */
  readonly signer: Address
  /** Signed by the account, or made by a test: see `Ledger.testCall`. */
  readonly origin: 'signed' | 'test'
  /** 0 for one of test origin, which uses none up. */
  readonly nonce: number
  readonly callName: CallName
  /** `null` when the call was applied. */
  readonly refusal: Refusal | null
  readonly events: readonly LedgerEvent[]
}

export interface BlockHeader {
  readonly number: BlockNumber
  /** Hex, 32 bytes: over block 0, parent, number, calls and state. */
  readonly hash: string
  readonly parentHash: string
  /** Hex, 32 bytes. */
  readonly stateHash: string
  /** Hex, 32 bytes: over the hashes of its calls in order. */
  readonly callsHash: string
  readonly callCount: number
  /** Who made the block, and will have its fees; `null` when nobody is named. */
  readonly author: Address | null
}

/** A finished block as clients see it. */
export interface BlockUpdate {
  readonly header: BlockHeader
  readonly receipts: readonly Receipt[]
  /** Events of the block's own work (coinbase, epochs), before those of its calls. */
  readonly events: readonly LedgerEvent[]
}

/** A subnet's neurons in typed columns by uid, n entries each: what a `Metagraph` is made of. */
export interface MetagraphView {
  readonly netuid: Netuid
  readonly block: BlockNumber
  readonly n: number
  readonly ownerUid: Uid | null
  readonly tempoBlocks: number
  readonly lastEpochBlock: BlockNumber
  readonly epochIndex: number
  readonly hotkey: readonly Hotkey[]
  readonly coldkey: readonly Coldkey[]
  /** `null` for a neuron that serves nothing. */
  readonly axon: readonly ({ readonly host: string; readonly port: number } | null)[]
  readonly registeredAtBlock: Float64Array
  readonly lastUpdate: Float64Array
  /** 0 or 1. */
  readonly active: Uint8Array
  /** 0 or 1. */
  readonly validatorPermit: Uint8Array
  /** Alpha staked to each hotkey: one alpha is one rao at price 1. */
  readonly stakeRao: BigUint64Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  readonly emissionRao: BigUint64Array
  readonly weights: SparseRows
  readonly bonds: SparseRows
}
