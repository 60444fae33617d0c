import type { BlockNumber } from '../units/index.js'
import type { Metagraph } from './Metagraph.js'

/** One epoch of a network as it is shown and drawn: the metagraph right after it, and who earned what in it. */
export interface EpochFrame {
  /** The subnet's epoch index after this epoch. */
  readonly epoch: number
  /** Block in which the epoch ran. */
  readonly block: BlockNumber
  readonly metagraph: Metagraph
  /** Display name by uid; the empty string when unknown. */
  readonly names: readonly string[]
  /** Stake gained in this epoch on each uid's hotkey by its owner and its stakers together, rao (price 1). */
  readonly earnedRao: BigUint64Array
}
