import type { BlockNumber } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import type { RecentBlocks } from '../block/RecentBlocks.js'
import type { ChainConfig } from '../config.js'
import type { OpenedCall } from '../openCall.js'
import type { Refusal } from '../types.js'
import { laterBlock } from './laterBlock.js'

/**
 * Why a call has no place in a block, its nonce apart: signed for another chain or history, or not good at this time.
 *
 * A call names a recent block and expires within the window after it. So whoever holds the last `callWindowBlocks` hashes can
 * judge every call that has not expired, and no call stays good for ever.
 *
 * @param block - the block it would be in: the one after the head.
 */
export function whyNotInBlock(
  call: OpenedCall,
  { testOriginAllowed }: Pick<ChainConfig, 'testOriginAllowed'>,
  recent: RecentBlocks,
  block: BlockNumber,
): Refusal | null {
  if (call.origin === 'test') {
    return testOriginAllowed
      ? null
      : refuse('BadOrigin', { because: 'testOriginClosed', callName: call.name })
  }
  const { genesisHash, recentBlockHash, expiryBlock } = call
  if (genesisHash !== recent.genesisHash) {
    return refuse('WrongChain', { genesisHash: recent.genesisHash, signedForHash: genesisHash })
  }
  if (expiryBlock < block) return refuse('Expired', { expiryBlock, block })
  const signedAt = recent.numberOf(recentBlockHash)
  if (signedAt === undefined) {
    return refuse('AncientBirthBlock', { recentBlockHash, windowBlocks: recent.windowBlocks })
  }
  const lastBlock = laterBlock(signedAt, recent.windowBlocks)
  return expiryBlock > lastBlock
    ? refuse('ExpiryTooFar', { expiryBlock, signedAtBlock: signedAt, lastBlock })
    : null
}
