import type { SubnetView } from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'

/** Why weights are not set in the next block. */
export type WeightsWait =
  /** The subnet runs no epochs yet. */
  | 'NotStarted'
  | 'NotRegistered'
  /** No validator permit; the next epoch may give one. */
  | 'NoPermit'
  /** The window before the epoch has not opened. */
  | 'TooEarly'
  /** The next block holds the epoch already: wait for the one after it. */
  | 'TooLate'
  /** Weights for the coming epoch are on chain, or committed to. */
  | 'AlreadySet'
  /** The subnet's weights rate limit has not passed since the last update. */
  | 'RateLimited'

/**
 * Decides whether weights submitted now, or commits to them, to land in the block after `head`, are due: in the last `leadBlocks`
 * blocks before the epoch, once, and only where the chain would not refuse them for a known reason.
 *
 * An epoch runs at the start of its block, before that block's calls, so the last block that counts is the one before it.
 */
export function weightsSchedule(options: {
  head: BlockNumber
  subnet: SubnetView
  metagraph: Metagraph
  hotkey: Hotkey
  leadBlocks: number
  /** Block in which weights were committed last; while the subnet hides none, what was committed is not what it needs. */
  committedAtBlock?: BlockNumber | undefined
}): WeightsWait | 'Due' {
  const { head, subnet, metagraph } = options
  const uid = metagraph.uidOf(options.hotkey)
  if (uid === undefined) return 'NotRegistered'
  if (subnet.firstEmissionBlock === null || subnet.nextEpochBlock === null) return 'NotStarted'
  const { commitRevealEnabled, tempoBlocks, weightsSetRateLimitBlocks } = subnet.hyperparameters
  const landing = head + 1
  const opens = subnet.nextEpochBlock - Math.min(options.leadBlocks, tempoBlocks)
  if (landing < opens) return 'TooEarly'
  if (landing >= subnet.nextEpochBlock) return 'TooLate'
  const { lastUpdate, registeredAtBlock, validatorPermit } = metagraph.row(uid)
  const isCommit = !commitRevealEnabled && lastUpdate === options.committedAtBlock
  if (lastUpdate >= opens && lastUpdate !== registeredAtBlock && !isCommit) return 'AlreadySet'
  if (!validatorPermit && uid !== metagraph.columns.ownerUid) return 'NoPermit'
  if (lastUpdate !== 0 && landing - lastUpdate < weightsSetRateLimitBlocks) return 'RateLimited'
  return 'Due'
}
