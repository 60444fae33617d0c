import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { hashCommits } from '../state/tables.js'
import { commitsOf, revealClockOf, withoutExpired } from './hashCommits.js'

/**
 * For each neuron the block of its oldest commit that has not expired, as an epoch masks by it; infinity for one without.
 *
 * PERF: a look-up per neuron where anybody commits at all.
 * @source spec: `spec/epoch.md`, weights; `spec/chain.md` 3.10
 */
export function earliestCommitBlocks(context: BlockContext, netuid: Netuid, mechanism: number): Float64Array {
  const { state } = context
  const hotkeys = state.hotkeys(netuid)
  const blocks = new Float64Array(hotkeys.length).fill(Number.POSITIVE_INFINITY)
  if (!state.hasAny(hashCommits, netuid, mechanism)) return blocks
  const clock = revealClockOf(context, netuid)
  for (const [uid, hotkey] of hotkeys.entries()) {
    const [oldest] = withoutExpired(commitsOf(context, [netuid, mechanism, hotkey]), clock)
    if (oldest !== undefined) blocks[uid] = oldest.block
  }
  return blocks
}
