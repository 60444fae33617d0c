import { check } from '../../checks/index.js'
import { blake2b256, hexOf, publicKeyOf } from '../../crypto/index.js'
import type { Address } from '../../units/index.js'
import { address } from '../state/columns.js'

/**
 * What the announcement of a coldkey swap names in place of the new coldkey: nobody learns it before the swap.
 *
 * @returns hex, 32 bytes: Blake2-256 of the account's public key.
 * @throws InvalidArgumentError for what is no address.
 * @source spec: `spec/chain.md` 10.7
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { coldkeyHash } from 'subnetkit/ledger'
 *
 * coldkeyHash(keyPairFromUri('//Alice/new').address).length // 64
 * ```
 */
export function coldkeyHash(newColdkey: Address): string {
  check('newColdkey', address.check, newColdkey)
  return hexOf(blake2b256(publicKeyOf(newColdkey)))
}
