import { encodeCanonical } from '../../codec/index.js'
import { hexOf, sha256 } from '../../crypto/index.js'
import type { BlockHeader } from '../types.js'

/** Most headers a ledger keeps: the call window is no longer. */
export const MAX_CALL_WINDOW_BLOCKS = 65_536

/**
 * A header with its hash. Hashes cover the calls' payloads and the state, never a signature: signers could choose those.
 *
 * @param genesisHash - hash of block 0; `undefined` for block 0 itself.
 */
export function sealHeader(genesisHash: string | undefined, header: Omit<BlockHeader, 'hash'>): BlockHeader {
  const { number, parentHash, stateHash, callsHash, callCount, author } = header
  const bytes = encodeCanonical([
    'subnetkit/block/3',
    genesisHash ?? null,
    number,
    parentHash,
    stateHash,
    callsHash,
    callCount,
    author,
  ])
  return { number, hash: hexOf(sha256(bytes)), parentHash, stateHash, callsHash, callCount, author }
}

/** What a header says of its calls. */
export function hashCalls(callHashes: readonly string[]): string {
  return hexOf(sha256(encodeCanonical(['subnetkit/calls', callHashes])))
}
