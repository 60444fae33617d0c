import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AccountId } from '../state/account.js'
import { hashCommits, timelockBuckets, timelockedByHotkey, timelockedCommits } from '../state/commitTables.js'
import { commitsOf, type RevealClock, revealClockOf, withoutExpired } from './hashCommits.js'

/**
 * For each neuron the block of its oldest commit that has not expired, by hash or time lock, as an epoch masks by it; infinity for one without.
 *
 * PERF: a look-up per neuron where anybody commits by hash, and one per neuron and epoch with time locks.
 * @source spec: `spec/epoch.md`, weights; `spec/chain.md` 3.10
 */
export function earliestCommitBlocks(context: BlockContext, netuid: Netuid, mechanism: number): Float64Array {
  const { state } = context
  const hotkeys = state.hotkeys(netuid)
  const blocks = new Float64Array(hotkeys.length).fill(Number.POSITIVE_INFINITY)
  const hasHashes = state.hasAny(hashCommits, netuid, mechanism)
  const hasTimelocks = state.hasAny(timelockBuckets, netuid, mechanism)
  if (!hasHashes && !hasTimelocks) return blocks
  const clock = revealClockOf(context, netuid)
  for (const [uid, hotkey] of hasHashes ? hotkeys.entries() : []) {
    const [oldest] = withoutExpired(commitsOf(context, [netuid, mechanism, hotkey]), clock)
    if (oldest !== undefined) blocks[uid] = oldest.block
  }
  if (hasTimelocks) takeTimelocked(context, [netuid, mechanism], clock, hotkeys, blocks)
  return blocks
}

/** Of a hotkey's time locks that of the earliest epoch, and there the first, is the oldest. */
function takeTimelocked(
  { state }: BlockContext,
  [netuid, mechanism]: readonly [Netuid, number],
  { epochIndex: now, periodEpochs }: RevealClock,
  hotkeys: readonly AccountId[],
  blocks: Float64Array,
): void {
  const found = new Set<AccountId>()
  for (const [[, , epochIndex]] of state.range(timelockBuckets, netuid, mechanism)) {
    if (now > epochIndex + periodEpochs) continue
    for (const [uid, hotkey] of hotkeys.entries()) {
      if (found.has(hotkey)) continue
      const [first] = state.rangeFrom(timelockedByHotkey, [netuid, mechanism, epochIndex, hotkey])
      if (first === undefined) continue
      found.add(hotkey)
      const { block } = state.required(timelockedCommits, netuid, mechanism, epochIndex, first[0][4])
      blocks[uid] = Math.min(blocks[uid] ?? block, block)
    }
  }
}
