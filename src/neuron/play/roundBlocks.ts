import type { Chain } from '../../chain/index.js'
import { wordsOfThrown } from '../../errors/index.js'
import { NotScoredError } from '../../mechanism/index.js'
import type { BlockNumber } from '../../units/index.js'

/** The chain, as far as a round looks at it. */
export interface RoundBlocks {
  /**
   * Hash of a block that has come, hex.
   *
   * @throws NotScoredError where the chain gives it no more.
   */
  hashAt(block: BlockNumber, signal: AbortSignal): Promise<string>
}

type BlockSource = Pick<Chain, 'blocks' | 'genesisHash'>

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

/** Hash of a block, hex; `undefined` where the signal came first, or the chain ended. */
export async function hashOfBlock(
  chain: BlockSource,
  block: BlockNumber,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (block === 0) return chain.genesisHash
  for await (const { header } of chain.blocks({ fromBlock: block, signal })) return header.hash
  return undefined
}
