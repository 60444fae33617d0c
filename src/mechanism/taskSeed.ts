import { encodeCanonical } from '../codec/index.js'
import { blake2b256, bytesOfHex } from '../crypto/index.js'
import { SeededRandom } from '../math/index.js'
import type { Netuid } from '../units/index.js'
import type { TaskSeed } from './types.js'

const DOMAIN = 'subnetkit/task-seed/1'

/**
 * The seed of one task: BLAKE2b-256 over a domain tag, the block's hash, the subnet, the round and the task's
 * index in it, in canonical encoding. Nobody knows it before the block exists.
 *
 * @param details.blockHash - hex of the hash of the block that seeds the round.
 */
export function taskSeed(details: {
  blockHash: string
  netuid: Netuid
  round: number
  index: number
}): TaskSeed {
  const { blockHash, netuid, round, index } = details
  const bytes = blake2b256(encodeCanonical([DOMAIN, bytesOfHex(blockHash), netuid, round, index]))
  return Object.freeze({ bytes, random: new SeededRandom(bytes), netuid, round, index })
}
