import { encodeCanonical } from '../../codec/index.js'
import type { RoundEntry } from '../../mechanism/index.js'
import type { BlockNumber } from '../../units/index.js'
import type { RoundBlocks } from '../play/roundBlocks.js'
import type { WaitingTask } from './waitingRound.js'

/**
 * What a task of a round that waits goes on from: what it had learnt, and the block that it waited for. `undefined` where that has not come.
 *
 * @throws NotScoredError where the chain does not give that block any more.
 */
export async function entriesToGoOn(
  { entries, wait }: WaitingTask,
  head: BlockNumber,
  { blocks, signal }: { readonly blocks: RoundBlocks; readonly signal: AbortSignal },
): Promise<readonly RoundEntry[] | undefined> {
  if (wait === undefined) return entries
  const { untilBlock, question } = wait
  if (untilBlock > head) return undefined
  const given = [untilBlock, await blocks.hashAt(untilBlock, signal)] as const
  return [...entries, { ...question, answer: { how: 'gave', bytes: encodeCanonical(given) } }]
}
