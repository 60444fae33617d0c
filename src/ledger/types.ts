import type { SparseRows } from '../consensus/index.js'
import type { Address, BlockNumber, Coldkey, Hotkey, Netuid, Uid } from '../units/index.js'
import type { RefusalOf } from './BlockContext.js'
import type { BlockEvents } from './block/blockEvents.js'
import type { BlockHeader } from './block/header.js'
import type { CallEvents, CallName } from './calls/callTable.js'
import type { DataOf } from './events.js'
import type { RefusalName } from './refusals/refuse.js'

/** Why a call changed nothing: `error` says what `data` holds. Compare it, and the data has its type. `docs/refusals.md` lists them all. */
export type Refusal = RefusalOf<RefusalName>

/** The data of every event by its name: the reference chain's where it has one. */
export type LedgerEvents = {
  readonly [N in keyof (BlockEvents & CallEvents)]: DataOf<(BlockEvents & CallEvents)[N]>
}

export type LedgerEventName = keyof LedgerEvents

/**
 * Something that happened in a block, in order. `name` says what `data` holds: compare it, and the data has its type. `docs/ledger.md` lists
 * them all; `netuid` is `null` for what belongs to no subnet.
 *
 * @example
 * ```ts
 * import type { BlockUpdate } from 'subnetkit/ledger'
 *
 * function paidAlpha({ events }: BlockUpdate): bigint {
 *   let sum = 0n
 *   for (const { name, data } of events) if (name === 'EmissionPaid') sum += data.amountAlpha
 *   return sum
 * }
 * ```
 */
export type LedgerEvent = {
  readonly [N in LedgerEventName]: {
    readonly name: N
    readonly netuid: Netuid | null
    readonly data: LedgerEvents[N]
  }
}[LedgerEventName]

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
  /** Alpha staked to each hotkey in the subnet, in units of 10^-9; on root, TAO. */
  readonly stakeAlpha: BigUint64Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  readonly emissionAlpha: BigUint64Array
  readonly weights: SparseRows
  readonly bonds: SparseRows
}
