import { encodeCanonical } from '../../codec/index.js'
import { blake2b256 } from '../../crypto/index.js'
import type { BlockNumber } from '../../units/index.js'

const DOMAIN = 'subnetkit/round-secret/1'

/** Where a secret stream belongs. */
export interface SecretPlace {
  readonly netuid: number
  readonly mechanismId: number
  /** The block that seeds the round. */
  readonly block: BlockNumber
  /** Which task of the round. */
  readonly index: number
}

/** What the random numbers begin from of one label in one task of one round, by the validator's key. */
export function secretSeed(key: Uint8Array, place: SecretPlace, label: string): Uint8Array {
  const { netuid, mechanismId, block, index } = place
  return blake2b256(encodeCanonical([DOMAIN, key, netuid, mechanismId, block, index, label]))
}
