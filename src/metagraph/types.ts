import type { SparseRows } from '../consensus/index.js'
import type { Alpha, BlockNumber, Coldkey, Hotkey, Netuid, Uid } from '../units/index.js'

/** Where a neuron says it can be reached. */
export interface AxonInfo {
  readonly host: string
  readonly port: number
}

/** A subnet's neurons at one block, in columns of n entries by uid. `Metagraph` wraps them read-only. */
export interface MetagraphColumns {
  readonly netuid: Netuid
  readonly block: BlockNumber
  readonly n: number
  readonly ownerUid: Uid | null
  readonly tempoBlocks: number
  readonly lastEpochBlock: BlockNumber
  readonly epochIndex: number
  readonly hotkey: readonly Hotkey[]
  /** The empty string when the source of the data does not say. */
  readonly coldkey: readonly Coldkey[]
  /** `null` for a neuron that serves nothing. */
  readonly axon: readonly (AxonInfo | null)[]
  readonly registeredAtBlock: Float64Array
  readonly lastUpdate: Float64Array
  readonly active: Uint8Array
  readonly validatorPermit: Uint8Array
  /** Alpha staked to each hotkey in the subnet, in units of 10^-9; on root, TAO. */
  readonly stakeAlpha: BigUint64Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  /** Alpha that the last epoch gave each neuron, as server and validator together. */
  readonly emissionAlpha: BigUint64Array
  readonly weights: SparseRows
  readonly bonds: SparseRows
}

/**
 * One neuron as people read it: proportions as fractions of 1, flags as booleans.
 *
 * `JSON.stringify` takes it: amounts become decimal text. A copy by spreading has no `toJSON` any more, and its amounts are bigints.
 */
export interface MetagraphRow {
  readonly uid: Uid
  readonly hotkey: Hotkey
  readonly coldkey: Coldkey
  /** `host:port`, an IPv6 host in brackets, or `null` for a neuron that serves nothing. */
  readonly axon: string | null
  readonly stakeAlpha: Alpha
  readonly stakeWeight: number
  readonly consensus: number
  readonly incentive: number
  readonly dividends: number
  readonly validatorTrust: number
  readonly emissionAlpha: Alpha
  readonly validatorPermit: boolean
  readonly active: boolean
  readonly registeredAtBlock: BlockNumber
  readonly lastUpdate: BlockNumber
  toJSON(): MetagraphRowJson
}

/** A row as JSON: the same fields, amounts as decimal text. */
export interface MetagraphRowJson extends Omit<MetagraphRow, 'stakeAlpha' | 'emissionAlpha' | 'toJSON'> {
  readonly stakeAlpha: string
  readonly emissionAlpha: string
}

/** One entry of a weight or bond row: target uid and u16 value. */
export type MatrixEntry = readonly [uid: Uid, value: number]

/** Fields of a neuron that a diff compares. */
export type DiffField = Exclude<keyof MetagraphRowJson, 'uid' | 'hotkey'> | 'weights' | 'bonds'

/** What changed between two metagraphs of one subnet. Every list is in ascending uid order. */
export interface MetagraphDiff {
  readonly fromBlock: BlockNumber
  readonly toBlock: BlockNumber
  /** Uids whose hotkey is new in that slot; `replaced` is the hotkey that held it, `null` for a new slot. */
  readonly joined: readonly { readonly uid: Uid; readonly hotkey: Hotkey; readonly replaced: Hotkey | null }[]
  /** Hotkeys that hold no slot any more, with the slot they held. */
  readonly left: readonly { readonly uid: Uid; readonly hotkey: Hotkey }[]
  /** For slots whose hotkey stayed: which fields differ, by uid. */
  readonly changed: readonly { readonly uid: Uid; readonly fields: readonly DiffField[] }[]
}
