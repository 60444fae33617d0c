import { check, custom, optional, shape, u16, wholeNumber } from '../checks/index.js'
import { encodeCanonical } from '../codec/index.js'
import { blake2b256, bytesOfHex } from '../crypto/index.js'
import { SeededRandom } from '../math/index.js'
import type { Netuid } from '../units/index.js'
import type { TaskSeed } from './types.js'

const detailsShape = shape<Parameters<typeof taskSeed>[0]>({
  blockHash: custom('Pass the hash of a block, in hex.', (value) => {
    return typeof value === 'string' && /^([0-9a-f]{2})+$/i.test(value)
  }),
  netuid: u16(),
  round: wholeNumber(),
  index: wholeNumber(),
  mechanismId: optional(u16()),
})

const DOMAIN = 'subnetkit/task-seed/1'

/**
 * The seed of one task: BLAKE2b-256 over a domain tag, the block's hash, the subnet, the round and the task's
 * index in it, in canonical encoding; for a further mechanism of the subnet its number too, so that no two draw the same. Nobody knows it before the block exists.
 *
 * @param details.blockHash - hex of the hash of the block that seeds the round.
 * @param details.mechanismId - which of the subnet's mechanisms; 0, the first, by default.
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { taskSeed } from 'subnetkit/mechanism'
 *
 * const { random } = taskSeed({ blockHash: 'ab'.repeat(32), netuid: 1, round: 7, index: 0 })
 * random.int(10) // the same for every validator of the round
 * ```
 */
export function taskSeed(details: {
  blockHash: string
  netuid: Netuid
  round: number
  index: number
  mechanismId?: number
}): TaskSeed {
  check('details', detailsShape, details)
  const { blockHash, netuid, round, index, mechanismId = 0 } = details
  // The first mechanism draws as before there were others.
  const under = mechanismId === 0 ? [] : [mechanismId]
  const bytes = blake2b256(encodeCanonical([DOMAIN, bytesOfHex(blockHash), netuid, round, index, ...under]))
  return Object.freeze({ bytes, random: new SeededRandom(bytes), netuid, round, index })
}
