import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { noteUpdate } from '../neurons/columns.js'
import type { SetWeightsFacts } from '../rules/checkSetWeights.js'
import type { AccountId } from '../state/account.js'
import { timelockBuckets, timelockedByHotkey, timelockedCommits } from '../state/commitTables.js'
import { commitEpochOf } from '../weights/commitEpochs.js'
import { MAX_UNREVEALED_COMMITS } from '../weights/hashCommits.js'
import { commitHashOf } from './BlockTimelocks.js'

/** What a time-locked commit records. */
export const TIMELOCK_EVENTS = {
  TimelockedWeightsCommitted: {
    mechanism: holds.mechanism,
    hotkey: holds.hotkey,
    commitHash: holds.hash,
    epochIndex: holds.count,
    revealRound: holds.count,
  },
} as const

/** Bytes that nobody can read before the beacon has published a round. */
export interface TimelockedCommit {
  readonly commit: Uint8Array
  readonly revealRound: number
}

/**
 * Keeps a time-locked commit in the bucket of its epoch: from now on the hotkey counts as having spoken.
 *
 * @source spec: `spec/chain.md` 8.4, 8.6
 */
export function keepTimelocked(
  context: BlockContext<typeof TIMELOCK_EVENTS>,
  signer: AccountId,
  facts: SetWeightsFacts,
  { commit, revealRound }: TimelockedCommit,
): RefusalOf<'TooManyUnrevealedCommits'> | null {
  const { state, block } = context
  const { netuid, mechanism, hotkey } = facts
  const epochIndex = commitEpochOf(context, netuid)
  const waiting = state.range(timelockedByHotkey, netuid, mechanism, epochIndex, signer).length
  if (waiting >= MAX_UNREVEALED_COMMITS) {
    return refuse('TooManyUnrevealedCommits', { waiting, most: MAX_UNREVEALED_COMMITS })
  }
  const { places } = state.getOrBlank(timelockBuckets, netuid, mechanism, epochIndex)
  state.set(timelockBuckets, [netuid, mechanism, epochIndex], { places: places + 1, isSeen: false })
  state.set(timelockedCommits, [netuid, mechanism, epochIndex, places], {
    hotkey: signer,
    block,
    round: revealRound,
    commit,
  })
  noteUpdate(state, netuid, mechanism, facts.uid as number, block)
  context.emit('TimelockedWeightsCommitted', netuid, {
    mechanism,
    hotkey,
    commitHash: commitHashOf(commit),
    epochIndex,
    revealRound,
  })
  return null
}
