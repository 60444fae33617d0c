import type { BlockHeader } from '../ledger/index.js'
import { taskSeed } from '../mechanism/index.js'
import type { AxonInfo, Metagraph } from '../metagraph/index.js'
import type { Hotkey, Uid } from '../units/index.js'

/** A miner to ask, and where. */
export interface MinerTarget extends AxonInfo {
  readonly uid: Uid
  readonly hotkey: Hotkey
}

/**
 * Chooses whom to ask in a round: every serving neuron but `self`, or `sampleSize` of them drawn by the block's
 * hash, in uid order.
 */
export function sampleMiners(options: {
  metagraph: Metagraph
  self: Hotkey
  sampleSize: number
  round: number
  header: BlockHeader
}): MinerTarget[] {
  const { metagraph, header, round } = options
  const { axon, hotkey } = metagraph.columns
  const targets = metagraph
    .miners()
    .filter((uid) => hotkey[uid] !== options.self)
    .map((uid): MinerTarget => ({ uid, hotkey: hotkey[uid]!, ...axon[uid]! }))
  if (targets.length <= options.sampleSize) return targets
  const { random } = taskSeed({ blockHash: header.hash, netuid: metagraph.netuid, round, index: 0 })
  return random
    .fork('sample')
    .shuffled(targets)
    .slice(0, options.sampleSize)
    .sort((a, b) => a.uid - b.uid)
}
