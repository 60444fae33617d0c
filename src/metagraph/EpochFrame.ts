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
  /** Alpha of the subnet that this epoch paid on each uid's hotkey as stake, to its owner and its stakers together; not what those on root may claim. */
  readonly earnedAlpha: BigUint64Array
  /** TAO that one alpha costs, raw U64F64: `valueRao` of `subnetkit/units` tells by it what alpha is worth. */
  readonly priceBits: bigint
  /** Part of the block's TAO that went to the subnet, from 0 to 1. */
  readonly emissionShare: number
}
