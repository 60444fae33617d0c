import type { SparseRows } from '../consensus/index.js'
import type { BlockNumber, Coldkey, Hotkey, Netuid, Uid } from '../units/index.js'

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
  readonly coldkey: readonly Coldkey[]
  /** `null` for a neuron that serves nothing. */
  readonly axon: readonly (AxonInfo | null)[]
  readonly registeredAtBlock: Float64Array
  readonly lastUpdate: Float64Array
  readonly active: Uint8Array
  readonly validatorPermit: Uint8Array
  /** Alpha staked to each hotkey, rao. */
  readonly stakeRao: BigUint64Array
  readonly stakeWeightU16: Uint16Array
  readonly consensusU16: Uint16Array
  readonly incentiveU16: Uint16Array
  readonly dividendsU16: Uint16Array
  readonly validatorTrustU16: Uint16Array
  /** What the last epoch gave each neuron, as server and validator together. */
  readonly emissionRao: BigUint64Array
  readonly weights: SparseRows
  readonly bonds: SparseRows
}
