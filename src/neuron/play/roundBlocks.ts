import { wordsOfThrown } from '../../errors/index.js'
import { NotScoredError } from '../../mechanism/index.js'
import type { BlockNumber } from '../../units/index.js'
import { type BlockSource, hashOfBlock } from './BlockHashes.js'

/** The chain, as far as a round looks at it. */
export interface RoundBlocks {
  /**
   * Hash of a block that has come, hex.
   *
   * @throws NotScoredError where the chain gives it no more.
   */
  hashAt(block: BlockNumber, signal: AbortSignal): Promise<string>
}

/** Blocks of a chain, as far back as its node keeps them. */
export function blocksOf(chain: BlockSource): RoundBlocks {
  return {
    async hashAt(block, signal) {
      try {
        const hash = await hashOfBlock(chain, block, signal)
        if (hash !== undefined) return hash
      } catch (cause) {
        throw new NotScoredError(`the chain does not give block ${block}, ${wordsOfThrown(cause)}`, { cause })
      }
      throw new NotScoredError(`the chain ended before it gave block ${block}`)
    },
  }
}
