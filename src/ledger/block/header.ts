import { encodeCanonical } from '../../codec/index.js'
import { blake2b256, hexOf } from '../../crypto/index.js'
import type { BlockHeader } from '../types.js'

/** Most headers a ledger keeps: the call window is no longer. */
export const MAX_CALL_WINDOW_BLOCKS = 65_536

/**
 * A header with its hash. Hashes cover the calls' payloads and the state, never a signature: signers could choose those.
 *
 * @param genesisHash - hash of block 0; `undefined` for block 0 itself.
 */
export function sealHeader(genesisHash: string | undefined, header: Omit<BlockHeader, 'hash'>): BlockHeader {
  const { number, parentHash, stateHash, callsHash, callCount } = header
  const bytes = encodeCanonical([
    'subnetkit/block/2',
    genesisHash ?? null,
    number,
    parentHash,
    stateHash,
    callsHash,
    callCount,
  ])
  return { number, hash: hexOf(blake2b256(bytes)), parentHash, stateHash, callsHash, callCount }
}

/** What a header says of its calls. */
export function hashCalls(callHashes: readonly string[]): string {
  return hexOf(blake2b256(encodeCanonical(['subnetkit/calls', callHashes])))
}
